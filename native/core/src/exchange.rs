//! One or two pieces that lie against one or two that lie nowhere, worth a little more: room for a whole piece more is
//! rare on a full sheet, room for a little more is not.

use crate::room::brief;
use crate::search::Worker;
use crate::separate::Parted;

/// Exchanges that are weighed before one is tried.
const WEIGHED: usize = 60;
/// Area more than what lay there that an exchange still finds room for, in parts of all that lies on the sheet: the
/// likelihood falls to 1/e. It learns from what succeeds.
const FIRST_SURPLUS: f64 = 0.03;
const SURPLUS: (f64, f64) = (0.003, 0.15);
const BOLDER: f64 = 1.25;
const MEEKER: f64 = 0.97;

struct Exchange {
    bay: usize,
    off: Vec<usize>,
    on: Vec<usize>,
}

/// What a worker has learnt about exchanges.
pub struct Surplus(f64);

impl Default for Surplus {
    fn default() -> Self {
        Self(FIRST_SURPLUS)
    }
}

impl Worker<'_, '_, '_> {
    /// Exchanges pieces of one sheet for others worth more and pulls apart; the layout is as before when that fails. False
    /// when no exchange was tried, or the run is over.
    pub(crate) fn exchange(&mut self) -> bool {
        let Some(Exchange { bay, off, on }) = self.choose_exchange() else {
            return false;
        };
        let before = self.places();
        let open = std::mem::replace(&mut self.open, vec![false; self.world.bays.len()]);
        self.open[bay] = true;
        for &item in &off {
            self.world.take(item);
        }
        self.reset_guide();
        let parted = if self.by_size(on).into_iter().all(|item| self.insert(item)) {
            self.separate(brief(self.world.bays[bay].items.len() / 2))
        } else {
            Parted::Stuck
        };
        self.open = open;
        match parted {
            Parted::Over => return false,
            Parted::Free => {
                self.surplus.0 = (self.surplus.0 * BOLDER).min(SURPLUS.1);
                self.lay_unplaced(&[]);
            }
            Parted::Stuck => {
                self.surplus.0 = (self.surplus.0 * MEEKER).max(SURPLUS.0);
                self.restore(&before);
            }
        }
        !self.over()
    }

    /// By chance, the more likely the more it gains and the less area more it needs.
    fn choose_exchange(&mut self) -> Option<Exchange> {
        let bays: Vec<usize> = self.open_bays();
        let nowhere = self.unplaced();
        if bays.is_empty() || nowhere.is_empty() {
            return None;
        }
        let bay = bays[self.rng.below(bays.len())];
        let is_loose = |w: &Self, i: usize| !w.pinned[i] && w.model.tied[i].is_empty();
        let here = self.world.bays[bay].items.iter().map(|&i| i as usize);
        let here: Vec<usize> = here.filter(|&i| is_loose(self, i)).collect();
        let nowhere: Vec<usize> = nowhere.into_iter().filter(|&i| is_loose(self, i)).collect();
        if here.is_empty() || nowhere.is_empty() {
            return None;
        }
        let area = |w: &Self, items: &[usize]| items.iter().map(|&i| w.kind(i).area).sum::<f64>();
        let worth = |w: &Self, items: &[usize]| items.iter().map(|&i| w.worth(i)).sum::<f64>();
        let room = area(self, &here) * self.surplus.0;
        let mut weighed: Vec<(f64, Vec<usize>, Vec<usize>)> = Vec::with_capacity(WEIGHED);
        for _ in 0..WEIGHED {
            let off = self.one_or_two(&here);
            let on = self.one_or_two(&nowhere);
            let first =
                |items: &[usize], of: fn(f64, f64) -> f64| items.iter().map(|&i| self.kind(i).spec.priority).reduce(of);
            if first(&off, f64::max) > first(&on, f64::min) {
                continue;
            }
            let gain = worth(self, &on) - worth(self, &off);
            let surplus = area(self, &on) - area(self, &off);
            if gain > 0.0 {
                weighed.push((gain * (-surplus.max(0.0) / room).exp(), off, on));
            }
        }
        let mut at = self.rng.range(0.0, weighed.iter().map(|w| w.0).sum());
        let chosen = weighed.iter().position(|w| {
            at -= w.0;
            at <= 0.0
        });
        let (_, off, on) = weighed.swap_remove(chosen.or(weighed.len().checked_sub(1))?);
        Some(Exchange { bay, off, on })
    }

    fn one_or_two(&mut self, of: &[usize]) -> Vec<usize> {
        let first = of[self.rng.below(of.len())];
        let second = of[self.rng.below(of.len())];
        if first == second || self.rng.chance(0.5) {
            vec![first]
        } else {
            vec![first, second]
        }
    }
}
