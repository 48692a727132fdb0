//! Puzzles that are cut from their sheet, and laid again.

use crate::geom::{Pt, pt, ring_area};
use crate::hub::{Budget, Ended};
use crate::outset::moved_out;
use crate::problem::{Objective, PieceSpec, Placement, Problem, SheetSpec};
use crate::region::Rings;
use crate::rng::Rng;
use crate::rotation::Turns;
use crate::solve::{Outcome, solve};
use std::sync::atomic::AtomicBool;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 600.0;

/// A rectangle cut by slanting lines until there are `count` convex pieces; what is cut twice shares its points.
fn dissection(rng: &mut Rng, count: usize) -> Vec<Vec<Pt>> {
    let mut parts = vec![vec![pt(0.0, 0.0), pt(WIDTH, 0.0), pt(WIDTH, HEIGHT), pt(0.0, HEIGHT)]];
    while parts.len() < count {
        parts.sort_by(|a, b| ring_area(a).total_cmp(&ring_area(b)));
        let ring = parts.pop().expect("a part");
        let n = ring.len();
        let (i, step) = (rng.below(n), 1 + rng.below(n - 1));
        let j = (i + step) % n;
        let on = |k: usize, t: f64| {
            let (a, b) = (ring[k], ring[(k + 1) % n]);
            pt(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t)
        };
        let (p, q) = (on(i, rng.range(0.3, 0.7)), on(j, rng.range(0.3, 0.7)));
        let walk = |from: usize, to: usize| {
            (1..=n)
                .map(move |k| (from + k) % n)
                .take_while(move |&k| k != (to + 1) % n)
        };
        let half = |a: Pt, from: usize, b: Pt, to: usize| -> Vec<Pt> {
            std::iter::once(a)
                .chain(walk(from, to).map(|k| ring[k]))
                .chain([b])
                .collect()
        };
        parts.push(half(p, i, q, j));
        parts.push(half(q, j, p, i));
    }
    rng.shuffle(&mut parts);
    parts
}

fn polyominoes(rng: &mut Rng, count: usize) -> Vec<Vec<Pt>> {
    polyominoes_on(rng, count, (6, 4))
}

/// The same rectangle cut along a grid into pieces that hang together by sides and have no holes:
/// most of them are concave.
fn polyominoes_on(rng: &mut Rng, count: usize, (columns, rows): (usize, usize)) -> Vec<Vec<Pt>> {
    loop {
        let mut owner = vec![None; columns * rows];
        for piece in 0..count {
            owner[(piece * columns * rows) / count] = Some(piece);
        }
        while owner.contains(&None) {
            let (x, y) = (rng.below(columns), rng.below(rows));
            let (i, j) = match rng.below(4) {
                0 if x > 0 => (x - 1, y),
                1 if x + 1 < columns => (x + 1, y),
                2 if y > 0 => (x, y - 1),
                3 if y + 1 < rows => (x, y + 1),
                _ => continue,
            };
            owner[y * columns + x] = owner[y * columns + x].or(owner[j * columns + i]);
        }
        let rings: Option<Vec<Vec<Pt>>> = (0..count)
            .map(|piece| {
                let own = |x: i32, y: i32| {
                    (0..columns as i32).contains(&x)
                        && (0..rows as i32).contains(&y)
                        && owner[y as usize * columns + x as usize] == Some(piece)
                };
                let mut next = std::collections::BTreeMap::new();
                for (x, y) in (0..columns as i32).flat_map(|x| (0..rows as i32).map(move |y| (x, y))) {
                    let sides = [
                        ((x, y), (x + 1, y), (x, y - 1)),
                        ((x + 1, y), (x + 1, y + 1), (x + 1, y)),
                        ((x + 1, y + 1), (x, y + 1), (x, y + 1)),
                        ((x, y + 1), (x, y), (x - 1, y)),
                    ];
                    for (a, b, (i, j)) in sides {
                        // A corner where it touches itself would be left twice.
                        if own(x, y) && !own(i, j) && next.insert(a, b).is_some() {
                            return None;
                        }
                    }
                }
                let begin = *next.keys().next()?;
                let ring: Vec<(i32, i32)> =
                    std::iter::successors(Some(begin), |at| next.get(at).copied().filter(|&to| to != begin)).collect();
                let (w, h) = (WIDTH / columns as f64, HEIGHT / rows as f64);
                let points = ring.iter().map(|&(x, y)| pt(f64::from(x) * w, f64::from(y) * h));
                (ring.len() == next.len()).then(|| points.collect())
            })
            .collect();
        if let Some(rings) = rings {
            return rings;
        }
    }
}

fn piece(outline: &[Pt], shift: Pt) -> PieceSpec {
    PieceSpec {
        quantity: 1,
        base: 1,
        mirror: false,
        priority: 0.0,
        value: None,
        kit: None,
        per_kit: 0,
        pair_of: None,
        spacing: 0.0,
        common_line: false,
        grain: None,
        centre_doubt: 0.0,
        turns: Turns::Some(vec![(0.0, 0.0)]),
        shape: Rings {
            outline: outline.iter().map(|p| pt(p.x - shift.x, p.y - shift.y)).collect(),
            holes: Vec::new(),
        },
        zones: Vec::new(),
    }
}

/// What stands between the pieces and round them.
#[derive(Clone, Copy, Default)]
struct Room {
    spacing: f64,
    margin: f64,
    /// The sheet is so much larger to the right and upwards.
    left_over: f64,
}

