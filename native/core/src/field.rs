//! Signed distance to everything that is forbidden to a part of a piece on one sheet, on a grid: positive where free.
//! Guides the search and settles clear cases; what lies within `slack` of a border is decided by the edges themselves.

use crate::geom::{Bbox, Pt, Seg, point_seg_sq, pt};
use crate::region::Region;

#[derive(Clone, Debug)]
pub struct Field {
    origin: Pt,
    cell: f64,
    per_cell: f64,
    /// Greatest coordinates in cells.
    most: (f64, f64),
    nx: usize,
    node: Vec<f32>,
    /// An interpolated value is off by at most this: the distance is 1-Lipschitz, a point is within a cell of its nodes.
    pub slack: f64,
}

/// A forbidden area, and the distance to keep from it.
pub struct Area<'a> {
    pub region: &'a Region,
    /// It is all that lies outside of the region.
    pub is_outside: bool,
    pub gap: f64,
}

/// What a field is made of: every segment of every area with the area's number, area by area.
struct Source<'a> {
    areas: &'a [Area<'a>],
    segs: Vec<(&'a Seg, u32)>,
}

impl<'a> Source<'a> {
    fn new(areas: &'a [Area<'a>]) -> Self {
        let numbered = areas.iter().zip(0..);
        Self {
            areas,
            segs: numbered
                .flat_map(|(a, k)| a.region.segs.iter().map(move |s| (s, k)))
                .collect(),
        }
    }

    /// How far a point lies from what must be kept from a segment.
    fn distance(&self, p: Pt, segment: u32) -> f64 {
        let (seg, of) = self.segs[segment as usize];
        point_seg_sq(p, seg).sqrt() - self.areas[of as usize].gap
    }

    /// How deep a point lies in the area of its nearest segment, or how far from it (negative), at the least; gap counted.
    /// A segment of one area says nothing about another that the point lies in: there that one's own are asked.
    fn depth(&self, p: Pt, nearest: u32) -> f64 {
        let (seg, of) = self.segs[nearest as usize];
        let (own, away) = (&self.areas[of as usize], point_seg_sq(p, seg).sqrt());
        if own.gap == 0.0 || own.has(p) {
            return away + own.gap;
        }
        let depths = self.areas.iter().filter(|a| a.has(p)).map(|a| a.distance(p) + a.gap);
        depths.fold(own.gap - away, f64::max)
    }
}

impl Area<'_> {
    fn has(&self, p: Pt) -> bool {
        self.region.has(p) != self.is_outside
    }

    fn distance(&self, p: Pt) -> f64 {
        self.region.to_boundary(p)
    }
}

const NODES: usize = 112;
const FEW_NODES: usize = 200;
const NONE: u32 = u32::MAX;
/// Where there is no segment at all.
const FAR: f64 = f32::MAX as f64 / 4.0;

impl Field {
    pub fn build(bbox: Bbox, areas: &[Area]) -> Self {
        let source = &Source::new(areas);
        let cell = bbox.larger_side() / (NODES - 4) as f64;
        let origin = pt(bbox.x0 - cell, bbox.y0 - cell);
        let (nx, ny) = (
            (bbox.width() / cell).ceil() as usize + 4,
            (bbox.height() / cell).ceil() as usize + 4,
        );
        let at = |i: usize, j: usize| pt(origin.x + i as f64 * cell, origin.y + j as f64 * cell);
        let forbidden = forbidden_nodes(source, nx, ny, at);
        let nearest = nearest_segs(source, nx, ny, cell, origin);
        let node = (0..nx * ny)
            .map(|k| {
                let (p, s) = (at(k % nx, k / nx), nearest[k]);
                (match (s, forbidden[k]) {
                    (NONE, is_forbidden) => FAR * if is_forbidden { -1.0 } else { 1.0 },
                    (s, true) => -source.depth(p, s),
                    (s, false) => source.distance(p, s),
                }) as f32
            })
            .collect();
        Self {
            origin,
            cell,
            per_cell: 1.0 / cell,
            most: ((nx - 1) as f64 - 1e-9, (ny - 1) as f64 - 1e-9),
            nx,
            node,
            slack: cell * 1.5,
        }
    }

