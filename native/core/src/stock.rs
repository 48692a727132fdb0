//! Which sheets of the stock an order takes: one less, and at an equal cost those with less leather in them.

use crate::hub::Solution;
use crate::search::Worker;
use crate::separate::{Parted, Patience};
use crate::squeeze::Squeeze;

const EMPTYING: Patience = Patience { rounds: 40, strikes: 1 };
/// How far off the capacity of a sheet may be, as a part of it.
const UNSURE: f64 = 0.03;
const TRADING: Patience = Patience { rounds: 40, strikes: 2 };
/// Share of the work that trades sheets for smaller ones while doing with one less is still possible.
const TRADES: f64 = 0.35;
/// A sheet less than this much smaller is not worth the trade.
const SMALLER: f64 = 1.0 - 1e-6;

/// What the search for fewer sheets remembers between turns.
#[derive(Default)]
pub struct Attempt {
    squeeze: Option<Squeeze>,
    /// What each sheet holds, once asked.
    capacity: Vec<f64>,
    /// Evaluations spent on trades, and on doing with one sheet less.
    traded: u64,
    reduced: u64,
}

impl Worker<'_, '_, '_> {
    pub(crate) fn sheet_area(&self, bay: usize) -> f64 {
        self.model.sheets[self.world.bays[bay].sheet].area
    }

    fn sheet_cost(&self, bay: usize) -> f64 {
        self.model.sheets[self.world.bays[bay].sheet].spec.cost
    }

    pub(crate) fn used_bays(&self) -> Vec<usize> {
        (0..self.world.bays.len())
            .filter(|&b| !self.world.bays[b].items.is_empty())
            .collect()
    }

    /// With everything placed: one sheet less, or a smaller one instead of one in use.
    pub(crate) fn choose_stock(&mut self, best: &Solution, attempt: &mut Attempt) {
        let used = self.used_bays();
        let ordered: f64 = (0..self.model.items.len()).map(|i| self.kind(i).area).sum();
        let room: f64 = used.iter().map(|&b| self.sheet_area(b)).sum();
        let is_pinned = |w: &Self, b: usize| w.world.bays[b].items.iter().any(|&i| w.pinned[i as usize]);
        let free: Vec<usize> = used.iter().copied().filter(|&b| !is_pinned(self, b)).collect();
        let victims: Vec<usize> = if used.len() < 2 {
            Vec::new()
        } else {
            let left = |v: usize| used.iter().copied().filter(|&b| b != v).collect::<Vec<_>>();
            let enough = |&v: &usize| {
                let wide = self.widest(left(v), &|b| self.sheet_area(b));
                wide.iter().map(|w| self.sheet_area(w.1)).sum::<f64>() >= ordered
            };
            free.iter().copied().filter(enough).collect()
        };
        let trades: Vec<(usize, usize)> = (0..self.world.bays.len())
            .filter(|b| !used.contains(b))
            .flat_map(|to| free.iter().map(move |&from| (from, to)))
            .filter(|&(from, to)| {
                self.sheet_cost(to) <= self.sheet_cost(from)
                    && self.sheet_area(to) < self.sheet_area(from) * SMALLER
                    && room - self.sheet_area(from) + self.sheet_area(to) >= ordered
            })
            .collect();
        if victims.is_empty() && trades.is_empty() {
            // The area alone forbids one sheet less, and any sheet smaller.
            self.offer_final(best);
            return;
        }
        let before = self.probe.evaluations;
        let is_due = attempt.traded as f64 <= TRADES * (attempt.traded + attempt.reduced) as f64;
        if !trades.is_empty() && (victims.is_empty() || is_due) {
            let (from, to) = trades[self.rng.below(trades.len())];
            self.trade(&used, from, to);
            attempt.traded += self.probe.evaluations - before;
        } else {
            self.do_with_less(&used, &victims, attempt);
            attempt.reduced += self.probe.evaluations - before;
        }
    }

    /// Lays what is on one sheet on a smaller one as it lay, and pulls apart on all of them.
    fn trade(&mut self, used: &[usize], from: usize, to: usize) {
        self.open = (0..self.world.bays.len())
            .map(|k| k == to || (k != from && used.contains(&k)))
            .collect();
        self.relay(from, to);
        self.reset_guide();
        if self.separate(TRADING) == Parted::Free {
            self.offer_sheets(false);
        }
    }

    /// Lays what is on one sheet on another as it lay.
    fn relay(&mut self, from: usize, to: usize) {
        if from == to {
            return;
        }
        let centre = |w: &Self, b: usize| w.model.sheets[w.world.bays[b].sheet].bbox.centre();
        let (a, b) = (centre(self, from), centre(self, to));
        for item in self.world.bays[from].items.clone() {
            if let Some((_, pose)) = self.world.take(item as usize) {
                self.world.put(item as usize, to, pose.moved(b.x - a.x, b.y - a.y));
            }
        }
    }

    /// For each of these bays the one of the greatest size not among them that costs no more, the smallest exchanged first.
    fn widest(&self, bays: Vec<usize>, size: &dyn Fn(usize) -> f64) -> Vec<(usize, usize)> {
        let mut out: Vec<(usize, usize)> = bays.into_iter().map(|b| (b, b)).collect();
        out.sort_by(|a, b| size(a.0).total_cmp(&size(b.0)));
        let mut taken = vec![false; self.world.bays.len()];
        for w in &out {
            taken[w.0] = true;
        }
        for (from, to) in &mut out {
            if self.world.bays[*from].items.iter().any(|&i| self.pinned[i as usize]) {
                continue;
            }
            let better = (0..self.world.bays.len())
                .filter(|&b| !taken[b] && self.sheet_cost(b) <= self.sheet_cost(*from))
                .max_by(|&a, &b| size(a).total_cmp(&size(b)));
            if let Some(b) = better.filter(|&b| size(b) > size(*from)) {
                taken[b] = true;
                *to = b;
            }
        }
        out
    }

    /// Goes on with fewer sheets: as much as possible on them, until all of it is.
    fn do_with_less(&mut self, used: &[usize], victims: &[usize], attempt: &mut Attempt) {
        let known = attempt.squeeze.take();
        let known = known.filter(|s| s.open.iter().filter(|o| **o).count() < used.len() && s.is_worth_while());
        let squeeze = if let Some(s) = known {
            self.squeeze_on(s)
        } else {
            if attempt.capacity.is_empty() {
                attempt.capacity = self.capacities();
            }
            self.empty_one(used, victims, &attempt.capacity)
        };
        if self.unplaced().is_empty() && !self.over() {
            self.offer_sheets(false);
        } else {
            attempt.squeeze = squeeze;
        }
    }

    /// Takes a sheet away and lays what lay there on the others.
    fn empty_one(&mut self, used: &[usize], victims: &[usize], capacity: &[f64]) -> Option<Squeeze> {
        let noise: Vec<f64> = capacity.iter().map(|_| (self.rng.normal() * UNSURE).exp()).collect();
        let holds = |w: &Self, b: usize| capacity[w.world.bays[b].sheet] * noise[w.world.bays[b].sheet];
        let worst = |&a: &usize, &b: &usize| {
            let per_cost = |b: usize| holds(self, b) / self.sheet_cost(b).max(1e-9);
            per_cost(a).total_cmp(&per_cost(b))
        };
        let victim = victims.iter().copied().min_by(|a, b| worst(a, b))?;
        for i in self.world.bays[victim].items.clone() {
            self.world.take(i as usize);
        }
        let left = used.iter().copied().filter(|&b| b != victim).collect();
        let wide = self.widest(left, &|b| holds(self, b));
        for &(from, to) in &wide {
            self.relay(from, to);
        }
        self.open = (0..self.world.bays.len())
            .map(|b| wide.iter().any(|w| w.1 == b))
            .collect();
        self.reset_guide();
        for item in self.by_size(self.unplaced()) {
            self.insert(item);
        }
        match self.separate(EMPTYING) {
            Parted::Over => return None,
            Parted::Free => {}
            Parted::Stuck => self.give_up(),
        }
        self.lay_unplaced(&[]);
        Some(self.begin_squeeze())
    }
}
