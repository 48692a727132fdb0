//! Poles of inaccessibility: circles inside an area, largest first, that stand for it in the overlap proxy
//! (after Gardeyn, Vanden Berghe and Wauters 2025).

use crate::geom::{Pt, Seg, pt};
use crate::region::Region;
use std::cmp::Ordering;
use std::collections::BinaryHeap;

#[derive(Clone, Copy, Debug)]
pub struct Pole {
    pub c: Pt,
    pub r: f64,
}

/// Most circles of one area; each pair of near pieces costs the product of their counts.
/// A multiple of the vector unit's lanes.
pub const MOST: usize = 32;
/// Enough when this share of the area lies in circles, or the next one is this small beside the first.
const COVERED: f64 = 0.9;
/// Only shapes that so many circles cover badly get more: winding ones are not told from their hulls otherwise.
const MANY: usize = 16;
const MOSTLY: f64 = 0.8;
const SMALLEST: f64 = 0.12;

pub fn poles(region: &Region) -> Vec<Pole> {
    let mut found: Vec<Pole> = Vec::new();
    let mut covered = 0.0;
    let enough = |n: usize, covered: f64| {
        n == MOST || covered >= COVERED * region.area || (n >= MANY && covered >= MOSTLY * region.area)
    };
    while !enough(found.len(), covered) {
        let Some(p) = next_pole(region, &found) else {
            break;
        };
        if found.first().is_some_and(|f| p.r < f.r * SMALLEST) {
            break;
        }
        covered += std::f64::consts::PI * p.r * p.r;
        found.push(p);
    }
    if found.is_empty() {
        found.extend(sliver_pole(region));
    }
    found
}

/// For shapes too thin for the search below: a small circle beside one of the edges.
fn sliver_pole(region: &Region) -> Option<Pole> {
    let beside = |s: &Seg| {
        let (m, len) = (s.at(0.5), s.length());
        let (nx, ny) = (-(s.b.y - s.a.y) / len, (s.b.x - s.a.x) / len);
        [1e-2, 1e-3, 1e-4, 1e-6].map(|t| pt(m.x + nx * len * t, m.y + ny * len * t))
    };
    let circles = region.segs.iter().flat_map(beside).map(|c| Pole {
        c,
        r: clearance(region, &[], c),
    });
    circles.filter(|p| p.r > 0.0).max_by(|a, b| a.r.total_cmp(&b.r))
}

/// Signed distance to the nearest boundary or found circle.
fn clearance(region: &Region, found: &[Pole], p: Pt) -> f64 {
    let d = region.to_boundary(p);
    if !region.has(p) {
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

impl Ord for Cell {
    fn cmp(&self, o: &Self) -> Ordering {
        self.best_possible().total_cmp(&o.best_possible())
    }
}

impl PartialOrd for Cell {
    fn partial_cmp(&self, o: &Self) -> Option<Ordering> {
        Some(self.cmp(o))
    }
}

impl PartialEq for Cell {
    fn eq(&self, o: &Self) -> bool {
        self.cmp(o) == Ordering::Equal
    }
}

impl Eq for Cell {}

/// How near to the largest possible radius a pole must come, and the work spent on one at most.
const NEAR_ENOUGH: f64 = 0.02;
const MOST_CELLS: usize = 2000;

/// Quadtree search for the largest free circle.
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
    let mut open = BinaryHeap::new();
    let (nx, ny) = (
        (b.width() / half / 2.0).ceil().min(64.0) as usize,
        (b.height() / half / 2.0).ceil().min(64.0) as usize,
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
    for _ in 0..MOST_CELLS {
        let Some(top) = open.pop() else { break };
        if top.best_possible() <= best.d + (best.d.abs() * NEAR_ENOUGH).max(b.larger_side() * 1e-4) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{Seg, point_seg_sq};
    use crate::region::Rings;

    fn boundary_distance(segs: &[Seg], p: Pt) -> f64 {
        let least = segs.iter().map(|s| point_seg_sq(p, s)).fold(f64::INFINITY, f64::min);
        least.sqrt()
    }

    #[test]
    fn poles_lie_inside_and_the_first_is_the_largest() {
        let ring = |p: &[(f64, f64)]| p.iter().map(|&(x, y)| pt(x, y)).collect::<Vec<_>>();
        let shape = Rings {
            outline: ring(&[
                (0.0, 0.0),
                (10.0, 0.0),
                (10.0, 4.0),
                (4.0, 4.0),
                (4.0, 10.0),
                (0.0, 10.0),
            ]),
            holes: vec![ring(&[(1.0, 1.0), (2.0, 1.0), (2.0, 2.0), (1.0, 2.0)])],
        };
        let region = shape.region();
        let found = poles(&region);
        assert!(found.len() > 3);
        for p in &found {
            assert!(region.has(p.c));
            let d = boundary_distance(&region.segs, p.c);
            assert!(p.r <= d + 1e-9, "{} beyond {d}", p.r);
        }
        assert!(found.windows(2).all(|w| w[0].r * (1.0 + NEAR_ENOUGH) >= w[1].r));
    }

    #[test]
    fn even_a_thread_has_a_pole() {
        let arc = |r: f64| {
            (0..=60)
                .map(move |k| f64::from(k) * 0.05)
                .map(move |t| pt(r * t.cos(), r * t.sin()))
        };
        let outline = arc(100.0).chain(arc(100.001).rev()).collect();
        let region = Rings { outline, holes: vec![] }.region();
        let found = poles(&region);
        assert!(!found.is_empty() && region.has(found[0].c) && found[0].r > 0.0);
    }
}
