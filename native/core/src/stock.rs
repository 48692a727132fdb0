//! Which sheets of the stock an order takes: one less, other ones that cost less, and at an equal cost those with less
//! leather in them.

use crate::afford::{Found, Offer, cheaper_set};
use crate::choice::{CHEAPER, Choice};
use crate::hub::Solution;
use crate::leather::Leather;
use crate::lots::{BySize, Lot};
use crate::search::Worker;
use crate::separate::{Parted, Patience};
use crate::squeeze::Squeeze;

const EMPTYING: Patience = Patience { rounds: 40, strikes: 1 };
/// How far off the capacity of a sheet may be, as a part of it.
const UNSURE: f64 = 0.03;
const TRADING: Patience = Patience { rounds: 40, strikes: 2 };
/// Shares of the work, as far as each is possible: trading sheets for others, doing with one less, beginning anew on a
/// cheaper set, filling what costs nothing.
const SHARES: [f64; 4] = [0.35, 0.65, 0.65, 0.35];
/// Sheets of a cheaper set have up to this much more room than the present ones, in parts of what these leave over.
const ROOMIER: f64 = 1.2;
/// Searches for a cheaper set, each in an order of its own, after which there counts to be none.
const UNKNOWN: u32 = 10;

/// What the search for fewer sheets remembers between turns.
#[derive(Default)]
pub struct Attempt {
    squeeze: Option<Squeeze>,
    /// What each sheet holds, once asked.
    capacity: Vec<f64>,
    /// The same on a set of sheets that costs less.
    anew: Option<Squeeze>,
    /// Whether there may be one, by what the sheets cost that it was asked for, and how often that was not to be said.
    may_be_cheaper: Option<(f64, bool)>,
    unknown: u32,
    choice: Option<Choice>,
    /// Moves in a row that filled nothing that costs nothing, while so much leather was covered there.
    idle: (Leather, usize),
    /// Evaluations spent on each of `SHARES`.
    spent: [u64; 4],
}

