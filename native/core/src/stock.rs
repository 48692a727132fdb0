//! Which sheets of the stock an order takes: one less, and at an equal cost those with less leather in them.

use crate::hub::Solution;
use crate::search::{Places, Worker};
use crate::separate::{Parted, Patience};

const EMPTYING: Patience = Patience { rounds: 80, strikes: 2 };
const TRADING: Patience = Patience { rounds: 40, strikes: 2 };
/// Share of the work that trades sheets for smaller ones while doing with one less is still possible.
const TRADES: f64 = 0.35;
/// A sheet less than this much smaller is not worth the trade.
const SMALLER: f64 = 1.0 - 1e-6;

/// What the search for fewer sheets remembers between turns.
#[derive(Default)]
pub struct Attempt {
    /// The best layout with collisions of the last attempt: loss, places, open bays.
    failed: Option<(f64, Places, Vec<bool>)>,
    /// Evaluations spent on trades, and on doing with one sheet less.
    traded: u64,
    reduced: u64,
}

impl Attempt {
    fn count(&self) -> usize {
        let open = |f: &(f64, Places, Vec<bool>)| f.2.iter().filter(|o| **o).count();
        self.failed.as_ref().map_or(usize::MAX, open)
    }
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
                let wide = self.widest(left(v));
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

    /// For each of these bays the largest one not among them that costs no more, the smallest exchanged first.
    fn widest(&self, bays: Vec<usize>) -> Vec<(usize, usize)> {
        let mut out: Vec<(usize, usize)> = bays.into_iter().map(|b| (b, b)).collect();
        out.sort_by(|a, b| self.sheet_area(a.0).total_cmp(&self.sheet_area(b.0)));
        for k in 0..out.len() {
            let from = out[k].0;
            if self.world.bays[from].items.iter().any(|&i| self.pinned[i as usize]) {
                continue;
            }
            let better = (0..self.world.bays.len())
                .filter(|&b| out.iter().all(|w| w.1 != b && w.0 != b))
                .filter(|&b| self.sheet_cost(b) <= self.sheet_cost(from))
                .max_by(|&a, &b| self.sheet_area(a).total_cmp(&self.sheet_area(b)));
            if let Some(to) = better.filter(|&b| self.sheet_area(b) > self.sheet_area(from)) {
                out[k].1 = to;
            }
        }
        out
    }

    fn do_with_less(&mut self, used: &[usize], victims: &[usize], attempt: &mut Attempt) {
        let go_on = attempt.count() < used.len() && self.rng.chance(0.6);
        if let (true, Some((_, places, open))) = (go_on, attempt.failed.clone()) {
            self.restore(&places);
            self.open = open;
            self.swap_two_large();
            self.reset_guide();
        } else if !self.empty_one(used, victims) {
            return;
        }
        match self.separate(EMPTYING) {
            Parted::Over => {}
            Parted::Free => {
                self.offer_sheets(false);
                attempt.failed = None;
            }
            Parted::Stuck => {
                let loss = self.total_loss();
                let stale = attempt.count() >= used.len();
                if stale || attempt.failed.as_ref().is_some_and(|f| loss < f.0) || self.rng.chance(0.1) {
                    attempt.failed = Some((loss, self.places(), self.open.clone()));
                }
            }
        }
    }

    fn empty_one(&mut self, used: &[usize], victims: &[usize]) -> bool {
        let filled = |w: &Self, b: usize| -> f64 {
            let area = w.world.bays[b].items.iter().map(|&i| w.kind(i as usize).area);
            area.sum::<f64>() / w.sheet_cost(b).max(1e-9)
        };
        let mut order = victims.to_vec();
        order.sort_by(|&a, &b| filled(self, a).total_cmp(&filled(self, b)));
        let k = ((self.rng.normal().abs() * 1.2) as usize).min(order.len() - 1);
        let victim = order[k];
        let homeless: Vec<usize> = self.world.bays[victim].items.iter().map(|&i| i as usize).collect();
        for &i in &homeless {
            self.world.take(i);
        }
        // A large sheet that was left over for a smaller one is of use again.
        let wide = self.widest(used.iter().copied().filter(|&b| b != victim).collect());
        for &(from, to) in &wide {
            self.relay(from, to);
        }
        self.open = (0..self.world.bays.len())
            .map(|b| wide.iter().any(|w| w.1 == b))
            .collect();
        self.reset_guide();
        for item in self.by_size(homeless) {
            if !self.insert(item) {
                return false;
            }
        }
        true
    }
}
