//! Signed distance to everything that is forbidden to a part of a piece on one sheet, on a grid: positive where free.
//! Guides the search and settles clear cases; what lies within `slack` of a border is decided by the edges themselves.

use crate::geom::{Bbox, Pt, Seg, point_seg_sq, pt};

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

/// What a field is made of: boundary segments with the distance to keep from each, and whether a row point is forbidden.
pub struct Source<'a> {
    pub segs: Vec<(&'a Seg, f64)>,
    /// (segments of one forbidden area, whether the area is all outside of them)
    pub areas: Vec<(&'a [Seg], bool)>,
}

const NODES: usize = 112;
const FEW_NODES: usize = 200;
const NONE: u32 = u32::MAX;

impl Field {
    pub fn build(bbox: Bbox, source: &Source) -> Self {
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
                let p = at(k % nx, k / nx);
                let d = match nearest[k] {
                    NONE => f64::from(f32::MAX) / 4.0,
                    s => point_seg_sq(p, source.segs[s as usize].0).sqrt(),
                };
                let gap = if nearest[k] == NONE {
                    0.0
                } else {
                    source.segs[nearest[k] as usize].1
                };
                (if forbidden[k] { -d - gap } else { d - gap }) as f32
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
    for &(segs, outside) in &source.areas {
        crossings.iter_mut().for_each(Vec::clear);
        for s in segs {
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
    let measure = |k: usize, s: u32| {
        let (seg, gap) = source.segs[s as usize];
        point_seg_sq(at(k), seg).sqrt() - gap
    };
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

    #[test]
    fn on_the_sheet_the_field_is_the_distance_to_what_is_forbidden_within_its_slack() {
        let mut rng = Rng::new(5);
        let rim = ring_segs(&[pt(0.0, 0.0), pt(900.0, -60.0), pt(1000.0, 500.0), pt(300.0, 700.0)]);
        let zones: Vec<Vec<Seg>> = (0..40)
            .map(|_| {
                let (x, y) = (rng.range(-50.0, 1000.0), rng.range(-100.0, 700.0));
                let mut corner = || pt(x + rng.range(-60.0, 60.0), y + rng.range(-60.0, 60.0));
                ring_segs(&[corner(), corner(), corner()])
            })
            .collect();
        let source = Source {
            segs: rim.iter().chain(zones.iter().flatten()).map(|s| (s, 0.0)).collect(),
            areas: std::iter::once((rim.as_slice(), true))
                .chain(zones.iter().map(|z| (z.as_slice(), false)))
                .collect(),
        };
        let field = Field::build(Bbox::of_segs(&rim), &source);
        for _ in 0..4000 {
            let p = pt(rng.range(0.0, 1000.0), rng.range(-60.0, 700.0));
            if !inside(&rim, p) {
                continue;
            }
            let near = source
                .segs
                .iter()
                .map(|s| point_seg_sq(p, s.0))
                .fold(f64::INFINITY, f64::min);
            let is_forbidden = zones.iter().any(|z| inside(z, p));
            let true_distance = if is_forbidden { -near.sqrt() } else { near.sqrt() };
            let off = (field.at(p.x, p.y) - true_distance).abs();
            assert!(off <= field.slack, "{off} at {}, {}", p.x, p.y);
        }
    }
}
