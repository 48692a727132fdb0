//! Few pieces that fill a sheet, or a strip, with hardly any rest: chance would never lay them, but there is little choice.
//!
//! The leftmost, lowest point of what is still free is a corner of something that lies already, and in a layout without
//! rest it is covered by the leftmost, lowest corner of one of the pieces left: one place for each piece and rotation.
//! Pieces that keep apart are grown by half of that, and the sheet by as much less its margin: then they touch. Where a
//! little is left over, a corner may stay free.

use crate::geom::{Pt, pt};
use crate::kind::Kind;
use crate::outset::{LONGEST_MITRE, about_centroid, grown, net_area, net_left_of};
use crate::pose::Pose;
use crate::region::{Prepared, Rings};
use crate::rotation::Turns;
use crate::search::Worker;
use crate::world::Placed;

const MOST: usize = 12;
/// Areas that differ by less than this part are the same; files are written with few digits.
const SAME_AREA: f64 = 1e-6;
/// Places that are tried at most.
const TRIES: u64 = 100_000;
/// With so much left over, in parts of the sheet, fewer pieces are laid by fewer tries: there is more choice, though none
/// is followed that leaves more than that free behind it.
const LEFT_OVER: f64 = 0.05;
const MOST_LOOSE: usize = 8;
const LOOSE_TRIES: u64 = 6_000;
/// Corners of slivers beside pieces, and those that are passed over for a better one.
const MOST_SKIPS: usize = 40;
const MOST_SPARE: usize = 3;
/// Directions in which a corner is looked at for free ground, and how far from it, in parts of the ground's size.
const DIRECTIONS: usize = 360;
const LOOK: f64 = 1e-5;
/// Corners closer than this part of the ground's size lie on one vertical line.
const SAME: f64 = 1e-7;

struct Ground {
    bay: usize,
    area: Prepared,
    rings: Rings,
    /// Area that no piece is needed for.
    left_over: f64,
    corners: Vec<Pt>,
    /// Of each kind, about its centroid, grown by half of what they keep apart.
    shapes: Vec<(Rings, Prepared)>,
    size: f64,
    /// By so much at most its shapes are larger than the true ones.
    growth: f64,
    /// Corners that may stay free where none of the pieces left fits, and where one does.
    skips: usize,
    most_spare: usize,
    most_tries: u64,
}

/// All kinds about their centroids, grown by half of one distance: many bays ask for the same.
struct GrownKinds {
    half: f64,
    shapes: Vec<Rings>,
    areas: Vec<f64>,
}

impl GrownKinds {
    fn new(kinds: &[Kind], half: f64) -> Self {
        let shapes: Vec<Rings> = kinds.iter().map(|kind| grown(&about_centroid(kind), half)).collect();
        Self {
            half,
            areas: shapes.iter().map(net_area).collect(),
            shapes,
        }
    }
}

/// How far a walk through all that can be tried has come.
struct Walk {
    /// Corners that may still stay free though a piece fits there.
    spare: usize,
    tries: u64,
    skipped: Vec<Pt>,
}

impl Ground {
    /// Whether `p` comes before `q` from left to right, then from below.
    fn is_before(&self, p: Pt, q: Pt) -> bool {
        if (p.x - q.x).abs() > SAME * self.size {
            p.x < q.x
        } else {
            p.y < q.y
        }
    }

    fn is_same(&self, p: Pt, q: Pt) -> bool {
        let same = SAME * self.size;
        (p.x - q.x).abs() < same && (p.y - q.y).abs() < same
    }
}