    /// Distance to the nearest forbidden point, negative inside it; off by at most `slack`.
    #[inline]
    pub fn at(&self, x: f64, y: f64) -> f64 {
        let (u, v) = ((x - self.origin.x) * self.per_cell, (y - self.origin.y) * self.per_cell);
        let (cu, cv) = (u.clamp(0.0, self.most.0), v.clamp(0.0, self.most.1));
        let (i, j) = (cu as usize, cv as usize);
        let (fu, fv) = (cu - i as f64, cv - j as f64);
        let k = j * self.nx + i;
        let (above, below) = (&self.node[k..k + 2], &self.node[k + self.nx..k + self.nx + 2]);
        let (a, b) = (f64::from(above[0]), f64::from(above[1]));
        let (c, d) = (f64::from(below[0]), f64::from(below[1]));
        let (top, bottom) = (a + (b - a) * fu, c + (d - c) * fu);
        let value = top + (bottom - top) * fv;
        // Beyond the grid it goes on falling: the way back in must always be downhill.
        if cu == u && cv == v {
            value
        } else {
            self.beyond(value, u - cu, v - cv)
        }
    }

    #[cold]
    fn beyond(&self, value: f64, du: f64, dv: f64) -> f64 {
        value - du.hypot(dv) * self.cell
    }

    /// Nodes with their distance where sampling is worth while: free ones, and where these are few, as on a narrow
    /// remnant, those next to free ground as well.
    pub fn free_nodes(&self) -> Vec<(Pt, f64)> {
        let above = |least: f64| -> Vec<(Pt, f64)> {
            let place = |k: usize| {
                let (i, j) = ((k % self.nx) as f64, (k / self.nx) as f64);
                pt(self.origin.x + i * self.cell, self.origin.y + j * self.cell)
            };
            let nodes = self.node.iter().enumerate().filter(|(_, d)| f64::from(**d) > least);
            nodes.map(|(k, d)| (place(k), f64::from(*d))).collect()
        };
        let free = above(0.0);
        if free.len() >= FEW_NODES {
            free
        } else {
            above(-self.slack)
        }
    }

    /// Area that circles of a radius cover, which lie free.
    pub fn opened(&self, radius: f64) -> f64 {
        let ny = self.node.len() / self.nx;
        let mut covered = vec![false; self.node.len()];
        for (k, &d) in self.node.iter().enumerate() {
            let d = f64::from(d);
            if d < radius || d <= 0.0 {
                continue;
            }
            covered[k] = true;
            // Farther inside the circles of neighbours cover what this one would.
            if d > radius + 2.5 * self.cell {
                continue;
            }
            let reach = d / self.cell;
            let (i, j, g) = ((k % self.nx) as i64, (k / self.nx) as i64, reach as i64);
            for b in (j - g).max(0)..=(j + g).min(ny as i64 - 1) {
                let half = (reach * reach - ((b - j) * (b - j)) as f64).max(0.0).sqrt() as i64;
                let row = b as usize * self.nx;
                let (from, to) = ((i - half).max(0) as usize, (i + half).min(self.nx as i64 - 1) as usize);
                covered[row + from..=row + to].fill(true);
            }
        }
        covered.iter().filter(|c| **c).count() as f64 * self.cell * self.cell
    }

    pub fn cell(&self) -> f64 {
        self.cell
    }
}