fn run(parts: &[Vec<Pt>], locked: usize, strip: bool) -> Outcome {
    run_with(parts, locked, strip, Room::default())
}

fn run_with(parts: &[Vec<Pt>], locked: usize, strip: bool, room: Room) -> Outcome {
    let half = room.spacing / 2.0;
    let parts: Vec<Vec<Pt>> = parts.iter().map(|p| moved_out(p, -half)).collect();
    let (w, h) = (WIDTH + room.left_over, HEIGHT + room.left_over);
    let outline = moved_out(&[pt(0.0, 0.0), pt(w, 0.0), pt(w, h), pt(0.0, h)], room.margin - half);
    let shift = pt(137.0, -55.5);
    let sheet = SheetSpec {
        quantity: 1,
        base: Some(1),
        cost: 1.0,
        margin: room.margin,
        directed: false,
        grain: Vec::new(),
        outline,
        holes: Vec::new(),
        zones: Vec::new(),
        shades: Vec::new(),
        locked: (0..locked)
            .map(|piece| Placement {
                sheet: 0,
                copy: 0,
                piece,
                x: shift.x,
                y: shift.y,
                rotation: 0.0,
                mirrored: false,
            })
            .collect(),
    };
    let problem = Problem {
        objective: if strip { Objective::Strip } else { Objective::Sheets },
        strip_height: if strip { HEIGHT } else { 0.0 },
        spacing: room.spacing,
        kits: Vec::new(),
        pieces: parts.iter().map(|p| piece(p, shift)).collect(),
        sheets: if strip { Vec::new() } else { vec![sheet] },
        start: Vec::new(),
    };
    let budget = Budget {
        seconds: None,
        evaluations: Some(60_000),
        threads: 1,
        seed: 1,
    };
    solve(problem, budget, &AtomicBool::new(false), &|_, _| {}).expect("a problem that can be solved")
}

#[test]
fn up_to_eight_pieces_of_a_cut_rectangle_are_laid_whole_again() {
    let mut rng = Rng::new(11);
    for round in 0..40 {
        let parts = dissection(&mut rng, 2 + round % 7);
        let outcome = run(&parts, 0, false);
        assert_eq!(outcome.best.placements.len(), parts.len(), "round {round}");
        assert_eq!(outcome.ended, Ended::Complete);
        let strip = run(&parts, 0, true);
        assert!(strip.best.value > 1.0 - 1e-9, "round {round}: {}", strip.best.value);
    }
}

#[test]
fn concave_pieces_lie_in_each_other_without_a_gap() {
    let mut rng = Rng::new(14);
    for round in 0..40 {
        let parts = polyominoes(&mut rng, 2 + round % 7);
        let outcome = run(&parts, 0, false);
        assert_eq!(outcome.best.placements.len(), parts.len(), "round {round}");
        assert_eq!(run(&parts, parts.len(), false).best.placements.len(), parts.len());
        let strip = run(&parts, 0, true);
        assert!(strip.best.value > 1.0 - 1e-9, "round {round}: {}", strip.best.value);
    }
}

#[test]
fn with_all_but_one_locked_the_last_finds_its_hole() {
    let mut rng = Rng::new(12);
    for round in 0..40 {
        let parts = dissection(&mut rng, 2 + round % 11);
        let outcome = run(&parts, parts.len() - 1, false);
        assert_eq!(outcome.best.placements.len(), parts.len(), "round {round}");
        let last = outcome
            .best
            .placements
            .iter()
            .find(|p| p.piece == parts.len() - 1)
            .expect("the last piece");
        assert!((last.x - 137.0).hypot(last.y + 55.5) < 1e-6, "{last:?}");
    }
}

#[test]
fn what_keeps_apart_within_a_margin_is_laid_whole_again() {
    let mut rng = Rng::new(15);
    let (spacing, margin, left_over) = (4.0, 7.0, 0.1);
    let none = Room::default();
    let rooms = [
        Room { margin, ..none },
        Room { spacing, ..none },
        Room {
            spacing,
            margin,
            ..none
        },
        Room { left_over, ..none },
        Room {
            spacing,
            margin,
            left_over,
        },
    ];
    for (k, &room) in rooms.iter().enumerate() {
        for round in 0..20 {
            for parts in [
                polyominoes(&mut rng, 2 + round % 7),
                dissection(&mut rng, 2 + round % 7),
            ] {
                let laid = run_with(&parts, 0, false, room).best.placements.len();
                assert_eq!(laid, parts.len(), "room {k}, round {round}");
            }
        }
    }
}

#[test]
fn where_pieces_are_missing_the_others_are_laid_all_the_same() {
    let mut rng = Rng::new(13);
    let mut parts = dissection(&mut rng, 6);
    parts.pop();
    assert_eq!(run(&parts, 0, false).best.placements.len(), 5);
}

#[test]
fn on_a_sheet_some_percent_larger_up_to_eight_pieces_are_laid_whole_again() {
    for seed in 200..205 {
        let mut rng = Rng::new(seed);
        for count in 5..=8 {
            for left_over in [11.9, 17.5] {
                let room = Room {
                    left_over,
                    ..Room::default()
                };
                let parts = polyominoes_on(&mut rng, count, (9, 7));
                let laid = run_with(&parts, 0, false, room).best.placements.len();
                assert_eq!(laid, count, "seed {seed}, {left_over} more");
                let parts = dissection(&mut Rng::new(seed), count);
                assert_eq!(run_with(&parts, 0, false, room).best.placements.len(), count);
            }
        }
    }
}
