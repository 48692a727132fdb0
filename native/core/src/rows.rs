//! The least length of a strip from rows that do not count alike. Whatever weight each row across the strip has, the
//! strip's length times the sum of its weights is at least what all pieces weigh, each where it weighs least: equal
//! weights give the bound by area, light rows where pieces waste room give more. Any weights prove it; here are two kinds.

use crate::geom::{Pt, Seg};
use crate::model::Model;
use crate::pose::Pose;
use crate::rotation::Turns;

/// Rows of learnt weights, and how often they are corrected.
const ROWS: usize = 80;
const CORRECTIONS: usize = 400;
/// Of the greatest correction of a weight, as a logarithm, and the corrections after which it is half of that.
const STEP: (f64, f64) = (0.2, 40.0);
/// Multiplications that all corrections may take together: below 0.1 s.
const WORK: usize = 20_000_000;
/// Depths of a light border: the least in parts of the strip's height, and the factor from one to the next.
const DEPTH: (f64, f64) = (2e-4, 1.15);
/// The judges let a piece stick out by less than this part of a strip's height.
const TOLERANCE: f64 = 1e-6;

/// One way in which a kind may lie.
struct Lying {
    segs: Vec<Seg>,
    low: f64,
    height: f64,
    area: f64,
}

impl Lying {
    fn new(segs: &[Seg], pose: &Pose) -> Self {
        let segs: Vec<Seg> = segs
            .iter()
            .map(|s| Seg {
                a: pose.apply(s.a),
                b: pose.apply(s.b),
            })
            .collect();
        let ys = || segs.iter().map(|s| s.a.y);
        let low = ys().fold(f64::INFINITY, f64::min);
        let height = ys().fold(f64::NEG_INFINITY, f64::max) - low;
        let mut out = Self {
            segs,
            low,
            height,
            area: 0.0,
        };
        out.area = out.below(height);
        out
    }

    /// Area up to a height above its lowest point.
    fn below(&self, height: f64) -> f64 {
        let top = self.low + height;
        let slanted = |a: Pt, b: Pt| {
            let (y0, y1) = (a.y.min(top), b.y.min(top));
            let x = |y: f64| a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
            if a.y == b.y || y0 == y1 {
                0.0
            } else {
                (y1 - y0) * (x(y0) + x(y1)) / 2.0
            }
        };
        self.segs.iter().map(|s| slanted(s.a, s.b)).sum::<f64>().abs()
    }
}

/// Pieces of one kind, in every way in which they may lie on the strip.
struct Lot {
    quantity: f64,
    lying: Vec<Lying>,
}

/// Density that no layout of all pieces on the strip exceeds, at most 1. Pieces higher than the strip in every rotation
/// lie nowhere and do not count. 1 where a piece may turn by small steps.
pub fn density(model: &Model) -> f64 {
    let height = model.strip_height * (1.0 + TOLERANCE);
    let mut lots = Vec::new();
    for kind in &model.kinds {
        let Turns::Some(turns) = &kind.spec.turns else {
            return 1.0;
        };
        if turns.iter().any(|t| t.1 > 0.0) {
            return 1.0;
        }
        let sides: &[bool] = if kind.spec.mirror { &[false, true] } else { &[false] };
        let poses = turns
            .iter()
            .flat_map(|t| sides.iter().map(|&m| Pose::new(0.0, 0.0, t.0, m)));
        let lying: Vec<Lying> = poses
            .map(|pose| Lying::new(&kind.whole().segs, &pose))
            .filter(|l| l.height <= height)
            .collect();
        if !lying.is_empty() {
            let quantity = kind.spec.quantity as f64;
            lots.push(Lot { quantity, lying });
        }
    }
    let area: f64 = lots.iter().map(|l| l.quantity * l.lying[0].area).sum();
    let length = by_border(&lots, height).max(by_rows(&lots, height));
    // Even weights give the bound by area, but for rounding.
    if length * height > area * (1.0 + 2.0 * TOLERANCE) {
        area / (length * height) * (1.0 + TOLERANCE)
    } else {
        1.0
    }
}

/// Rows near the two long sides weigh nothing, all others alike: round pieces leave room along a straight side.
fn by_border(lots: &[Lot], height: f64) -> f64 {
    let depths = std::iter::successors(Some(DEPTH.0 * height), |d| Some(d * DEPTH.1));
    let length = |depth: f64| {
        let inner = height - 2.0 * depth;
        let spared = |l: &Lying| {
            let (below, above) = (l.below(depth), l.area - l.below(l.height - depth));
            // Only what is that high reaches both borders.
            if l.height < inner {
                below.max(above)
            } else {
                below + above
            }
        };
        let weight = |l: &Lying| (l.area - spared(l)).max(0.0);
        let least = |lot: &Lot| lot.lying.iter().map(weight).fold(f64::INFINITY, f64::min);
        lots.iter().map(|lot| lot.quantity * least(lot)).sum::<f64>() / inner
    };
    // Of a height near zero no depth is left, and none would grow.
    depths
        .take_while(|d| *d > 0.0 && *d < height / 4.0)
        .map(length)
        .fold(0.0, f64::max)
}

