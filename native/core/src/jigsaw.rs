//! Few pieces that fill a sheet, or a strip, without any rest: chance would never lay them, but there is hardly a choice.
//!
//! The leftmost, lowest point of what is still free is a corner of something that lies already, and in a layout without
//! rest it is covered by the leftmost, lowest corner of one of the pieces left: one place for each piece and rotation.

use crate::geom::{Pt, pt};
use crate::kind::Kind;
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
/// Directions in which a corner is looked at for free ground, and how far from it, in parts of the ground's size.
const DIRECTIONS: usize = 360;
const LOOK: f64 = 1e-5;
/// Corners closer than this part of the ground's size lie on one vertical line.
const SAME: f64 = 1e-7;

struct Ground {
    bay: usize,
    area: Prepared,
    corners: Vec<Pt>,
    /// Of each kind, about its centroid.
    shapes: Vec<Prepared>,
    size: f64,
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
}

impl Worker<'_, '_, '_> {
    /// Lays all that is unplaced on the one bay that it would fill exactly; false, and nothing moved, where there is no
    /// such bay, rotations are free, or pieces keep apart.
    pub fn lay_jigsaw(&mut self) -> bool {
        let left: Vec<usize> = (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_none())
            .collect();
        let fixed = |i: &usize| matches!(&self.kind(*i).spec.turns, Turns::Some(v) if v.iter().all(|t| t.1 == 0.0));
        if left.is_empty() || left.len() > MOST || !left.iter().all(fixed) {
            return false;
        }
        let area: f64 = left.iter().map(|&i| self.kind(i).area).sum();
        let width = self.world.width;
        for bay in 0..self.world.bays.len() {
            let lying: f64 = self.world.bays[bay]
                .items
                .iter()
                .map(|&i| self.kind(i as usize).area)
                .sum();
            let Some((rings, whole)) = self.outline_of(bay, area + lying) else {
                continue;
            };
            let bound = |i: &usize| self.world.bound_to(*i).is_some_and(|only| only != bay);
            if (whole - area - lying).abs() > SAME_AREA * whole || left.iter().any(bound) || self.keep_apart(&left, bay)
            {
                continue;
            }
            if self.world.is_strip() {
                self.world.width = whole / self.model.strip_height;
            }
            let points: Vec<Pt> = rings.all().flatten().copied().collect();
            let far = points
                .iter()
                .fold(0.0f64, |m, p| m.max((p.x - points[0].x).hypot(p.y - points[0].y)));
            let ground = Ground {
                bay,
                area: rings.prepared(),
                corners: points,
                shapes: self.model.kinds.iter().map(about_centroid).collect(),
                size: far,
            };
            let mut tries = 0;
            if self.lay_rest(&ground, &left, &mut tries) {
                return true;
            }
        }
        self.world.width = width;
        false
    }

    /// Whether any of these must keep a distance from another of them or from what lies on a bay.
    fn keep_apart(&self, items: &[usize], bay: usize) -> bool {
        let lying = self.world.bays[bay].items.iter().map(|&i| i as usize);
        let all: Vec<usize> = items.iter().copied().chain(lying).collect();
        let kind = |i: usize| self.model.items[i];
        let apart = |a: usize, b: usize| self.model.gap(kind(a), kind(b)) > 0.0;
        self.model.most_spacing > 0.0
            && items
                .iter()
                .enumerate()
                .any(|(k, &a)| all[k + 1..].iter().any(|&b| apart(a, b)))
    }

    /// Outline and holes of a bay with its net area; the strip as long as `area` needs.
    fn outline_of(&self, bay: usize, area: f64) -> Option<(Rings, f64)> {
        if self.world.is_strip() {
            let (w, h) = (area / self.model.strip_height, self.model.strip_height);
            let outline = vec![pt(0.0, 0.0), pt(w, 0.0), pt(w, h), pt(0.0, h)];
            return Some((
                Rings {
                    outline,
                    holes: Vec::new(),
                },
                area,
            ));
        }
        let sheet = &self.model.sheets[self.world.bays[bay].sheet];
        let rings = Rings {
            outline: sheet.spec.outline.clone(),
            holes: sheet.spec.holes.clone(),
        };
        (sheet.spec.margin == 0.0).then_some((rings, sheet.area))
    }

    fn lay_rest(&mut self, ground: &Ground, left: &[usize], tries: &mut u64) -> bool {
        let Some(corner) = self.first_free(ground) else {
            return left.is_empty();
        };
        let mut tried: Vec<usize> = Vec::new();
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
                *tries += 1;
                if *tries > TRIES || self.over() {
                    return false;
                }
                let turned = Pose::new(0.0, 0.0, angle, mirrored);
                let own = kind.spec.shape.outline.iter();
                let own = own.map(|p| turned.turn(pt(p.x - kind.centroid.x, p.y - kind.centroid.y)));
                let Some(first) = own.reduce(|p, q| if ground.is_before(q, p) { q } else { p }) else {
                    continue;
                };
                let pose = turned.moved(corner.x - first.x, corner.y - first.y);
                let sheet = self.model.sheets.get(self.world.bays[ground.bay].sheet);
                if !kind.turns(sheet, pose.x, pose.y, mirrored).allows(angle) || !self.is_free(item, ground.bay, &pose)
                {
                    continue;
                }
                self.world.put(item, ground.bay, pose);
                let rest: Vec<usize> = left.iter().enumerate().filter(|o| o.0 != k).map(|o| *o.1).collect();
                if self.lay_rest(ground, &rest, tries) {
                    return true;
                }
                self.world.take(item);
            }
        }
        false
    }

    /// The first corner of ground and pieces beside which something is free.
    fn first_free(&self, ground: &Ground) -> Option<Pt> {
        let lying = &self.world.bays[ground.bay].items;
        let mut corners = ground.corners.clone();
        for &i in lying {
            let kind = self.kind(i as usize);
            if let Some(p) = &self.world.placed[i as usize] {
                let own = kind.spec.shape.all().flatten();
                corners.extend(own.map(|q| p.pose.apply(pt(q.x - kind.centroid.x, q.y - kind.centroid.y))));
            }
        }
        let reach = LOOK * ground.size;
        let is_free = |c: &Pt| {
            (0..DIRECTIONS).any(|k| {
                let t = std::f64::consts::TAU * (k as f64 + 0.37) / DIRECTIONS as f64;
                let q = pt(c.x + t.cos() * reach, c.y + t.sin() * reach);
                // By the true shapes: those that collisions are asked of leave hair cracks.
                let covered = |i: &u32| {
                    let placed = self.world.placed[*i as usize].as_ref();
                    let local = |p: &Placed| p.pose.local(q);
                    let kind = self.model.items[*i as usize];
                    placed.is_some_and(|p| p.bbox.grown(reach).holds(q) && ground.shapes[kind].has(local(p)))
                };
                ground.area.has(q) && !lying.iter().any(covered)
            })
        };
        corners.sort_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
        let same = SAME * ground.size;
        corners.dedup_by(|p, q| (p.x - q.x).abs() < same && (p.y - q.y).abs() < same);
        let first = corners.iter().position(is_free)?;
        // Of those on one vertical line the lowest.
        let line = corners[first..].iter().take_while(|c| c.x - corners[first].x <= same);
        line.filter(|c| is_free(c))
            .copied()
            .reduce(|p, q| if ground.is_before(q, p) { q } else { p })
    }
}

