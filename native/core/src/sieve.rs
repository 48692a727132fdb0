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
    pub fn touching(&self, b: &Bbox, flags: &mut Vec<u8>, out: &mut Vec<u32>) {
        out.clear();
        flags.clear();
        let (x0, y0, x1, y1) = (below(b.x0), below(b.y0), above(b.x1), above(b.y1));
        let xs = self.x0.iter().zip(&self.x1);
        let ys = self.y0.iter().zip(&self.y1);
        // One plain loop that the compiler turns into vector comparisons; then eight answers at a time.
        flags.extend(
            xs.zip(ys)
                .map(|((bx0, bx1), (by0, by1))| u8::from((*bx0 <= x1) & (*bx1 >= x0) & (*by0 <= y1) & (*by1 >= y0))),
        );
        flags.resize(flags.len().next_multiple_of(LANES), 0);
        for (k, eight) in flags.chunks_exact(LANES).enumerate() {
            let mut set = u64::from_le_bytes(eight.try_into().unwrap_or_default());
            while set != 0 {
                out.push((k * LANES) as u32 + set.trailing_zeros() / 8);
                set &= set - 1;
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
        let (mut flags, mut found) = (Vec::new(), Vec::new());
        for b in &boxes {
            // Beside it, sharing an edge exactly.
            let beside = Bbox {
                x0: b.x1,
                y0: b.y0,
                x1: b.x1 + 500.0,
                y1: b.y1,
            };
            for q in [*b, beside] {
                sieve.touching(&q, &mut flags, &mut found);
                for (k, o) in boxes.iter().enumerate() {
                    let is_found = found.contains(&(k as u32));
                    assert!(is_found || !q.touches(o));
                    assert!(!is_found || q.grown(0.01).touches(o));
                }
            }
        }
    }
}