/// A lot in slices as high as a row: area by slice from below, and the rows that its lowest slice may begin in.
struct Sliced {
    quantity: f64,
    lying: Vec<(Vec<f64>, usize)>,
}

/// Learnt weights: heavier where pieces weigh more than the row's share, lighter elsewhere (a subgradient of the length).
fn by_rows(lots: &[Lot], height: f64) -> f64 {
    let row = height / ROWS as f64;
    let slice = |l: &Lying| {
        let count = ((l.height / row).ceil() as usize).clamp(1, ROWS);
        let at: Vec<f64> = (0..count).map(|k| l.below(k as f64 * row)).chain([l.area]).collect();
        let slices = at.windows(2).map(|w| (w[1] - w[0]).max(0.0)).collect();
        (slices, ((height - l.height) / row) as usize + 1)
    };
    let lots: Vec<Sliced> = lots
        .iter()
        .map(|lot| Sliced {
            quantity: lot.quantity,
            lying: lot.lying.iter().map(slice).collect(),
        })
        .collect();
    let each = |l: &(Vec<f64>, usize)| l.0.len() * l.1;
    let work: usize = lots.iter().flat_map(|lot| lot.lying.iter().map(each)).sum();
    let corrections = CORRECTIONS.min(WORK / work.max(1));
    let mut weights = vec![1.0; ROWS];
    let mut best = 0.0;
    for k in 0..corrections {
        let (length, load) = weigh(&lots, &weights, row);
        best = f64::max(best, length);
        let mean = load.iter().sum::<f64>() / ROWS as f64;
        let most = load.iter().map(|l| (l - mean).abs()).fold(f64::MIN_POSITIVE, f64::max);
        let step = STEP.0 / (1.0 + k as f64 / STEP.1);
        for (w, l) in weights.iter_mut().zip(&load) {
            *w *= (step * (l - mean) / most).exp();
        }
        let sum: f64 = weights.iter().sum();
        for w in &mut weights {
            *w *= ROWS as f64 / sum;
        }
    }
    best
}

