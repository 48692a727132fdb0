//! Whether a layout that leaves pieces out can be bettered at all: the areas that prove a bound, on whole pieces.

use crate::bound::{Level, bound, points};
use crate::hub::Solution;
use crate::leather::ROUNDING;
use crate::model::Model;
use crate::problem::Objective;

/// Choices of whole pieces that are looked at, and kinds in all of them: some ms.
const MOST: usize = 2000;
const MOST_LOOKS: usize = 1_000_000;
/// Points of all sheets up to which areas by quality take some 30 ms.
const FEW_POINTS: usize = 10_000;

/// Pieces of one kind: area and worth of each, and how many.
#[derive(Clone, Copy, Debug)]
struct Lot {
    area: f64,
    worth: f64,
    count: usize,
}

impl Model {
    /// Whether areas forbid that any layout beats this one, and how much was looked at.
    pub(crate) fn has_nothing_better(&self, best: &Solution) -> (bool, usize) {
        let is_hurried = points(self) > FEW_POINTS;
        if self.objective == Objective::Kits && best.value < bound(self, is_hurried).value * (1.0 - ROUNDING) {
            return (false, self.kinds.len());
        }
        let mut placed = vec![0; self.kinds.len()];
        for (item, place) in best.places.iter().enumerate() {
            placed[self.items[item]] += usize::from(place.is_some());
        }
        let mut priorities: Vec<f64> = self.kinds.iter().map(|k| k.spec.priority).collect();
        priorities.sort_by(|a, b| b.total_cmp(a));
        priorities.dedup();
        let levels = self.levels(is_hurried);
        let mut rooms: Vec<f64> = levels.iter().map(|level| self.room_at(level)).collect();
        let may_fit: Vec<bool> = self
            .kinds
            .iter()
            .map(|k| self.sheets.iter().any(|s| k.may_fit(s)))
            .collect();
        let mut looks = self.kinds.len() * self.sheets.len();
        for priority in priorities {
            let class: Vec<usize> = (0..self.kinds.len())
                .filter(|&k| self.kinds[k].spec.priority == priority)
                .collect();
            let worth: f64 = class.iter().map(|&k| self.worth_of(k) * placed[k] as f64).sum();
            let lots = |level: &Level| -> Vec<Lot> {
                let kinds = class.iter().filter(|&&k| may_fit[k] || placed[k] > 0);
                let lot = |&k: &usize| Lot {
                    area: level.pieces[k],
                    worth: self.worth_of(k),
                    count: self.kinds[k].spec.quantity,
                };
                by_density(kinds.map(lot).collect())
            };
            let lots: Vec<Vec<Lot>> = levels.iter().map(lots).collect();
            let is_most = lots.iter().zip(&rooms).any(|(lots, &room)| {
                let (is_most, more) = is_most_worth(lots, room, worth);
                looks += more;
                is_most
            });
            if !is_most {
                return (false, looks);
            }
            for (lots, room) in lots.iter().zip(&mut rooms) {
                *room = (*room - least_area(lots, worth)).max(0.0);
            }
        }
        (true, looks)
    }

    fn worth_of(&self, kind: usize) -> f64 {
        match self.objective {
            Objective::Value => self.kinds[kind].value,
            _ => self.kinds[kind].area,
        }
    }
}

/// The best worth for its area first.
fn by_density(mut lots: Vec<Lot>) -> Vec<Lot> {
    let density = |l: &Lot| if l.area > 0.0 { l.worth / l.area } else { f64::INFINITY };
    lots.sort_by(|a, b| density(b).total_cmp(&density(a)));
    lots
}

/// The least area of lots cut up freely that has this worth.
fn least_area(lots: &[Lot], worth: f64) -> f64 {
    let (mut missing, mut area) = (worth * (1.0 - ROUNDING), 0.0);
    for lot in lots.iter().filter(|l| l.worth > 0.0) {
        let part = (missing / lot.worth).min(lot.count as f64).max(0.0);
        area += part * lot.area;
        missing -= part * lot.worth;
    }
    area
}

