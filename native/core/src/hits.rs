//! Whether a part of a piece meets what it may not touch on a sheet: by edges, and by the field where that is clear.

use crate::field::Field;
use crate::geom::{Bbox, Pt, Seg, inside, pt, seg_seg_sq, segs_touch};
use crate::sheet::{Hazard, Sheet};
use crate::turned::{BLOCK, shifted_seg as shifted};

/// A segment longer than this many slacks of the field is looked at by halves.
const LONG: f64 = 4.0;

/// `hypot` takes care of sizes that no sheet has.
fn length(s: &Seg) -> f64 {
    let (dx, dy) = (s.b.x - s.a.x, s.b.y - s.a.y);
    (dx * dx + dy * dy).sqrt()
}

/// A turned part, to be shifted by `at` to where it lies.
pub struct Laid<'a> {
    pub segs: &'a [Seg],
    /// Boxes of runs of `BLOCK` segments; none where they were not made.
    pub blocks: &'a [Bbox],
    pub at: Pt,
    /// In the sheet's coordinates.
    pub marks: &'a [Pt],
    pub bbox: &'a Bbox,
}

impl Sheet {
    /// Whether the edges of a placed part meet, or come too near to, a hazard of its levels, or one lies within the other.
    /// `field`, of the same levels, settles what is clear; edges decide the rest.
    pub fn hits(&self, levels: u64, field: &Field, part: &Laid) -> bool {
        let (x, y) = (part.at.x, part.at.y);
        for &m in part.marks {
            let d = field.at(m.x, m.y);
            if d < -field.slack || (d <= field.slack && self.holds_mark(levels, &[m])) {
                return true;
            }
        }
        let reach = self.reach();
        for (k, run) in part.segs.chunks(BLOCK).enumerate() {
            if let Some(b) = part.blocks.get(k) {
                let c = b.centre();
                let half = ((b.x1 - c.x) * (b.x1 - c.x) + (b.y1 - c.y) * (b.y1 - c.y)).sqrt();
                if field.at(c.x + x, c.y + y) > half + field.slack {
                    continue;
                }
            }
            for s in run {
                let s = shifted(s, x, y);
                if self.seg_meets(levels, field, reach, &s, length(&s), (0.0, 1.0)) {
                    return true;
                }
            }
        }
        self.lies_within(levels, part.bbox, |p| inside(part.segs, pt(p.x - x, p.y - y)))
    }

    fn reach(&self) -> f64 {
        self.hazards.iter().map(|h| h.gap).fold(0.0, f64::max)
    }

    /// Whether the stretch of a segment between two parameters meets a hazard.
    fn seg_meets(&self, levels: u64, field: &Field, reach: f64, s: &Seg, length: f64, part: (f64, f64)) -> bool {
        let half = length * (part.1 - part.0) / 2.0;
        let middle = f64::midpoint(part.0, part.1);
        let m = s.at(middle);
        let d = field.at(m.x, m.y);
        if d > half + field.slack {
            return false;
        }
        if d < -field.slack {
            return true;
        }
        if half > LONG * field.slack {
            return self.seg_meets(levels, field, reach, s, length, (part.0, middle))
                || self.seg_meets(levels, field, reach, s, length, (middle, part.1));
        }
        let stretch = Seg {
            a: s.at(part.0),
            b: s.at(part.1),
        };
        self.cells.walk(&stretch, reach, |c| self.cell_meets(c, levels, s))
    }

    fn cell_meets(&self, cell: usize, levels: u64, s: &Seg) -> bool {
        let mine = &self.cells.segs[self.cells.first[cell] as usize..self.cells.first[cell + 1] as usize];
        mine.iter().any(|&k| {
            let (t, h) = &self.segs[k as usize];
            let h = &self.hazards[*h as usize];
            h.level & levels != 0
                && if h.gap > 0.0 {
                    seg_seg_sq(s, t) < h.gap * h.gap
                } else {
                    segs_touch(s, t)
                }
        })
    }

    fn of_levels(&self, levels: u64) -> impl Iterator<Item = &Hazard> {
        self.hazards.iter().filter(move |h| h.level & levels != 0)
    }

    fn holds_mark(&self, levels: u64, marks: &[Pt]) -> bool {
        let within = |h: &Hazard| marks.iter().any(|&p| h.region.has(p) != h.inverse);
        self.of_levels(levels).any(within)
    }

    fn lies_within(&self, levels: u64, bbox: &Bbox, has: impl Fn(Pt) -> bool) -> bool {
        let mut solid = self.of_levels(levels).filter(|h| !h.inverse);
        solid.any(|h| h.region.marks.iter().any(|&p| bbox.holds(p) && has(p)))
    }
}