impl Worker<'_, '_, '_> {
    /// With everything placed: one sheet less, another one instead of one in use, or a cheaper set.
    pub(crate) fn choose_stock(&mut self, best: &Solution, attempt: &mut Attempt) {
        let used = self.used_bays();
        let ordered: Leather = self.model.items.iter().map(|&k| self.model.kinds[k].leather()).sum();
        let spared = self.spared();
        let known = attempt.choice.take();
        let known = known.filter(|c| c.used == used && c.spared == spared);
        let Some(choice) = known.or_else(|| self.choices(used, ordered, spared)) else {
            return;
        };
        let used = choice.used.clone();
        let cost = self.cost_of(used.iter().copied());
        let may_be_cheaper = match attempt.may_be_cheaper {
            Some((of, known)) if of == cost => known,
            _ => {
                attempt.unknown = 0;
                self.has_costs() && self.cheaper(&used, ordered) != Found::None
            }
        };
        attempt.may_be_cheaper = Some((cost, may_be_cheaper));
        if attempt.idle.0 != spared {
            attempt.idle = (spared, 0);
        }
        let movable = self.movable(attempt.idle.1);
        let open = [
            !choice.trades.is_empty(),
            !choice.victims.is_empty(),
            may_be_cheaper,
            !movable.is_empty(),
        ];
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
                let (from, to) = self.choose_trade(&choice, ordered);
                self.trade(&used, from, to);
            }
            1 => self.do_with_less(&choice, attempt),
            2 => self.begin_anew(&used, ordered, attempt),
            _ => {
                attempt.idle.1 += 1;
                self.fill_what_costs_nothing(&used, &movable);
            }
        }
        attempt.choice = Some(choice);
        attempt.spent[next] += self.probe.evaluations - before;
    }

    fn has_costs(&self) -> bool {
        let cost = |b: usize| self.sheet_cost(b);
        (1..self.world.bays.len()).any(|b| cost(b) != cost(0))
    }

    fn cost_of(&self, bays: impl Iterator<Item = usize>) -> f64 {
        bays.map(|b| self.sheet_cost(b)).sum()
    }

    /// The bays of a set of sheets that costs less than those in use and has at least this leather.
    fn cheaper(&mut self, used: &[usize], wanted: Leather) -> Found {
        let lots = self.world.lots();
        let offer = |lot: &Lot| Offer {
            leather: self.sheet_leather(lot.bays.start),
            cost: self.sheet_cost(lot.bays.start),
            copies: lot.bays.len(),
            bound: lot.bays.clone().filter(|&b| self.holds_pinned(b)).count(),
        };
        let offers: Vec<Offer> = lots.iter().map(offer).collect();
        let below = self.cost_of(used.iter().copied()) * CHEAPER;
        let (found, looks) = cheaper_set(&offers, wanted, below, &mut self.rng);
        self.looked(looks);
        let Found::Set(counts) = found else {
            return found;
        };
        let pick = |(lot, n): (&Lot, &usize)| {
            let (bound, loose): (Vec<usize>, Vec<usize>) = lot.bays.clone().partition(|&b| self.holds_pinned(b));
            bound.into_iter().chain(loose).take(*n).collect::<Vec<usize>>()
        };
        Found::Set(lots.iter().zip(&counts).flat_map(pick).collect())
    }

    /// Lays the order anew on a set of sheets that costs less, or goes on where it did not fit there yet.
    fn begin_anew(&mut self, used: &[usize], ordered: Leather, attempt: &mut Attempt) {
        let now = self.cost_of(used.iter().copied()) * CHEAPER;
        let is_of_use = |w: &Self, s: &Squeeze| {
            let open = (0..s.open.len()).filter(|&b| s.open[b]);
            s.is_worth_while() && w.cost_of(open) < now
        };
        let squeeze = match attempt.anew.take().filter(|s| is_of_use(self, s)) {
            Some(known) => self.squeeze_on(known),
            None => self.lay_on_cheaper(used, ordered, attempt),
        };
        if self.unplaced().is_empty() && !self.over() {
            self.offer_sheets(false);
        } else {
            attempt.anew = squeeze;
        }
    }

    fn lay_on_cheaper(&mut self, used: &[usize], ordered: Leather, attempt: &mut Attempt) -> Option<Squeeze> {
        let room: Leather = used.iter().map(|&b| self.sheet_leather(b)).sum();
        let wanted = ordered + (room - ordered).or_nothing() * self.rng.range(0.0, ROOMIER);
        let found = match self.cheaper(used, wanted) {
            Found::Set(set) => Found::Set(set),
            _ => self.cheaper(used, ordered),
        };
        let Found::Set(set) = found else {
            attempt.unknown += 1;
            if found == Found::None || attempt.unknown >= UNKNOWN {
                attempt.may_be_cheaper = attempt.may_be_cheaper.map(|(cost, _)| (cost, false));
            }
            return None;
        };
        for item in 0..self.model.items.len() {
            if !self.pinned[item] {
                self.world.take(item);
            }
        }
        self.open_only(set.iter().copied());
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
        self.open_only(used.iter().copied().filter(|&b| b != from).chain([to]));
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

    /// Goes on with fewer sheets: as much as possible on them, until all of it is.
    fn do_with_less(&mut self, choice: &Choice, attempt: &mut Attempt) {
        let known = attempt.squeeze.take();
        let known = known.filter(|s| self.is_less(&s.open, &choice.used) && s.is_worth_while());
        let squeeze = if let Some(s) = known {
            self.squeeze_on(s)
        } else {
            if attempt.capacity.is_empty() {
                attempt.capacity = self.capacities();
            }
            self.empty_one(choice, &attempt.capacity)
        };
        if self.unplaced().is_empty() && !self.over() {
            self.offer_sheets(false);
        } else {
            attempt.squeeze = squeeze;
        }
    }

    fn is_less(&self, open: &[bool], used: &[usize]) -> bool {
        let open: Vec<usize> = (0..open.len()).filter(|&b| open[b]).collect();
        let pays = |bays: &[usize]| bays.iter().filter(|&&b| !self.is_free_of_cost(b)).count();
        open.len() < used.len() || pays(&open) < pays(used)
    }

    /// Takes a sheet away and lays what lay there on the others.
    fn empty_one(&mut self, choice: &Choice, capacity: &[f64]) -> Option<Squeeze> {
        let noise: Vec<f64> = capacity.iter().map(|_| (self.rng.normal() * UNSURE).exp()).collect();
        let holds: Vec<f64> = capacity.iter().zip(&noise).map(|(c, n)| c * n).collect();
        let worst = |&a: &usize, &b: &usize| {
            let per_cost = |b: usize| holds[self.world.bays[b].sheet] / self.sheet_cost(b).max(1e-9);
            per_cost(a).total_cmp(&per_cost(b))
        };
        let victim = choice.victims.iter().copied().min_by(|a, b| worst(a, b))?;
        let left = self.without(&choice.used, victim);
        for i in self.world.bays[victim].items.clone() {
            self.world.take(i as usize);
        }
        let lots = self.world.lots();
        let mut looks = 0;
        let wide = self.widest(&BySize::new(&self.world, &lots, holds), left, &mut looks);
        if self.looked(looks) {
            return None;
        }
        for &(from, to) in &wide {
            self.relay(from, to);
        }
        self.open_only(wide.iter().map(|w| w.1));
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

    pub(crate) fn open_only(&mut self, bays: impl Iterator<Item = usize>) {
        self.open = vec![false; self.world.bays.len()];
        for b in bays {
            self.open[b] = true;
        }
    }
}
