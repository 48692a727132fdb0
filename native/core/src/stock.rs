//! Which sheets of the stock an order takes: one less, other ones that cost less, and at an equal cost those with less
//! leather in them.

use crate::afford::{Found, Offer, cheaper_set};
use crate::hub::Solution;
use crate::search::Worker;
use crate::separate::{Parted, Patience};
use crate::squeeze::Squeeze;

const EMPTYING: Patience = Patience { rounds: 40, strikes: 1 };
/// How far off the capacity of a sheet may be, as a part of it.
const UNSURE: f64 = 0.03;
const TRADING: Patience = Patience { rounds: 40, strikes: 2 };
/// Shares of the work, as far as each is possible: trading sheets for others, doing with one less, beginning anew on a
/// cheaper set.
const SHARES: [f64; 3] = [0.35, 0.65, 0.65];
/// Sheets of a cheaper set have up to this much more room than the present ones, in parts of what these leave over.
const ROOMIER: f64 = 1.2;
/// A sum of costs less than this much below another is the same.
const CHEAPER: f64 = 1.0 - 1e-9;
/// A sheet less than this much smaller is not worth the trade.
const SMALLER: f64 = 1.0 - 1e-6;

/// What the search for fewer sheets remembers between turns.
#[derive(Default)]
pub struct Attempt {
    squeeze: Option<Squeeze>,
    /// What each sheet holds, once asked.
    capacity: Vec<f64>,
    /// The same on a set of sheets that costs less.
    anew: Option<Squeeze>,
    /// Whether there may be one, by what the sheets cost that it was asked for.
    may_be_cheaper: Option<(f64, bool)>,
    /// Evaluations spent on each of `SHARES`.
    spent: [u64; 3],
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

    /// With everything placed: one sheet less, another one instead of one in use, or a cheaper set.
    pub(crate) fn choose_stock(&mut self, best: &Solution, attempt: &mut Attempt) {
        let used = self.used_bays();
        let ordered: f64 = (0..self.model.items.len()).map(|i| self.kind(i).area).sum();
        let free: Vec<usize> = used.iter().copied().filter(|&b| !self.holds_pinned(b)).collect();
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
        let room: f64 = used.iter().map(|&b| self.sheet_area(b)).sum();
        let trades: Vec<(usize, usize)> = (0..self.world.bays.len())
            .filter(|b| !used.contains(b))
            .flat_map(|to| free.iter().map(move |&from| (from, to)))
            .filter(|&(from, to)| {
                let (now, then) = (self.sheet_cost(from), self.sheet_cost(to));
                let is_smaller = then <= now && self.sheet_area(to) < self.sheet_area(from) * SMALLER;
                (is_smaller || then < now * CHEAPER) && room - self.sheet_area(from) + self.sheet_area(to) >= ordered
            })
            .collect();
        let cost = self.cost_of(used.iter().copied());
        let may_be_cheaper = match attempt.may_be_cheaper {
            Some((of, known)) if of == cost => known,
            _ => self.has_costs() && self.cheaper(&used, ordered) != Found::None,
        };
        attempt.may_be_cheaper = Some((cost, may_be_cheaper));
        let open = [!trades.is_empty(), !victims.is_empty(), may_be_cheaper];
        let due = |k: &usize| attempt.spent[*k] as f64 / SHARES[*k];
        let Some(next) = (0..open.len())
            .filter(|&k| open[k])
            .min_by(|a, b| due(a).total_cmp(&due(b)))
        else {
            // Area and cost alone forbid one sheet less, any sheet smaller and any cheaper set.
            self.offer_final(best);
            return;
        };
        let before = self.probe.evaluations;
        match next {
            0 => {
                let (from, to) = trades[self.rng.below(trades.len())];
                self.trade(&used, from, to);
            }
            1 => self.do_with_less(&used, &victims, attempt),
            _ => self.begin_anew(&used, ordered, attempt),
        }
        attempt.spent[next] += self.probe.evaluations - before;
    }

    fn holds_pinned(&self, bay: usize) -> bool {
        self.world.bays[bay].items.iter().any(|&i| self.pinned[i as usize])
    }

    fn has_costs(&self) -> bool {
        let cost = |b: usize| self.sheet_cost(b);
        (1..self.world.bays.len()).any(|b| cost(b) != cost(0))
    }

    fn cost_of(&self, bays: impl Iterator<Item = usize>) -> f64 {
        bays.map(|b| self.sheet_cost(b)).sum()
    }

    /// A set of sheets that costs less than those in use and has at least this area.
    fn cheaper(&mut self, used: &[usize], area: f64) -> Found {
        let offer = |b: usize| Offer {
            area: self.sheet_area(b),
            cost: self.sheet_cost(b),
            is_bound: self.holds_pinned(b),
        };
        let offers: Vec<Offer> = (0..self.world.bays.len()).map(offer).collect();
        let below = self.cost_of(used.iter().copied()) * CHEAPER;
        cheaper_set(&offers, area, below, &mut self.rng)
    }

    /// Lays the order anew on a set of sheets that costs less, or goes on where it did not fit there yet.
    fn begin_anew(&mut self, used: &[usize], ordered: f64, attempt: &mut Attempt) {
        let now = self.cost_of(used.iter().copied()) * CHEAPER;
        let is_of_use = |w: &Self, s: &Squeeze| {
            let open = (0..s.open.len()).filter(|&b| s.open[b]);
            s.is_worth_while() && w.cost_of(open) < now
        };
        let squeeze = match attempt.anew.take().filter(|s| is_of_use(self, s)) {
            Some(known) => self.squeeze_on(known),
            None => self.lay_on_cheaper(used, ordered),
        };
        if self.unplaced().is_empty() && !self.over() {
            self.offer_sheets(false);
        } else {
            attempt.anew = squeeze;
        }
    }

    fn lay_on_cheaper(&mut self, used: &[usize], ordered: f64) -> Option<Squeeze> {
        let room: f64 = used.iter().map(|&b| self.sheet_area(b)).sum();
        let wanted = ordered + self.rng.range(0.0, ROOMIER) * (room - ordered).max(0.0);
        let found = match self.cheaper(used, wanted) {
            Found::Set(set) => Found::Set(set),
            _ => self.cheaper(used, ordered),
        };
        let Found::Set(set) = found else {
            return None;
        };
        for item in 0..self.model.items.len() {
            if !self.pinned[item] {
                self.world.take(item);
            }
        }
        self.open = (0..self.world.bays.len()).map(|b| set.contains(&b)).collect();
        self.reset_guide();
        let todo = self.by_size(self.unplaced());
        self.construct_sheets(todo, &set);
        if self.over() {
            return None;
        }
        Some(self.begin_squeeze())
    }

    /// Lays what is on one sheet on another as it lay, and pulls apart on all of them.
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
                let there = self.turned_for(item as usize, to, pose.moved(b.x - a.x, b.y - a.y));
                self.world.put(item as usize, to, there);
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
            if self.holds_pinned(*from) {
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
