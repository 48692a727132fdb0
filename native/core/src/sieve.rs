//! Which boxes touch a box: side by side in single precision, rounded outwards, so that eight are asked at a time.

use crate::geom::Bbox;

#[derive(Clone, Debug, Default)]
pub struct Sieve {
    x0: Vec<f32>,
    y0: Vec<f32>,
    x1: Vec<f32>,
    y1: Vec<f32>,
}

const LANES: usize = 8;
/// More than the rounding of a double to a float.
const ROUNDING: f64 = 1e-7;

fn below(v: f64) -> f32 {
    (v - v.abs() * ROUNDING) as f32
}

fn above(v: f64) -> f32 {
    (v + v.abs() * ROUNDING) as f32
}

impl Sieve {
    pub fn push(&mut self, b: &Bbox) {
        self.x0.push(below(b.x0));
        self.y0.push(below(b.y0));
        self.x1.push(above(b.x1));
        self.y1.push(above(b.y1));
    }

    pub fn swap_remove(&mut self, slot: usize) {
        self.x0.swap_remove(slot);
        self.y0.swap_remove(slot);
        self.x1.swap_remove(slot);
        self.y1.swap_remove(slot);
    }

    /// Slots of all boxes that touch `b`, and maybe of some that nearly do, in order.
    #[inline]
    #[allow(clippy::needless_bitwise_bool)] // lazy operators would branch four times a box
    pub fn touching(&self, b: &Bbox, out: &mut Vec<u32>) {
        out.clear();
        let (x0, y0, x1, y1) = (below(b.x0), below(b.y0), above(b.x1), above(b.y1));
        let n = self.x0.len();
        let (ax0, ay0, ax1, ay1) = (&self.x0[..n], &self.y0[..n], &self.x1[..n], &self.y1[..n]);
        let mut at = 0;
        while at + LANES <= n {
            let lanes = |v: &[f32]| -> [f32; LANES] { v[at..at + LANES].try_into().unwrap_or([0.0; LANES]) };
            let (bx0, by0, bx1, by1) = (lanes(ax0), lanes(ay0), lanes(ax1), lanes(ay1));
            let mut mask = 0u32;
            for k in 0..LANES {
                let touches = (bx0[k] <= x1) & (bx1[k] >= x0) & (by0[k] <= y1) & (by1[k] >= y0);
                mask |= u32::from(touches) << k;
            }
            while mask != 0 {
                out.push(at as u32 + mask.trailing_zeros());
                mask &= mask - 1;
            }
            at += LANES;
        }
        for k in at..n {
            if (ax0[k] <= x1) & (ax1[k] >= x0) & (ay0[k] <= y1) & (ay1[k] >= y0) {
                out.push(k as u32);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn every_touching_box_is_found_and_little_else() {
        let mut rng = Rng::new(3);
        let mut boxes: Vec<Bbox> = Vec::new();
        let mut sieve = Sieve::default();
        for _ in 0..77 {
            let (x, y) = (rng.range(-1e4, 1e4), rng.range(-1e4, 1e4));
            boxes.push(Bbox {
                x0: x,
                y0: y,
                x1: x + rng.range(1.0, 3e3),
                y1: y + rng.range(1.0, 3e3),
            });
            sieve.push(&boxes[boxes.len() - 1]);
        }
        for _ in 0..20 {
            let k = rng.below(boxes.len());
            boxes.swap_remove(k);
            sieve.swap_remove(k);
        }
        let mut found = Vec::new();
        for b in &boxes {
            // Beside it, sharing an edge exactly.
            let beside = Bbox {
                x0: b.x1,
                y0: b.y0,
                x1: b.x1 + 500.0,
                y1: b.y1,
            };
            for q in [*b, beside] {
                sieve.touching(&q, &mut found);
                for (k, o) in boxes.iter().enumerate() {
                    let is_found = found.contains(&(k as u32));
                    assert!(is_found || !q.touches(o));
                    assert!(!is_found || q.grown(0.01).touches(o));
                }
            }
        }
    }
}