/// The length that these weights prove, and the area in each row of pieces that lie where they weigh least.
fn weigh(lots: &[Sliced], weights: &[f64], row: f64) -> (f64, Vec<f64>) {
    // A slice seldom begins where a row does: it lies in two, and counts by the lighter.
    let lighter = |j: usize| {
        if j + 1 < ROWS && weights[j + 1] < weights[j] {
            j + 1
        } else {
            j.min(ROWS - 1)
        }
    };
    let light: Vec<f64> = (0..=ROWS).map(|j| weights[lighter(j)]).collect();
    let mut load = vec![0.0; ROWS];
    let mut all = 0.0;
    for lot in lots {
        let places = lot
            .lying
            .iter()
            .flat_map(|(slices, begins)| (0..*begins).map(move |from| (slices, from)));
        let weight = |(slices, from): (&Vec<f64>, usize)| {
            let rows = &light[from.min(ROWS)..];
            slices.iter().zip(rows).map(|(area, w)| area * w).sum::<f64>()
        };
        let Some((slices, from, least)) = places
            .map(|(slices, from)| (slices, from, weight((slices, from))))
            .min_by(|a, b| a.2.total_cmp(&b.2))
        else {
            continue;
        };
        all += lot.quantity * least;
        for (k, area) in slices.iter().enumerate().filter(|(k, _)| from + k < ROWS) {
            load[lighter(from + k)] += lot.quantity * area;
        }
    }
    (all / (weights.iter().sum::<f64>() * row), load)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::pt;
    use crate::hub::Budget;
    use crate::problem::{Objective, PieceSpec, Problem};
    use crate::rng::Rng;
    use crate::solve::solve;
    use crate::watch::Watch;
    use crate::world_tests::piece;
    use std::sync::atomic::AtomicBool;

    fn strip(height: f64, pieces: Vec<PieceSpec>) -> Problem {
        Problem {
            objective: Objective::Strip,
            strip_height: height,
            spacing: 0.0,
            kits: Vec::new(),
            pieces,
            sheets: Vec::new(),
            start: Vec::new(),
        }
    }

    fn bound_of(problem: Problem) -> f64 {
        let model = Model::build(problem, 1, Watch::untimed(&AtomicBool::new(false)), None);
        density(&model.expect("a problem that can be built").expect("not stopped"))
    }

    #[test]
    fn a_strip_of_next_to_no_height_has_an_answer_at_once() {
        for height in [f64::MIN_POSITIVE / 4e15, f64::MIN_POSITIVE, 1e-300, 1e-9] {
            let square = vec![pt(0.0, 0.0), pt(1.0, 0.0), pt(1.0, 1.0), pt(0.0, 1.0)];
            let bound = bound_of(strip(height, vec![fixed(square, 1, &[0.0])]));
            assert!(bound <= 1.0, "{bound} of a strip {height} high");
        }
    }

    fn fixed(outline: Vec<Pt>, quantity: usize, angles: &[f64]) -> PieceSpec {
        PieceSpec {
            quantity,
            mirror: false,
            turns: Turns::Some(angles.iter().map(|&a| (a, 0.0)).collect()),
            ..piece(outline)
        }
    }

    fn square(side: f64) -> Vec<Pt> {
        vec![pt(0.0, 0.0), pt(side, 0.0), pt(side, side), pt(0.0, side)]
    }

    /// Both sides of a straight cut through a convex ring.
    fn cut(ring: &[Pt], through: Pt, angle: f64) -> [Vec<Pt>; 2] {
        let (s, c) = angle.sin_cos();
        let side = |p: Pt| (p.x - through.x) * s - (p.y - through.y) * c;
        let mut out = [Vec::new(), Vec::new()];
        for (k, &p) in ring.iter().enumerate() {
            let q = ring[(k + 1) % ring.len()];
            let (a, b) = (side(p), side(q));
            out[usize::from(a < 0.0)].push(p);
            if (a < 0.0) != (b < 0.0) {
                let t = a / (a - b);
                let on = pt(p.x + (q.x - p.x) * t, p.y + (q.y - p.y) * t);
                for side in &mut out {
                    side.push(on);
                }
            }
        }
        out
    }

    #[test]
    fn what_a_strip_was_cut_into_may_fill_it() {
        let mut rng = Rng::new(11);
        for round in 0..40 {
            let mut parts = vec![vec![pt(0.0, 0.0), pt(30.0, 0.0), pt(30.0, 10.0), pt(0.0, 10.0)]];
            for _ in 0..3 + round % 9 {
                let k = rng.below(parts.len());
                let ring = parts.swap_remove(k);
                let n = ring.len() as f64;
                let sum = ring.iter().fold((0.0, 0.0), |s, p| (s.0 + p.x, s.1 + p.y));
                let straight = round % 2 == 0;
                let angle = if straight {
                    std::f64::consts::FRAC_PI_2 * rng.below(2) as f64
                } else {
                    rng.range(0.0, std::f64::consts::PI)
                };
                parts.extend(cut(&ring, pt(sum.0 / n, sum.1 / n), angle));
            }
            let angles: &[f64] = if round % 3 == 0 { &[0.0, 90.0, 180.0] } else { &[0.0] };
            let pieces = parts.into_iter().map(|p| fixed(p, 1, angles)).collect();
            assert_eq!(bound_of(strip(10.0, pieces)), 1.0, "round {round}");
        }
    }

    #[test]
    fn what_is_higher_than_half_the_strip_lies_alone() {
        let bound = bound_of(strip(10.0, vec![fixed(square(6.0), 5, &[0.0, 90.0])]));
        assert!((0.6..0.66).contains(&bound), "{bound}");
        // Half of the height lies in twos.
        assert_eq!(bound_of(strip(10.0, vec![fixed(square(5.0), 5, &[0.0])])), 1.0);
        // Two of three: at most 8 of 10 rows are ever full.
        let bound = bound_of(strip(10.0, vec![fixed(square(4.0), 9, &[0.0])]));
        assert!((0.8..0.95).contains(&bound), "{bound}");
    }

    #[test]
    fn round_pieces_leave_room_along_a_straight_side() {
        let disc = (0..48).map(|k| f64::from(k) * std::f64::consts::TAU / 48.0);
        let disc: Vec<Pt> = disc.map(|t| pt(5.0 * t.cos(), 5.0 * t.sin())).collect();
        let bound = bound_of(strip(60.0, vec![fixed(disc.clone(), 20, &[0.0, 90.0])]));
        // Hexagons of discs have .9069.
        assert!((0.9069..0.9999).contains(&bound), "{bound}");
        let may_turn = PieceSpec {
            turns: Turns::Free,
            ..fixed(disc, 20, &[])
        };
        assert_eq!(bound_of(strip(60.0, vec![may_turn])), 1.0);
    }

    #[test]
    fn no_layout_found_is_denser() {
        let mut rng = Rng::new(4);
        for seed in 0..12 {
            let pieces: Vec<PieceSpec> = (0..3)
                .map(|_| {
                    let corners = 3 + rng.below(6);
                    let corner = |k: usize, r: f64| {
                        let t = std::f64::consts::TAU * k as f64 / corners as f64;
                        pt(r * t.cos(), r * t.sin())
                    };
                    let outline = (0..corners).map(|k| corner(k, rng.range(1.0, 3.0))).collect();
                    PieceSpec {
                        mirror: seed % 2 == 0,
                        ..fixed(outline, 1 + seed % 3, &[0.0, 180.0])
                    }
                })
                .collect();
            let problem = strip(6.5, pieces);
            let budget = Budget {
                seconds: None,
                evaluations: Some(15_000),
                threads: 1,
                seed: seed as u64,
            };
            let found = solve(problem.clone(), budget, &AtomicBool::new(false), &|_, _| {}).expect("a layout");
            let bound = bound_of(problem);
            assert!(found.best.value <= bound, "{} of {bound}", found.best.value);
        }
    }
}
