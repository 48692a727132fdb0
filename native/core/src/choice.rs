//! What areas and costs let be tried with the sheets in use: those that the others could do without, and trades.

use crate::leather::{Leather, is_enough};
use crate::lots::{BySize, Lot};
use crate::search::Worker;

/// A sum of costs less than this much below another is the same.
pub(crate) const CHEAPER: f64 = 1.0 - 1e-9;
/// A sheet less than this much smaller is not worth the trade.
const SMALLER: f64 = 1.0 - 1e-6;
/// Sheets, or pairs of them, that are looked at in the time of one evaluation: such work counts in the budget, so that it
/// ends with it.
const LOOKS: usize = 256;

/// What areas and costs let be tried with the sheets in use; kept until others are.
pub struct Choice {
    pub used: Vec<usize>,
    /// What lies on sheets that cost nothing: it is not to become less.
    pub spared: Leather,
    pub victims: Vec<usize>,
    /// Sheets that may take the place of others in use, and of how many.
    pub trades: Vec<(usize, usize)>,
}

/// The sheets in use, and what they must hold.
struct Use<'a> {
    used: &'a [usize],
    ordered: Leather,
    room: Leather,
    /// Of sheets that cost nothing: what lies there, and what they have.
    spared: Leather,
    spare_room: Leather,
}

