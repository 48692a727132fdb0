//! Boxes over runs of segments and over pairs of those, for outlines of many points: which segments are near a place, on
//! its level, or touch a box, without asking each. Answers are those of asking each, to the last bit.

use crate::geom::{Bbox, Pt, Seg, crosses_right_of, point_seg_sq};

/// Things under one box of the lowest row; neighbours in their order should be neighbours in place.
const RUN: usize = 8;
/// Computed distances are off by less than this part of the coordinates.
const ROUNDING: f64 = 1e-12;

/// A heap of boxes: 1 over all, 2k and 2k + 1 under k.
#[derive(Clone, Debug)]
pub struct Runs {
    boxes: Vec<Bbox>,
    count: usize,
    first_leaf: usize,
}

impl Runs {
    pub fn new(things: impl ExactSizeIterator<Item = Bbox>) -> Self {
        let count = things.len();
        let first_leaf = count.div_ceil(RUN).max(1).next_power_of_two();
        let mut boxes = vec![Bbox::EMPTY; 2 * first_leaf];
        for (k, b) in things.enumerate() {
            let leaf = &mut boxes[first_leaf + k / RUN];
            *leaf = leaf.join(b);
        }
        for k in (1..first_leaf).rev() {
            boxes[k] = boxes[2 * k].join(boxes[2 * k + 1]);
        }
        Self {
            boxes,
            count,
            first_leaf,
        }
    }

    pub fn of_segs(segs: &[Seg]) -> Self {
        Self::new(segs.iter().map(Seg::bbox))
    }

    fn run(&self, leaf: usize) -> std::ops::Range<usize> {
        let from = (leaf - self.first_leaf) * RUN;
        from..(from + RUN).min(self.count)
    }

    /// Visits every thing under boxes that are wanted, in order.
    fn walk(&self, is_wanted: impl Fn(&Bbox) -> bool, mut visit: impl FnMut(usize)) {
        let mut open = vec![1];
        while let Some(node) = open.pop() {
            if !is_wanted(&self.boxes[node]) {
                continue;
            }
            if node >= self.first_leaf {
                self.run(node).for_each(&mut visit);
            } else {
                open.extend([2 * node + 1, 2 * node]);
            }
        }
    }

    /// `geom::inside`.
    pub fn inside(&self, segs: &[Seg], p: Pt) -> bool {
        let mut odd = false;
        self.walk(|b| b.y0 <= p.y && p.y < b.y1, |k| odd ^= crosses_right_of(&segs[k], p));
        odd
    }

    /// The least `point_seg_sq`; infinite without segments.
    pub fn distance_sq(&self, segs: &[Seg], p: Pt) -> f64 {
        let all = &self.boxes[1];
        let farthest = [all.x0, all.y0, all.x1, all.y1, p.x, p.y].map(f64::abs);
        let rounding = ROUNDING * farthest.into_iter().fold(0.0, f64::max);
        let (mut least, mut reach) = (f64::INFINITY, f64::INFINITY);
        let mut open = vec![(1, distance_sq(all, p))];
        while let Some((node, away)) = open.pop() {
            if away > reach {
                continue;
            }
            if node < self.first_leaf {
                let [a, b] = [2 * node, 2 * node + 1].map(|k| (k, distance_sq(&self.boxes[k], p)));
                open.extend(if a.1 < b.1 { [b, a] } else { [a, b] });
                continue;
            }
            let near = self.run(node).map(|k| point_seg_sq(p, &segs[k]));
            let near = near.fold(f64::INFINITY, f64::min);
            if near < least {
                least = near;
                reach = (near.sqrt() + rounding).powi(2);
            }
        }
        least
    }

    /// Visits, in order, from `from` on all that may touch a box, and some that does not.
    pub fn touching(&self, b: &Bbox, from: usize, mut visit: impl FnMut(usize)) {
        self.walk(
            |run| run.touches(b),
            |k| {
                if k >= from {
                    visit(k);
                }
            },
        );
    }
}

fn distance_sq(b: &Bbox, p: Pt) -> f64 {
    let (dx, dy) = (
        (b.x0 - p.x).max(p.x - b.x1).max(0.0),
        (b.y0 - p.y).max(p.y - b.y1).max(0.0),
    );
    dx * dx + dy * dy
}