impl Worker<'_, '_, '_> {
    /// Lays all that is unplaced on the one bay that it would fill, or nearly; false, and nothing moved, where there is no
    /// such bay, rotations are free, or pieces keep different distances.
    pub fn lay_jigsaw(&mut self) -> bool {
        let left: Vec<usize> = (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_none())
            .collect();
        let fixed = |i: &usize| matches!(&self.kind(*i).spec.turns, Turns::Some(v) if v.iter().all(|t| t.1 == 0.0));
        if left.is_empty() || left.len() > MOST || !left.iter().all(fixed) {
            return false;
        }
        let width = self.world.width;
        let mut grown_kinds = None;
        for bay in 0..self.world.bays.len() {
            let bound = |i: &usize| self.world.bound_to(*i).is_some_and(|only| only != bay);
            if left.iter().any(bound) {
                continue;
            }
            let Some(ground) = self.ground_of(bay, &left, &mut grown_kinds) else {
                continue;
            };
            let mut walk = Walk {
                spare: 0,
                tries: 0,
                skipped: Vec::new(),
            };
            for spare in 0..=ground.most_spare {
                walk.spare = spare;
                if self.lay_rest(&ground, &left, &mut walk) {
                    return true;
                }
            }
            self.world.width = width;
        }
        false
    }

    /// What is to be filled, and by what; None where it would not be filled. The strip becomes as long as is needed.
    fn ground_of(&mut self, bay: usize, left: &[usize], grown_kinds: &mut Option<GrownKinds>) -> Option<Ground> {
        let lying: Vec<usize> = self.world.bays[bay].items.iter().map(|&i| i as usize).collect();
        let half = self.distance_of(left, &lying)? / 2.0;
        if grown_kinds.as_ref().is_none_or(|g| g.half != half) {
            *grown_kinds = Some(GrownKinds::new(&self.model.kinds, half));
        }
        let GrownKinds { shapes, areas, .. } = grown_kinds.as_ref()?;
        let needed: f64 = left.iter().chain(&lying).map(|&i| areas[self.model.items[i]]).sum();
        let rings = self.outline_of(bay, needed, half);
        let whole = net_area(&rings);
        let left_over = whole - needed;
        let is_exact = left_over.abs() <= SAME_AREA * whole;
        let is_loose = !self.world.is_strip() && left.len() <= MOST_LOOSE && left_over > 0.0;
        if !(is_exact || is_loose && left_over <= LEFT_OVER * whole) {
            return None;
        }
        if self.world.is_strip() {
            self.world.width = rings.outline.iter().map(|p| p.x).fold(0.0, f64::max) - half;
        }
        let corners: Vec<Pt> = rings.all().flatten().copied().collect();
        let from = corners[0];
        Some(Ground {
            bay,
            area: rings.prepared(),
            left_over: left_over + SAME_AREA * whole,
            size: corners
                .iter()
                .fold(0.0, |m, p| (p.x - from.x).hypot(p.y - from.y).max(m)),
            corners,
            shapes: shapes.iter().map(|rings| (rings.clone(), rings.prepared())).collect(),
            growth: LONGEST_MITRE * half,
            rings,
            skips: if is_exact { 0 } else { MOST_SKIPS },
            most_spare: if is_exact { 0 } else { MOST_SPARE },
            most_tries: if is_exact { TRIES } else { LOOSE_TRIES },
        })
    }

    /// What these keep from another and from what lies there, where all keep the same.
    fn distance_of(&self, left: &[usize], lying: &[usize]) -> Option<f64> {
        let all: Vec<usize> = left.iter().chain(lying).map(|&i| self.model.items[i]).collect();
        let mut pairs = (0..left.len()).flat_map(|k| all[k + 1..].iter().map(move |&other| (k, other)));
        let Some(first) = pairs.next() else {
            return Some(0.0);
        };
        let gap = |(k, other): (usize, usize)| self.model.gap(all[k], other);
        let same = gap(first);
        pairs.all(|pair| gap(pair) == same).then_some(same)
    }

    /// Outline and holes of a bay, less its margin and grown by `half`; of the strip as much as `needed` fills.
    fn outline_of(&self, bay: usize, needed: f64, half: f64) -> Rings {
        if self.world.is_strip() {
            let (x0, h) = (-half, self.model.strip_height + half);
            let w = needed / (h - x0) + x0;
            return Rings {
                outline: vec![pt(x0, x0), pt(w, x0), pt(w, h), pt(x0, h)],
                holes: Vec::new(),
            };
        }
        let spec = &self.model.sheets[self.world.bays[bay].sheet].spec;
        let rings = Rings {
            outline: spec.outline.clone(),
            holes: spec.holes.clone(),
        };
        grown(&rings, half - spec.margin)
    }

    fn lay_rest(&mut self, ground: &Ground, left: &[usize], walk: &mut Walk) -> bool {
        if left.is_empty() {
            return true;
        }
        let Some(corner) = self.first_free(ground, &walk.skipped) else {
            return false;
        };
        // What is laid from here on begins at this corner or to the right of it.
        if ground.skips > 0 && self.free_left_of(ground, corner.x) > ground.left_over {
            return false;
        }
        let mut tried: Vec<usize> = Vec::new();
        let mut is_forced = true;
        for (k, &item) in left.iter().enumerate() {
            let kind = self.kind(item);
            if tried.contains(&self.model.items[item]) {
                continue;
            }
            tried.push(self.model.items[item]);
            let Turns::Some(angles) = &kind.spec.turns else {
                continue;
            };
            for (angle, mirrored) in angles.iter().flat_map(|&(a, _)| [(a, false), (a, true)]) {
                if mirrored && !kind.spec.mirror {
                    continue;
                }
                walk.tries += 1;
                if walk.tries > ground.most_tries || self.over() {
                    return false;
                }
                let turned = Pose::new(0.0, 0.0, angle, mirrored);
                let own = ground.shapes[self.model.items[item]].0.outline.iter();
                let own = own.map(|&p| turned.turn(p));
                let Some(first) = own.reduce(|p, q| if ground.is_before(q, p) { q } else { p }) else {
                    continue;
                };
                let pose = turned.moved(corner.x - first.x, corner.y - first.y);
                let sheet = self.model.sheets.get(self.world.bays[ground.bay].sheet);
                if !kind.turns(sheet, pose.x, pose.y, mirrored).allows(angle) || !self.is_free(item, ground.bay, &pose)
                {
                    continue;
                }
                is_forced = false;
                self.world.put(item, ground.bay, pose);
                let rest: Vec<usize> = left.iter().enumerate().filter(|o| o.0 != k).map(|o| *o.1).collect();
                if self.lay_rest(ground, &rest, walk) {
                    return true;
                }
                self.world.take(item);
            }
        }
        if walk.skipped.len() >= ground.skips || (!is_forced && walk.spare == 0) {
            return false;
        }
        walk.spare -= usize::from(!is_forced);
        walk.skipped.push(corner);
        let is_laid = self.lay_rest(ground, left, walk);
        walk.skipped.pop();
        walk.spare += usize::from(!is_forced);
        is_laid
    }

    /// How much lies free to the left of `x`.
    fn free_left_of(&self, ground: &Ground, x: f64) -> f64 {
        let lying = self.world.bays[ground.bay].items.iter();
        let laid = lying.filter_map(|&i| {
            let at = self.world.placed[i as usize].as_ref()?.pose;
            let (rings, _) = &ground.shapes[self.model.items[i as usize]];
            Some(net_left_of(rings, x, |p| at.apply(p)))
        });
        net_left_of(&ground.rings, x, |p| p) - laid.sum::<f64>()
    }

    /// The first corner of ground and pieces beside which something is free.
    fn first_free(&self, ground: &Ground, skipped: &[Pt]) -> Option<Pt> {
        let lying = &self.world.bays[ground.bay].items;
        let mut corners = ground.corners.clone();
        for &i in lying {
            if let Some(p) = &self.world.placed[i as usize] {
                let (rings, _) = &ground.shapes[self.model.items[i as usize]];
                corners.extend(rings.all().flatten().map(|&q| p.pose.apply(q)));
            }
        }
        let reach = LOOK * ground.size;
        let is_free = |c: &Pt| {
            !skipped.iter().any(|s| ground.is_same(*s, *c))
                && (0..DIRECTIONS).any(|k| {
                    let t = std::f64::consts::TAU * (k as f64 + 0.37) / DIRECTIONS as f64;
                    let q = pt(c.x + t.cos() * reach, c.y + t.sin() * reach);
                    // By the true shapes: those that collisions are asked of leave hair cracks.
                    let covered = |i: &u32| {
                        let placed = self.world.placed[*i as usize].as_ref();
                        let local = |p: &Placed| p.pose.local(q);
                        let kind = self.model.items[*i as usize];
                        placed.is_some_and(|p| {
                            p.bbox.grown(reach + ground.growth).holds(q) && ground.shapes[kind].1.has(local(p))
                        })
                    };
                    ground.area.has(q) && !lying.iter().any(covered)
                })
        };
        corners.sort_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
        corners.dedup_by(|p, q| ground.is_same(*p, *q));
        let same = SAME * ground.size;
        let first = corners.iter().position(is_free)?;
        // Of those on one vertical line the lowest.
        let line = corners[first..].iter().take_while(|c| c.x - corners[first].x <= same);
        line.filter(|c| is_free(c))
            .copied()
            .reduce(|p, q| if ground.is_before(q, p) { q } else { p })
    }
}

#[cfg(test)]
mod tests {
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
                        std::iter::successors(Some(begin), |at| next.get(at).copied().filter(|&to| to != begin))
                            .collect();
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
}