struct Search<'a> {
    lots: &'a [Lot],
    /// More than this is sought.
    worth: f64,
    most: usize,
    looked: usize,
}

/// Whether whole pieces within an area have no more worth than this, and how much was looked at. Branch and bound as in
/// `afford`; false where there is too much to look at.
fn is_most_worth(lots: &[Lot], room: f64, worth: f64) -> (bool, usize) {
    let mut search = Search {
        lots,
        worth: worth + worth.abs() * ROUNDING,
        most: MOST.min(MOST_LOOKS / lots.len().max(1)),
        looked: 0,
    };
    let is_beaten = search.is_beaten(0, room * (1.0 + ROUNDING), 0.0);
    let is_known = search.looked < search.most;
    (is_known && !is_beaten, search.looked * lots.len())
}

impl Search<'_> {
    fn is_beaten(&mut self, at: usize, room: f64, worth: f64) -> bool {
        self.looked += 1;
        if worth > self.worth {
            return true;
        }
        if self.looked >= self.most || worth + self.most_of(at, room) <= self.worth {
            return false;
        }
        let Some(&lot) = self.lots.get(at) else {
            return false;
        };
        let fit = if lot.area > 0.0 {
            (room / lot.area) as usize
        } else {
            lot.count
        };
        (0..=lot.count.min(fit)).rev().any(|n| {
            let n = n as f64;
            self.looked < self.most && self.is_beaten(at + 1, room - n * lot.area, worth + n * lot.worth)
        })
    }

    /// The most worth of what follows when it is cut up freely.
    fn most_of(&self, at: usize, mut room: f64) -> f64 {
        let mut worth = 0.0;
        for lot in &self.lots[at..] {
            let count = lot.count as f64;
            if lot.area * count > room {
                return worth + lot.worth * (room / lot.area);
            }
            worth += lot.worth * count;
            room -= lot.area * count;
        }
        worth
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    #[test]
    fn no_more_worth_is_proved_exactly_where_whole_pieces_have_none() {
        let mut rng = Rng::new(5);
        for _ in 0..400 {
            let lots: Vec<Lot> = (0..=rng.below(4))
                .map(|_| Lot {
                    area: if rng.chance(0.1) { 0.0 } else { rng.range(0.1, 1.0) },
                    worth: if rng.chance(0.1) { 0.0 } else { rng.range(0.1, 1.0) },
                    count: rng.below(4),
                })
                .collect();
            let lots = by_density(lots);
            let room = rng.range(0.0, 3.0);
            let mut sums = vec![(0.0, 0.0)];
            for lot in &lots {
                let more = |s: &(f64, f64), n: usize| (s.0 + lot.area * n as f64, s.1 + lot.worth * n as f64);
                sums = sums
                    .iter()
                    .flat_map(|s| (0..=lot.count).map(move |n| more(s, n)))
                    .collect();
            }
            let most = sums.iter().filter(|s| s.0 <= room).map(|s| s.1).fold(0.0, f64::max);
            assert!(is_most_worth(&lots, room, most).0);
            assert!(most == 0.0 || !is_most_worth(&lots, room, most * 0.999).0);
            let least = sums
                .iter()
                .filter(|s| s.1 >= most)
                .map(|s| s.0)
                .fold(f64::INFINITY, f64::min);
            assert!(least_area(&lots, most) <= least + 1e-9);
        }
    }

    #[test]
    fn too_many_choices_prove_nothing() {
        let lot = |k: u32| Lot {
            area: 2.0 + f64::from(k) * 1e-7,
            worth: 2.0,
            count: 1,
        };
        let lots: Vec<Lot> = (0..60).map(lot).collect();
        assert!(!is_most_worth(&by_density(lots), 61.0, 60.0).0);
    }
}