/// The greatest distance of two points, of which neighbours in their order are neighbours in place; 0 without any.
pub fn diameter(points: &[Pt]) -> f64 {
    let distance = |p: Pt, q: Pt| (p.x - q.x).hypot(p.y - q.y);
    let square = |p: Pt, q: Pt| (p.x - q.x).powi(2) + (p.y - q.y).powi(2);
    let Some(&any) = points.first() else { return 0.0 };
    let farthest = |p: Pt| {
        points
            .iter()
            .copied()
            .fold(any, |q, r| if square(p, r) > square(p, q) { r } else { q })
    };
    let one = farthest(any);
    let mut most = distance(one, farthest(one));
    let runs = Runs::new(points.iter().map(|&p| Bbox::of([p])));
    let mut open = vec![(1, 1)];
    while let Some((a, b)) = open.pop() {
        let both = runs.boxes[a].join(runs.boxes[b]);
        let worth = most * most * (1.0 - ROUNDING);
        // Empty boxes are at minus infinity.
        if both.width() < 0.0 || both.width().powi(2) + both.height().powi(2) < worth {
            continue;
        }
        match (a >= runs.first_leaf, b >= runs.first_leaf) {
            (true, true) => {
                for (p, q) in runs
                    .run(a)
                    .flat_map(|i| runs.run(b).map(move |k| (points[i], points[k])))
                {
                    if square(p, q) >= worth {
                        most = most.max(distance(p, q));
                    }
                }
            }
            _ if a == b => open.extend([(2 * a, 2 * a), (2 * a, 2 * a + 1), (2 * a + 1, 2 * a + 1)]),
            // All leaves are in one row: of two different boxes of a row both have others under them, or none.
            _ => open.extend([
                (2 * a, 2 * b),
                (2 * a, 2 * b + 1),
                (2 * a + 1, 2 * b),
                (2 * a + 1, 2 * b + 1),
            ]),
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{inside, pt};
    use crate::region::ring_segs;
    use crate::rng::Rng;

    /// Round, ragged, or without any order.
    fn points(rng: &mut Rng, count: usize, round: usize) -> Vec<Pt> {
        let at = |k: usize, rng: &mut Rng| {
            let (sin, cos) = (k as f64 * std::f64::consts::TAU / count as f64).sin_cos();
            match round % 3 {
                0 => pt(700.0 + 300.0 * cos, 300.0 * sin),
                1 => pt(
                    (700.0 + 300.0 * rng.range(0.5, 1.0) * cos).round(),
                    (300.0 * sin).round(),
                ),
                _ => pt(rng.range(-90.0, 90.0), rng.range(-90.0, 90.0).round()),
            }
        };
        (0..count).map(|k| at(k, rng)).collect()
    }

    #[test]
    fn answers_are_those_of_asking_each() {
        let mut rng = Rng::new(3);
        for round in 0..60 {
            let count = 3 + rng.below(if round < 50 { 120 } else { 3000 });
            let ring = points(&mut rng, count, round);
            let segs = ring_segs(&ring);
            let (runs, all) = (Runs::of_segs(&segs), Bbox::of_segs(&segs).grown(50.0));
            for k in 0..200 {
                let p = match k % 4 {
                    0 => ring[rng.below(count)],
                    1 => segs[rng.below(segs.len())].at(0.5),
                    _ => pt(rng.range(all.x0, all.x1), rng.range(all.y0, all.y1)),
                };
                assert_eq!(runs.inside(&segs, p), inside(&segs, p));
                let each = segs.iter().map(|s| point_seg_sq(p, s)).fold(f64::INFINITY, f64::min);
                assert_eq!(runs.distance_sq(&segs, p).to_bits(), each.to_bits(), "round {round}");
            }
            let b = segs[rng.below(segs.len())].bbox().grown(5.0);
            let from = rng.below(segs.len());
            let mut near = Vec::new();
            runs.touching(&b, from, |k| near.push(k));
            let touches = |k: &usize| segs[*k].bbox().touches(&b);
            near.retain(touches);
            assert_eq!(near, (from..segs.len()).filter(touches).collect::<Vec<_>>());
            let pairs = ring
                .iter()
                .flat_map(|p| ring.iter().map(move |q| (p.x - q.x).hypot(p.y - q.y)));
            assert_eq!(
                diameter(&ring).to_bits(),
                pairs.fold(0.0, f64::max).to_bits(),
                "round {round}"
            );
        }
    }

    #[test]
    fn without_anything_there_is_nothing() {
        assert_eq!(diameter(&[]), 0.0);
        assert_eq!(diameter(&[pt(3.0, 4.0)]), 0.0);
        let none = Runs::of_segs(&[]);
        assert!(!none.inside(&[], pt(0.0, 0.0)));
        assert_eq!(none.distance_sq(&[], pt(0.0, 0.0)), f64::INFINITY);
    }
}