/// Parity row by row; an area given from outside counts where parity is even.
fn forbidden_nodes(source: &Source, nx: usize, ny: usize, at: impl Fn(usize, usize) -> Pt) -> Vec<bool> {
    let mut out = vec![false; nx * ny];
    let (low, cell) = (at(0, 0).y, at(0, 1).y - at(0, 0).y);
    let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); ny];
    for &Area {
        region,
        is_outside: outside,
        ..
    } in source.areas
    {
        crossings.iter_mut().for_each(Vec::clear);
        for s in &region.segs {
            let rows = |y: f64| (y - low) / cell;
            let (from, to) = (rows(s.a.y.min(s.b.y)) as usize, rows(s.a.y.max(s.b.y)).ceil());
            let to = (to as usize).min(ny - 1);
            for (j, row) in crossings.iter_mut().enumerate().take(to + 1).skip(from) {
                let y = at(0, j).y;
                if (s.a.y > y) != (s.b.y > y) {
                    row.push(s.a.x + (y - s.a.y) * (s.b.x - s.a.x) / (s.b.y - s.a.y));
                }
            }
        }
        for (j, row) in crossings.iter_mut().enumerate() {
            if row.is_empty() && !outside {
                continue;
            }
            row.sort_by(f64::total_cmp);
            let mut passed = 0;
            for i in 0..nx {
                let x = at(i, j).x;
                while passed < row.len() && row[passed] <= x {
                    passed += 1;
                }
                out[j * nx + i] |= (passed % 2 == 1) != outside;
            }
        }
    }
    out
}

/// The nearest segment of each node: seeded along the segments, spread by sweeps (Danielsson 1980).
fn nearest_segs(source: &Source, nx: usize, ny: usize, cell: f64, origin: Pt) -> Vec<u32> {
    let mut best = vec![NONE; nx * ny];
    let mut dist = vec![f64::INFINITY; nx * ny];
    let at = |k: usize| pt(origin.x + (k % nx) as f64 * cell, origin.y + (k / nx) as f64 * cell);
    let measure = |k: usize, s: u32| source.distance(at(k), s);
    // What lies outside of the grid cannot be nearer than the rim of the sheet.
    let grid = Bbox {
        x0: origin.x,
        y0: origin.y,
        x1: origin.x + nx as f64 * cell,
        y1: origin.y + ny as f64 * cell,
    };
    for (s, (seg, _)) in source.segs.iter().enumerate() {
        let Some((from, to)) = seg.within(&grid) else { continue };
        let steps = ((to - from) * seg.length() / cell).ceil() as usize + 1;
        for t in 0..=steps {
            let p = seg.at(from + (to - from) * t as f64 / steps as f64);
            let (i, j) = (((p.x - origin.x) / cell) as usize, ((p.y - origin.y) / cell) as usize);
            for (di, dj) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                if i + di < nx && j + dj < ny {
                    let k = (j + dj) * nx + i + di;
                    let d = measure(k, s as u32);
                    if d < dist[k] {
                        (dist[k], best[k]) = (d, s as u32);
                    }
                }
            }
        }
    }
    for _ in 0..2 {
        sweep(&mut best, &mut dist, (nx, ny), cell, false, &measure);
        sweep(&mut best, &mut dist, (nx, ny), cell, true, &measure);
    }
    best
}

