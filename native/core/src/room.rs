//! Making room for what lies nowhere: forced in and pulled apart, or laid where least is in the way.

use crate::loss::Weights;
use crate::pose::Pose;
use crate::problem::Objective;
use crate::search::Worker;
use crate::separate::{Parted, Patience};

/// Rounds of an attempt that has no more gain: one for so many pieces that lie, within limits. Among few most attempts
/// fail, and show it early; among many it takes long until all have moved (docs/decisions/0036).
const PIECES_A_ROUND: usize = 5;
const ROUNDS: (usize, usize) = (3, 25);
/// After a piece was given up.
const SETTLING: Patience = Patience { rounds: 5, strikes: 1 };
/// Share of attempts that make room by taking off what lies in the way, and the poses that are looked at for it.
const EJECTING: f64 = 0.25;
const EJECTIONS: usize = 80;

/// Patience with an attempt among so many pieces.
pub fn brief(pieces: usize) -> Patience {
    Patience {
        rounds: (pieces / PIECES_A_ROUND).clamp(ROUNDS.0, ROUNDS.1),
        strikes: 1,
    }
}

impl Worker<'_, '_, '_> {
    /// Forces one unplaced piece (or kit) in and pulls apart; gives up what is worth less when that does not do. False
    /// when the run is over.
    pub(crate) fn make_room(&mut self) -> bool {
        let group = if self.model.objective == Objective::Kits {
            let groups = self.kit_groups();
            if groups.is_empty() {
                self.unplaced()
            } else {
                groups[self.rng.below(groups.len().min(3))].clone()
            }
        } else {
            let left = self.unplaced();
            vec![self.choose(&left)]
        };
        if self.rng.chance(EJECTING) {
            for item in self.by_size(group.clone()) {
                self.eject_for(item);
            }
        } else {
            self.reset_guide();
            for item in self.by_size(group.clone()) {
                self.insert(item);
            }
            let lying = self.world.placed.iter().flatten().count();
            match self.separate(brief(lying)) {
                Parted::Over => return false,
                Parted::Free => {}
                Parted::Stuck => self.give_up(),
            }
        }
        // What was pushed out may fit elsewhere now; what was asked for goes first.
        self.lay_unplaced(&group);
        !self.over()
    }

    /// Lays what lies nowhere on the open sheets where it is free, these items first.
    pub(crate) fn lay_unplaced(&mut self, first: &[usize]) {
        let (mut left, rest): (Vec<usize>, Vec<usize>) = self.unplaced().into_iter().partition(|i| first.contains(i));
        left.extend(self.by_size(rest));
        let bays = self.open_bays();
        self.construct_sheets(left, &bays);
    }

    pub(crate) fn open_bays(&self) -> Vec<usize> {
        (0..self.open.len()).filter(|&b| self.open[b]).collect()
    }

    /// Lays an item where it is free of rim, holes and zones and least worth lies in the way, and takes that off.
    fn eject_for(&mut self, item: usize) {
        let mut best: Option<(f64, usize, Pose, Vec<usize>)> = None;
        let mine = self.kind(item).spec.priority;
        let bays = self.open_bays();
        for _ in 0..EJECTIONS {
            if self.over() {
                return;
            }
            let bay = bays[self.rng.below(bays.len())];
            let bay = self.world.bound_to(item).unwrap_or(bay);
            let Some(pose) = self.sample(item, bay) else { continue };
            let (mut off_sheet, mut others) = (false, Vec::new());
            let weights = Weights {
                sheet: 1.0,
                pair: &self.row,
            };
            self.world.collect(
                &mut self.probe,
                item,
                bay,
                &pose,
                &weights,
                f64::INFINITY,
                |other, _| match other {
                    None => off_sheet = true,
                    Some(o) => others.push(o as usize),
                },
            );
            let kept = others
                .iter()
                .any(|&o| self.pinned[o] || self.kind(o).spec.priority > mine);
            let worth: f64 = others.iter().map(|&o| self.worth(o)).sum();
            if !off_sheet && !kept && best.as_ref().is_none_or(|b| worth < b.0) {
                best = Some((worth, bay, pose, others));
            }
        }
        if let Some((_, bay, pose, others)) = best {
            for o in others {
                self.world.take(o);
            }
            self.world.put(item, bay, pose);
        }
    }

    /// An unplaced item by worth and chance; every second time only the highest priority is asked.
    fn choose(&mut self, left: &[usize]) -> usize {
        let mut left = left.to_vec();
        if self.rng.chance(0.5) {
            let top = left
                .iter()
                .map(|&i| self.kind(i).spec.priority)
                .fold(f64::NEG_INFINITY, f64::max);
            left.retain(|&i| self.kind(i).spec.priority == top);
        }
        let total: f64 = left.iter().map(|&i| self.worth(i) + 1e-12).sum();
        let mut at = self.rng.range(0.0, total);
        for &i in &left {
            at -= self.worth(i) + 1e-12;
            if at <= 0.0 {
                return i;
            }
        }
        left[left.len() - 1]
    }

    /// Takes colliding pieces off until nothing collides: of the lowest priority, then those with most loss for their
    /// worth, or simply of least worth; chance varies it.
    pub(crate) fn give_up(&mut self) {
        let by_worth = self.rng.chance(0.3);
        let noise: Vec<f64> = (0..self.model.items.len())
            .map(|_| (self.rng.normal() * 0.4).exp())
            .collect();
        let score = |w: &Self, i: usize| {
            let burden = w.guide.sheet_loss[i] + w.guide.hits[i].iter().map(|h| h.1).sum::<f64>();
            let gain = if by_worth { 1.0 } else { burden };
            (-w.kind(i).spec.priority, gain * noise[i] / w.worth(i).max(1e-12))
        };
        loop {
            let worst = (0..self.model.items.len())
                .filter(|&i| !self.pinned[i] && self.collides(i))
                .max_by(|&a, &b| {
                    let (a, b) = (score(self, a), score(self, b));
                    a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1))
                });
            let Some(item) = worst else { return };
            self.world.take(item);
            self.refresh(item);
            if self.separate(SETTLING) == Parted::Over {
                return;
            }
        }
    }
}
