//! Which segments of a sheet pass near a place: a uniform grid.

use crate::geom::{Bbox, Seg};

/// Segment numbers by cell of a uniform grid, one after the other.
#[derive(Clone, Debug)]
pub struct Cells {
    bbox: Bbox,
    n: usize,
    pub first: Vec<u32>,
    pub segs: Vec<u32>,
}

const GRID: usize = 64;

impl Cells {
    pub fn build(bbox: Bbox, segs: &[(Seg, u32)]) -> Self {
        let mut cells = Self {
            bbox,
            n: GRID,
            first: Vec::new(),
            segs: Vec::new(),
        };
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); GRID * GRID];
        for (k, (s, _)) in segs.iter().enumerate() {
            cells.walk(s, 0.0, |c| {
                lists[c].push(k as u32);
                false
            });
        }
        for l in &lists {
            cells.first.push(cells.segs.len() as u32);
            cells.segs.extend_from_slice(l);
        }
        cells.first.push(cells.segs.len() as u32);
        cells
    }

    fn column(&self, x: f64) -> usize {
        ((x - self.bbox.x0) / self.bbox.width() * self.n as f64).clamp(0.0, (self.n - 1) as f64) as usize
    }

    fn row(&self, y: f64) -> usize {
        ((y - self.bbox.y0) / self.bbox.height() * self.n as f64).clamp(0.0, (self.n - 1) as f64) as usize
    }

    /// Visits the cells within `reach` of a segment, row by row, until `visit` says true.
    pub fn walk(&self, s: &Seg, reach: f64, mut visit: impl FnMut(usize) -> bool) -> bool {
        let b = s.bbox().grown(reach);
        let (r0, r1) = (self.row(b.y0), self.row(b.y1));
        let (low, high) = if s.a.y <= s.b.y { (s.a, s.b) } else { (s.b, s.a) };
        for r in r0..=r1 {
            let (mut x0, mut x1) = (b.x0, b.x1);
            if r1 > r0 && high.y > low.y {
                let h = self.bbox.height() / self.n as f64;
                let (y0, y1) = (
                    self.bbox.y0 + r as f64 * h - reach,
                    self.bbox.y0 + (r + 1) as f64 * h + reach,
                );
                let at = |y: f64| low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
                // The first and last row also take what the clamping of `row` pushes into them.
                let (xa, xb) = (
                    at(if r == 0 { low.y } else { y0 }),
                    at(if r == self.n - 1 { high.y } else { y1 }),
                );
                x0 = x0.max(xa.min(xb) - reach - 1e-9 * self.bbox.width());
                x1 = x1.min(xa.max(xb) + reach + 1e-9 * self.bbox.width());
            }
            for c in self.column(x0)..=self.column(x1.max(x0)) {
                if visit(r * self.n + c) {
                    return true;
                }
            }
        }
        false
    }
}
