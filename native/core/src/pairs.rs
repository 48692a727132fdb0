//! Left and right of a pair: never a rule, but of layouts that are worth the same the one where they lie close together
//! and alike in the leather's grain.

use crate::model::Model;
use crate::pose::Pose;
use crate::rotation::between;
use crate::search::Worker;
use crate::world::{Placed, World};

/// Poses that are tried for each piece that lies far from its pair.
const TRIES: usize = 30;
/// From the other's centre, in diameters.
const BESIDE: (f64, f64) = (0.4, 1.6);
/// What lies on two sheets is that many diameters apart.
const ON_TWO_SHEETS: f64 = 100.0;
/// Directions at right angles to each other count for one diameter.
const UNLIKE: f64 = 1.0;
/// A move must gain this part.
const WORTH: f64 = 0.98;

impl Model {
    pub fn has_pairs(&self) -> bool {
        self.kinds.iter().any(|k| k.spec.pair_of.is_some())
    }

    /// How far apart a left and a right of one sheet are, in diameters, and how unlike in grain.
    fn unlike(&self, kind: usize, left: &Placed, sheet: usize, pose: &Pose) -> f64 {
        let (dx, dy) = (left.pose.x - pose.x, left.pose.y - pose.y);
        let grain = self.sheets.get(sheet).map_or(0.0, |s| {
            match (s.grain_at(left.pose.x, left.pose.y), s.grain_at(pose.x, pose.y)) {
                // The right is the left turned over: their directions in the leather run as in a mirror.
                (Some(a), Some(b)) => between(left.pose.rotation + pose.rotation, a + b, 180.0) / 90.0,
                _ => 0.0,
            }
        });
        dx.hypot(dy) / self.kinds[kind].diameter + UNLIKE * grain
    }
}

/// Those of which neither is taken, in their order.
fn take_in_turn(of: Vec<(usize, usize, f64)>, taken: &mut [bool], out: &mut Vec<(usize, usize, f64)>) {
    for c in of {
        if !taken[c.0] && !taken[c.1] {
            (taken[c.0], taken[c.1]) = (true, true);
            out.push(c);
        }
    }
}