impl Worker<'_, '_, '_> {
    pub(crate) fn sheet_area(&self, bay: usize) -> f64 {
        self.model.sheets[self.world.bays[bay].sheet].area
    }

    pub(crate) fn sheet_leather(&self, bay: usize) -> Leather {
        self.model.sheets[self.world.bays[bay].sheet].leather()
    }

    pub(crate) fn sheet_cost(&self, bay: usize) -> f64 {
        self.model.sheets[self.world.bays[bay].sheet].spec.cost
    }

    pub(crate) fn used_bays(&self) -> Vec<usize> {
        (0..self.world.bays.len())
            .filter(|&b| !self.world.bays[b].items.is_empty())
            .collect()
    }

    /// Counts work that evaluates nothing; true when the run is over.
    pub(crate) fn looked(&mut self, looks: usize) -> bool {
        self.probe.evaluations += (looks / LOOKS) as u64;
        self.over()
    }

    /// What is possible by areas and costs; None when the run is over.
    pub(crate) fn choices(&mut self, used: Vec<usize>, ordered: Leather, spared: Leather) -> Option<Choice> {
        let lots = self.world.lots();
        let u = self.use_of(&used, ordered, spared);
        let victims = self.victims(&u, &lots)?;
        let mut trades = Vec::new();
        let mut looks = 0;
        for lot in &lots {
            looks += used.len();
            if looks >= LOOKS && self.looked(std::mem::take(&mut looks)) {
                return None;
            }
            let Some(to) = lot.bays.clone().find(|&b| self.world.bays[b].items.is_empty()) else {
                continue;
            };
            let count = used.iter().filter(|&&from| self.may_trade(&u, from, to)).count();
            if count > 0 {
                trades.push((to, count));
            }
        }
        Some(Choice {
            used,
            spared,
            victims,
            trades,
        })
    }

    fn use_of<'a>(&self, used: &'a [usize], ordered: Leather, spared: Leather) -> Use<'a> {
        let sum = |is_asked: &dyn Fn(usize) -> bool| {
            let asked = used.iter().filter(|&&b| is_asked(b));
            asked.map(|&b| self.sheet_leather(b)).sum()
        };
        Use {
            used,
            ordered,
            room: sum(&|_| true),
            spared,
            spare_room: sum(&|b| self.is_free_of_cost(b)),
        }
    }

    fn may_trade(&self, u: &Use, from: usize, to: usize) -> bool {
        let (now, then) = (self.sheet_cost(from), self.sheet_cost(to));
        let is_smaller = then <= now && self.sheet_area(to) < self.sheet_area(from) * SMALLER;
        let traded = |room: Leather| room - self.sheet_leather(from) + self.sheet_leather(to);
        (is_smaller || then < now * CHEAPER)
            && !self.holds_pinned(from)
            && traded(u.room).is_enough_for(u.ordered)
            && (!self.is_free_of_cost(from) || traded(u.spare_room).is_enough_for(u.spared))
    }

    /// Sheets that the others could do without, by area.
    fn victims(&mut self, u: &Use, lots: &[Lot]) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        if u.used.len() < 2 {
            return Some(out);
        }
        let measures = u.ordered.measures();
        let sizes: Vec<BySize> = measures
            .iter()
            .map(|of| {
                BySize::new(
                    &self.world,
                    lots,
                    self.model.sheets.iter().map(|s| of(s.leather())).collect(),
                )
            })
            .collect();
        // Of copies that are alike one is asked about.
        let mut asked: Vec<Option<bool>> = vec![None; self.model.sheets.len()];
        for &v in u.used {
            if self.holds_pinned(v) {
                continue;
            }
            let sheet = self.world.bays[v].sheet;
            let known = asked[sheet];
            let is_enough = known.unwrap_or_else(|| {
                let mut looks = 0;
                let is_enough = measures.iter().zip(&sizes).all(|(of, by)| {
                    let wide = self.widest(by, self.without(u.used, v), &mut looks);
                    let room: Leather = wide.iter().map(|w| self.sheet_leather(w.1)).sum();
                    is_enough(of(room), of(u.ordered))
                });
                self.probe.evaluations += (looks / LOOKS) as u64;
                let keeps = u.spare_room - self.sheet_leather(v);
                is_enough && (!self.is_free_of_cost(v) || keeps.is_enough_for(u.spared))
            });
            asked[sheet] = Some(is_enough);
            if is_enough {
                out.push(v);
            }
            if self.over() {
                return None;
            }
        }
        Some(out)
    }

    /// What is left to use without a sheet: where it cost something, all that cost nothing too.
    pub(crate) fn without(&self, used: &[usize], victim: usize) -> Vec<usize> {
        let mut left: Vec<usize> = used.iter().copied().filter(|&b| b != victim).collect();
        if !self.is_free_of_cost(victim) && self.model.costs_nothing.contains(&true) {
            let unused = |&b: &usize| self.world.bays[b].items.is_empty();
            left.extend(
                (0..self.world.bays.len())
                    .filter(unused)
                    .filter(|&b| self.is_free_of_cost(b)),
            );
        }
        left
    }

    /// One of the pairs of (from, to), each as likely.
    pub(crate) fn choose_trade(&mut self, choice: &Choice, ordered: Leather) -> (usize, usize) {
        let mut at = self.rng.below(choice.trades.iter().map(|t| t.1).sum());
        let mut to = choice.trades[0].0;
        for &(bay, count) in &choice.trades {
            to = bay;
            if at < count {
                break;
            }
            at -= count;
        }
        let u = self.use_of(&choice.used, ordered, choice.spared);
        let from = choice.used.iter().filter(|&&from| self.may_trade(&u, from, to)).nth(at);
        (from.copied().unwrap_or(to), to)
    }

    pub(crate) fn holds_pinned(&self, bay: usize) -> bool {
        self.world.bays[bay].items.iter().any(|&i| self.pinned[i as usize])
    }

    /// For each of these bays the one of the greatest size not among them that costs no more, the smallest exchanged first.
    pub(crate) fn widest(&self, by: &BySize, bays: Vec<usize>, looks: &mut usize) -> Vec<(usize, usize)> {
        let mut out: Vec<(usize, usize)> = bays.into_iter().map(|b| (b, b)).collect();
        out.sort_by(|a, b| by.size(a.0).total_cmp(&by.size(b.0)));
        let mut unused = by.unused(out.iter().map(|w| w.0));
        for (from, to) in &mut out {
            *looks += 1;
            if self.holds_pinned(*from) {
                continue;
            }
            let (size, cost) = (by.size(*from), self.sheet_cost(*from));
            let may = |b: usize| self.sheet_cost(b) <= cost;
            if let Some(b) = unused.take_larger(size, may, looks) {
                *to = b;
            }
        }
        out
    }
}
