//! Poles of inaccessibility: circles inside an area, largest first, that stand for it in the overlap proxy
//! (after Gardeyn, Vanden Berghe and Wauters 2025).

use crate::geom::{Pt, inside, point_seg_sq, pt};
use crate::region::Region;

#[derive(Clone, Copy, Debug)]
pub struct Pole {
    pub c: Pt,
    pub r: f64,
}

/// Most circles of one area; each pair of near pieces costs the product of their counts.
/// A multiple of the vector unit's lanes.
pub const MOST: usize = 16;
/// Enough when this share of the area lies in circles, or the next one is this small beside the first.
const COVERED: f64 = 0.9;
const SMALLEST: f64 = 0.12;

pub fn poles(region: &Region) -> Vec<Pole> {
    let mut found: Vec<Pole> = Vec::new();
    let mut covered = 0.0;
    while found.len() < MOST && covered < COVERED * region.area {
        let Some(p) = next_pole(region, &found) else {
            break;
        };
        if found.first().is_some_and(|f| p.r < f.r * SMALLEST) {
            break;
        }
        covered += std::f64::consts::PI * p.r * p.r;
        found.push(p);
    }
    found
}

/// Signed distance to the nearest boundary or found circle.
fn clearance(region: &Region, found: &[Pole], p: Pt) -> f64 {
    let d = region
        .segs
        .iter()
        .map(|s| point_seg_sq(p, s))
        .fold(f64::INFINITY, f64::min)
        .sqrt();
    if !inside(&region.segs, p) {
        return -d;
    }
    found
        .iter()
        .map(|f| (p.x - f.c.x).hypot(p.y - f.c.y) - f.r)
        .fold(d, f64::min)
}

struct Cell {
    c: Pt,
    half: f64,
    d: f64,
}

impl Cell {
    fn best_possible(&self) -> f64 {
        self.d + self.half * std::f64::consts::SQRT_2
    }
}

/// Quadtree search for the largest free circle, within 1 % of the radius.
fn next_pole(region: &Region, found: &[Pole]) -> Option<Pole> {
    let b = region.bbox;
    let half = b.width().min(b.height()) / 2.0;
    if half.is_nan() || half <= 0.0 {
        return None;
    }
    let cell = |c: Pt, half: f64| Cell {
        c,
        half,
        d: clearance(region, found, c),
    };
    let mut open: Vec<Cell> = Vec::new();
    let (nx, ny) = (
        (b.width() / half / 2.0).ceil() as usize,
        (b.height() / half / 2.0).ceil() as usize,
    );
    for i in 0..nx.max(1) {
        for j in 0..ny.max(1) {
            open.push(cell(
                pt(b.x0 + half * (2 * i + 1) as f64, b.y0 + half * (2 * j + 1) as f64),
                half,
            ));
        }
    }
    let mut best = cell(region.centroid, 0.0);
    for _ in 0..4000 {
        let Some(k) = (0..open.len()).max_by(|&i, &j| open[i].best_possible().total_cmp(&open[j].best_possible()))
        else {
            break;
        };
        let top = open.swap_remove(k);
        if top.best_possible() <= best.d + (best.d.abs() * 0.01).max(b.larger_side() * 1e-4) {
            break;
        }
        for (sx, sy) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
            let h = top.half / 2.0;
            let next = cell(pt(top.c.x + sx * h, top.c.y + sy * h), h);
            if next.d > best.d {
                best = Cell { half: 0.0, ..next };
            }
            open.push(next);
        }
    }
    (best.d > 0.0).then_some(Pole { c: best.c, r: best.d })
}