fn sweep(
    best: &mut [u32],
    dist: &mut [f64],
    (nx, ny): (usize, usize),
    cell: f64,
    backwards: bool,
    measure: &impl Fn(usize, u32) -> f64,
) {
    let n = nx * ny;
    let (straight, across) = (cell, cell * std::f64::consts::SQRT_2);
    for step in 0..n {
        let k = if backwards { n - 1 - step } else { step };
        let (i, j) = (k % nx, k / nx);
        for (di, dj) in [
            (-1i32, 0i32),
            (0, -1),
            (-1, -1),
            (1, -1),
            (1, 0),
            (0, 1),
            (1, 1),
            (-1, 1),
        ] {
            let (a, b) = (i as i32 + di, j as i32 + dj);
            if a < 0 || b < 0 || a >= nx as i32 || b >= ny as i32 {
                continue;
            }
            let from = b as usize * nx + a as usize;
            let s = best[from];
            // Over one step a distance changes by no more than the step.
            let least = dist[from] - if di == 0 || dj == 0 { straight } else { across };
            if s != NONE && s != best[k] && least < dist[k] {
                let d = measure(k, s);
                if d < dist[k] {
                    (dist[k], best[k]) = (d, s);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::inside;
    use crate::region::ring_segs;
    use crate::rng::Rng;

    fn area(region: &Region, is_outside: bool, gap: f64) -> Area<'_> {
        Area {
            region,
            is_outside,
            gap,
        }
    }

    fn region_of(points: &[Pt]) -> Region {
        Region::from_segs(ring_segs(points))
    }

    #[test]
    fn a_zone_that_reaches_beyond_the_margin_forbids_nothing_outside_itself() {
        let box_of = |x0: f64, y0: f64, x1: f64, y1: f64| region_of(&[pt(x0, y0), pt(x1, y0), pt(x1, y1), pt(x0, y1)]);
        let rim = box_of(0.0, 0.0, 540.0, 540.0);
        let hole = box_of(200.0, 200.0, 260.0, 260.0);
        let zones = [box_of(0.0, 0.0, 12.0, 540.0), box_of(255.0, 190.0, 300.0, 275.0)];
        let mut areas = vec![area(&rim, true, 10.0), area(&hole, false, 10.0)];
        areas.extend(zones.iter().map(|z| area(z, false, 0.0)));
        let field = Field::build(rim.bbox, &areas);
        let mut rng = Rng::new(9);
        for _ in 0..20_000 {
            let p = pt(rng.range(-5.0, 545.0), rng.range(-5.0, 545.0));
            let to = |a: &Area| if a.has(p) { -a.distance(p) } else { a.distance(p) } - a.gap;
            let clear = areas.iter().map(to).fold(f64::INFINITY, f64::min);
            let d = field.at(p.x, p.y);
            assert!(clear <= 0.0 || d >= -field.slack, "{d} at {}, {}: it is free", p.x, p.y);
            assert!(
                clear >= 0.0 || d <= field.slack,
                "{d} at {}, {}: it is forbidden",
                p.x,
                p.y
            );
            // Outside it falls on, or there would be no way back.
            assert!(clear >= -9.0 || d < -9.0 + field.slack);
        }
    }

    #[test]
    fn on_the_sheet_the_field_is_the_distance_to_what_is_forbidden_within_its_slack() {
        let mut rng = Rng::new(5);
        let rim = region_of(&[pt(0.0, 0.0), pt(900.0, -60.0), pt(1000.0, 500.0), pt(300.0, 700.0)]);
        let zones: Vec<Region> = (0..40)
            .map(|_| {
                let (x, y) = (rng.range(-50.0, 1000.0), rng.range(-100.0, 700.0));
                let mut corner = || pt(x + rng.range(-60.0, 60.0), y + rng.range(-60.0, 60.0));
                region_of(&[corner(), corner(), corner()])
            })
            .collect();
        let areas: Vec<Area> = [area(&rim, true, 0.0)]
            .into_iter()
            .chain(zones.iter().map(|z| area(z, false, 0.0)))
            .collect();
        let field = Field::build(rim.bbox, &areas);
        for _ in 0..4000 {
            let p = pt(rng.range(0.0, 1000.0), rng.range(-60.0, 700.0));
            if !inside(&rim.segs, p) {
                continue;
            }
            let near = areas.iter().map(|a| a.distance(p)).fold(f64::INFINITY, f64::min);
            let true_distance = if zones.iter().any(|z| inside(&z.segs, p)) {
                -near
            } else {
                near
            };
            let off = (field.at(p.x, p.y) - true_distance).abs();
            assert!(off <= field.slack, "{off} at {}, {}", p.x, p.y);
        }
    }
}