impl World<'_> {
    /// Left and right of every pair, each with the nearest that is free: (left, right, how far).
    fn couples(&self) -> Vec<(usize, usize, f64)> {
        let model = self.model;
        let mut out = Vec::new();
        for (kind, of) in model
            .kinds
            .iter()
            .enumerate()
            .filter_map(|(k, s)| s.spec.pair_of.map(|of| (k, of)))
        {
            let placed =
                |k: usize| (0..model.items.len()).filter(move |&i| model.items[i] == k && self.placed[i].is_some());
            let (lefts, rights): (Vec<usize>, Vec<usize>) = (placed(of).collect(), placed(kind).collect());
            let mut taken = vec![false; model.items.len()];
            let mut near = self.neighbours(kind, &lefts, &rights);
            let far_from = near.partition_point(|c| c.2 < ON_TWO_SHEETS);
            let farther = near.split_off(far_from);
            take_in_turn(near, &mut taken, &mut out);
            // Those on two sheets are all as far apart: not one of the other's sheet, the first of each.
            for &left in &lefts {
                let bay = self.bay_under(left);
                if let Some(&right) = rights
                    .iter()
                    .find(|&&r| !taken[r] && !taken[left] && self.bay_under(r) != bay)
                {
                    (taken[left], taken[right]) = (true, true);
                    out.push((left, right, ON_TWO_SHEETS));
                }
            }
            take_in_turn(farther, &mut taken, &mut out);
        }
        out
    }

    fn bay_under(&self, item: usize) -> Option<usize> {
        self.placed[item].as_ref().map(|p| p.bay)
    }

    /// Every left with every right of its sheet, the nearest first.
    fn neighbours(&self, kind: usize, lefts: &[usize], rights: &[usize]) -> Vec<(usize, usize, f64)> {
        let mut near = Vec::new();
        for &left in lefts {
            for &right in rights {
                let (Some(l), Some(r)) = (&self.placed[left], &self.placed[right]) else {
                    continue;
                };
                if l.bay == r.bay {
                    near.push((left, right, self.model.unlike(kind, l, self.bays[r.bay].sheet, &r.pose)));
                }
            }
        }
        near.sort_unstable_by(|a, b| a.2.total_cmp(&b.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        near
    }

    /// How well left and right lie together, at most 0; the sum of what `couples` says.
    pub fn togetherness(&self) -> f64 {
        if self.model.has_pairs() {
            -self.couples().iter().map(|c| c.2).sum::<f64>()
        } else {
            0.0
        }
    }
}

impl Worker<'_, '_, '_> {
    /// Moves pieces of pairs to free places beside the other, where that brings them together.
    pub fn gather_pairs(&mut self) {
        let mut couples = self.world.couples();
        couples.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        for (left, right, far) in couples {
            let mut least = far;
            for (item, other) in [(right, left), (left, right)] {
                for _ in 0..TRIES {
                    if self.over() {
                        return;
                    }
                    if !self.pinned[item] {
                        least = self.beside(item, other, least);
                    }
                }
            }
        }
    }

    /// The rotation at a place that is most like the other's in grain.
    fn alike(&self, item: usize, bay: usize, other: &Pose, at: (f64, f64), mirrored: bool) -> Option<f64> {
        let sheet = self.model.sheets.get(self.world.bays[bay].sheet)?;
        let both = sheet.grain_at(at.0, at.1)? + sheet.grain_at(other.x, other.y)?;
        let turns = self.kind(item).turns(Some(sheet), at.0, at.1, mirrored);
        turns.nearest(both - other.rotation)
    }

    /// Tries one pose beside the other; how far they are apart then.
    fn beside(&mut self, item: usize, other: usize, least: f64) -> f64 {
        let Some((bay, at)) = self.world.placed[other].as_ref().map(|o| (o.bay, o.pose)) else {
            return least;
        };
        if !self.open[bay] || self.world.bound_to(item).is_some_and(|b| b != bay) {
            return least;
        }
        let kind = self.model.items[item];
        let away = self.kind(item).diameter * self.rng.range(BESIDE.0, BESIDE.1);
        let (sin, cos) = self.rng.range(0.0, std::f64::consts::TAU).sin_cos();
        let (x, y) = (at.x + away * cos, at.y + away * sin);
        let Some((any, mirrored)) = self.pick_turn(item, bay, x, y) else {
            return least;
        };
        let alike = if self.rng.chance(0.5) {
            None
        } else {
            self.alike(item, bay, &at, (x, y), mirrored)
        };
        let angle = alike.unwrap_or(any);
        let pose = Pose::new(x, y, angle, mirrored);
        let far = match &self.world.placed[other] {
            Some(o) => self.model.unlike(kind, o, self.world.bays[bay].sheet, &pose),
            None => return least,
        };
        if far >= least * WORTH {
            return least;
        }
        let Some((old_bay, old)) = self.world.take(item) else {
            return least;
        };
        if self.is_free(item, bay, &pose) {
            self.world.put(item, bay, pose);
            far
        } else {
            self.world.put(item, old_bay, old);
            least
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::world_tests::{model, piece, ring, sheet};

    /// Every left with every right, the nearest first.
    fn all_by_all(world: &World) -> Vec<(usize, usize, f64)> {
        let items = |k: usize| (0..world.model.items.len()).filter(move |&i| world.model.items[i] == k);
        let mut all = Vec::new();
        for (left, right) in items(0).flat_map(|l| items(1).map(move |r| (l, r))) {
            if let (Some(l), Some(r)) = (&world.placed[left], &world.placed[right]) {
                let sheet = world.bays[r.bay].sheet;
                let far = if l.bay == r.bay {
                    world.model.unlike(1, l, sheet, &r.pose)
                } else {
                    ON_TWO_SHEETS
                };
                all.push((left, right, far));
            }
        }
        all.sort_by(|a, b| a.2.total_cmp(&b.2).then((a.0, a.1).cmp(&(b.0, b.1))));
        let mut out = Vec::new();
        take_in_turn(all, &mut vec![false; world.model.items.len()], &mut out);
        out
    }

    #[test]
    fn couples_are_those_of_all_lefts_and_rights() {
        let square = ring(&[(0.0, 0.0), (0.8, 0.0), (0.8, 0.8), (0.0, 0.8)]);
        let left = piece(square.clone());
        let right = piece(square);
        let (left, right) = (
            crate::problem::PieceSpec { quantity: 24, ..left },
            crate::problem::PieceSpec {
                quantity: 20,
                pair_of: Some(0),
                ..right
            },
        );
        let hide = || sheet(ring(&[(0.0, 0.0), (300.0, 0.0), (300.0, 9.0), (0.0, 9.0)]));
        let model = model(0.0, vec![left, right], vec![hide(), hide(), hide()]);
        let mut rng = Rng::new(5);
        let (mut on_one, mut on_two, mut farther) = (0, 0, 0);
        for round in 0..200 {
            let mut world = World::new(&model, &[(0, 0), (1, 0), (2, 0)], 0.0);
            let bays = 1 + round % 3;
            for item in 0..model.items.len() {
                if rng.chance(0.7) {
                    let pose = Pose::new(rng.range(0.0, 300.0), rng.range(0.0, 9.0), 0.0, false);
                    world.put(item, rng.below(bays), pose);
                }
            }
            let couples = world.couples();
            for c in &couples {
                *match c.2.total_cmp(&ON_TWO_SHEETS) {
                    std::cmp::Ordering::Less => &mut on_one,
                    std::cmp::Ordering::Equal => &mut on_two,
                    std::cmp::Ordering::Greater => &mut farther,
                } += 1;
            }
            assert_eq!(couples, all_by_all(&world), "round {round}");
        }
        assert!(on_one > 0 && on_two > 0 && farther > 0, "{on_one} {on_two} {farther}");
    }
}
