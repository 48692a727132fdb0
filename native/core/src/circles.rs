//! Circles inside pieces against circles inside pieces: a sure yes, and how badly two pieces overlap.

use crate::kind::Part;
use crate::poles::MOST;
use crate::pose::Pose;

const LANES: usize = 4;
/// Single precision is off by 1e-7 of a radius: overlaps this clear are overlaps.
const SURE: f32 = 1.0 - 1e-5;

/// The proxy turns from linear to a falling tail at this part of the larger diameter (sparrow's paper, 2025).
pub const TAIL: f64 = 0.01;

/// Poles about the piece's centroid in single precision, side by side for the vector unit. Unused places have radius 0
/// far away: they add nothing.
#[derive(Clone, Debug)]
pub struct Circles {
    pub x: [f32; MOST],
    pub y: [f32; MOST],
    pub r: [f32; MOST],
    pub used: usize,
    /// All circles lie in this box: x0, y0, x1, y1.
    reach: [f32; 4],
}

impl Circles {
    pub fn of(part: &Part, pose: &Pose) -> Self {
        let mut out = Self {
            x: [1e15; MOST],
            y: [1e15; MOST],
            r: [0.0; MOST],
            used: part.poles.len(),
            reach: [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
        };
        for (k, p) in part.poles.iter().enumerate() {
            let c = pose.turn(p.c);
            let (x, y, r) = (c.x as f32, c.y as f32, p.r as f32);
            (out.x[k], out.y[k], out.r[k]) = (x, y, r);
            let [x0, y0, x1, y1] = out.reach;
            out.reach = [x0.min(x - r), y0.min(y - r), x1.max(x + r), y1.max(y + r)];
        }
        out
    }

    /// Whether a point is farther than `by` from the box of all circles.
    #[inline]
    fn is_far(&self, x: f32, y: f32, by: f32) -> bool {
        let [x0, y0, x1, y1] = self.reach;
        x + by < x0 || x - by > x1 || y + by < y0 || y - by > y1
    }

    /// Whether two circles surely overlap; `dx`, `dy` from this piece to the other.
    #[inline]
    pub fn overlap(&self, o: &Self, dx: f32, dy: f32, gap: f32) -> bool {
        let lanes = o.used.next_multiple_of(LANES).min(MOST);
        let (x, y, r) = (&o.x[..lanes], &o.y[..lanes], &o.r[..lanes]);
        for a in 0..self.used {
            let (ax, ay, ar) = (self.x[a] - dx, self.y[a] - dy, (self.r[a] + gap) * SURE);
            if o.is_far(ax, ay, ar) {
                continue;
            }
            let mut hits = 0u32;
            for ((x, y), r) in x.iter().zip(y).zip(r) {
                let (ex, ey, reach) = (ax - x, ay - y, ar + r * SURE);
                hits |= u32::from(ex * ex + ey * ey < reach * reach);
            }
            if hits != 0 {
                return true;
            }
        }
        false
    }

    /// Sum over all pairs of circles of decayed depth times the smaller radius; or, early, some sum beyond `enough`.
    /// Written so that the compiler keeps four lanes busy: comparisons instead of `min`, whose rule for NaN costs.
    #[inline]
    pub fn proxy(&self, o: &Self, dx: f32, dy: f32, gap: f32, eps: f32, enough: f32) -> f32 {
        let lanes = o.used.next_multiple_of(LANES).min(MOST);
        let (x, y, r) = (&o.x[..lanes], &o.y[..lanes], &o.r[..lanes]);
        let (tail_top, tail_base) = (eps * eps, 2.0 * eps);
        let mut total = 0.0;
        let mut terms = [0.0f32; MOST];
        for a in 0..self.used {
            let (ax, ay, ar) = (self.x[a] - dx, self.y[a] - dy, self.r[a]);
            let reach = ar + gap;
            // Far from the other piece its largest circles stand for all: what the small ones add is next to nothing.
            let lanes = if o.is_far(ax, ay, reach + tail_base) {
                LANES
            } else {
                lanes
            };
            let (x, y, r) = (&x[..lanes], &y[..lanes], &r[..lanes]);
            for (((term, x), y), r) in terms.iter_mut().zip(x).zip(y).zip(r) {
                let (ex, ey) = (ax - x, ay - y);
                let depth = reach + r - (ex * ex + ey * ey).sqrt();
                let shallow = if depth < eps { depth } else { eps };
                let smaller = if ar < *r { ar } else { *r };
                // Beyond the tail's end it is the depth itself: tail(eps) = eps.
                *term = (tail_top / (tail_base - shallow) + (depth - shallow)) * smaller;
            }
            let quads = terms[..lanes].chunks_exact(LANES);
            total += quads.map(|q| (q[0] + q[1]) + (q[2] + q[3])).sum::<f32>();
            if total > enough {
                break;
            }
        }
        total
    }
}

/// Depth that stays positive and falls towards 0 for circles that do not meet: so that there is always a way downhill.
#[inline]
pub fn decayed(depth: f64, eps: f64) -> f64 {
    if depth >= eps {
        depth
    } else {
        eps * eps / (2.0 * eps - depth)
    }
}