fn about_centroid(kind: &Kind) -> Prepared {
    let local = |ring: &Vec<Pt>| -> Vec<Pt> {
        let moved = ring.iter().map(|p| pt(p.x - kind.centroid.x, p.y - kind.centroid.y));
        moved.collect()
    };
    let shape = &kind.spec.shape;
    let rings = Rings {
        outline: local(&shape.outline),
        holes: shape.holes.iter().map(local).collect(),
    };
    rings.prepared()
}

#[cfg(test)]
mod tests {
    use crate::geom::{Pt, pt, ring_area};
    use crate::hub::{Budget, Ended};
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

    /// The same rectangle cut along a grid of six by four into pieces that hang together by sides and have no holes:
    /// most of them are concave.
    fn polyominoes(rng: &mut Rng, count: usize) -> Vec<Vec<Pt>> {
        const COLUMNS: usize = 6;
        const ROWS: usize = 4;
        loop {
            let mut owner = [None; COLUMNS * ROWS];
            for piece in 0..count {
                owner[(piece * COLUMNS * ROWS) / count] = Some(piece);
            }
            while owner.contains(&None) {
                let (x, y) = (rng.below(COLUMNS), rng.below(ROWS));
                let (i, j) = match rng.below(4) {
                    0 if x > 0 => (x - 1, y),
                    1 if x + 1 < COLUMNS => (x + 1, y),
                    2 if y > 0 => (x, y - 1),
                    3 if y + 1 < ROWS => (x, y + 1),
                    _ => continue,
                };
                owner[y * COLUMNS + x] = owner[y * COLUMNS + x].or(owner[j * COLUMNS + i]);
            }
            let rings: Option<Vec<Vec<Pt>>> = (0..count)
                .map(|piece| {
                    let own = |x: i32, y: i32| {
                        (0..COLUMNS as i32).contains(&x)
                            && (0..ROWS as i32).contains(&y)
                            && owner[y as usize * COLUMNS + x as usize] == Some(piece)
                    };
                    let mut next = std::collections::BTreeMap::new();
                    for (x, y) in (0..COLUMNS as i32).flat_map(|x| (0..ROWS as i32).map(move |y| (x, y))) {
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
                    let (w, h) = (WIDTH / COLUMNS as f64, HEIGHT / ROWS as f64);
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
            turns: Turns::Some(vec![(0.0, 0.0)]),
            shape: Rings {
                outline: outline.iter().map(|p| pt(p.x - shift.x, p.y - shift.y)).collect(),
                holes: Vec::new(),
            },
            zones: Vec::new(),
        }
    }

    fn run(parts: &[Vec<Pt>], locked: usize, strip: bool) -> Outcome {
        let shift = pt(137.0, -55.5);
        let sheet = SheetSpec {
            quantity: 1,
            base: Some(1),
            cost: 1.0,
            margin: 0.0,
            directed: false,
            grain: Vec::new(),
            outline: vec![pt(0.0, 0.0), pt(WIDTH, 0.0), pt(WIDTH, HEIGHT), pt(0.0, HEIGHT)],
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
            spacing: 0.0,
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
    fn where_pieces_are_missing_the_others_are_laid_all_the_same() {
        let mut rng = Rng::new(13);
        let mut parts = dissection(&mut rng, 6);
        parts.pop();
        assert_eq!(run(&parts, 0, false).best.placements.len(), 5);
    }
}
