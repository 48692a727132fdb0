//! Sets of sheets that cost less and are large enough together.

use crate::rng::Rng;

/// One sheet of the stock.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub area: f64,
    pub cost: f64,
    /// It is taken in any case.
    pub is_bound: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Positions of the sheets, ascending.
    Set(Vec<usize>),
    None,
    /// There are too many sets to say.
    Unknown,
}

/// Choices that are looked at.
const MOST: usize = 1000;
/// How far the order of choice is off the order by area for the money, as a part of it.
const NOISE: f64 = 0.3;

struct Search<'a> {
    offers: &'a [Offer],
    /// In the order of choice, and by what they give for their cost.
    order: Vec<usize>,
    by_worth: Vec<usize>,
    /// Undecided, taken or left out.
    taken: Vec<Option<bool>>,
    area: f64,
    below: f64,
    looked: usize,
}

/// A set of less than `below` in cost with at least `area`, one of many by chance. Branch and bound; the bound is the most
/// area that the money left could buy if sheets were sold by the piece (Dantzig 1957).
pub fn cheaper_set(offers: &[Offer], area: f64, below: f64, rng: &mut Rng) -> Found {
    let worth = |k: usize| offers[k].area / offers[k].cost.max(f64::MIN_POSITIVE);
    let by = |key: Vec<f64>| {
        let mut order: Vec<usize> = (0..offers.len()).collect();
        order.sort_by(|&a, &b| key[b].total_cmp(&key[a]).then(a.cmp(&b)));
        order
    };
    let noisy = (0..offers.len())
        .map(|k| worth(k) * (rng.normal() * NOISE).exp())
        .collect();
    let mut search = Search {
        offers,
        order: by(noisy),
        by_worth: by((0..offers.len()).map(worth).collect()),
        taken: offers.iter().map(|o| o.is_bound.then_some(true)).collect(),
        area,
        below,
        looked: 0,
    };
    search.order.retain(|&k| !offers[k].is_bound);
    let bound = || offers.iter().filter(|o| o.is_bound);
    if search.decide(0, bound().map(|o| o.area).sum(), bound().map(|o| o.cost).sum()) {
        let chosen = (0..offers.len()).filter(|&k| search.taken[k] == Some(true));
        return Found::Set(chosen.collect());
    }
    if search.looked >= MOST {
        Found::Unknown
    } else {
        Found::None
    }
}

impl Search<'_> {
    /// True when what is taken is a set that is wanted.
    fn decide(&mut self, at: usize, area: f64, cost: f64) -> bool {
        self.looked += 1;
        if cost >= self.below || self.looked >= MOST {
            return false;
        }
        if area >= self.area {
            return true;
        }
        if self.most(area, cost) < self.area {
            return false;
        }
        let Some(&k) = self.order.get(at) else {
            return false;
        };
        let offer = self.offers[k];
        for take in [true, false] {
            self.taken[k] = Some(take);
            let (more, dearer) = if take { (offer.area, offer.cost) } else { (0.0, 0.0) };
            if self.decide(at + 1, area + more, cost + dearer) {
                return true;
            }
        }
        self.taken[k] = None;
        false
    }

    fn most(&self, mut area: f64, cost: f64) -> f64 {
        let mut money = self.below - cost;
        for &k in self.by_worth.iter().filter(|&&k| self.taken[k].is_none()) {
            let o = self.offers[k];
            if o.cost > money {
                return area + o.area * money / o.cost;
            }
            area += o.area;
            money -= o.cost;
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offers(of: &[(f64, f64)]) -> Vec<Offer> {
        let offer = |&(area, cost)| Offer {
            area,
            cost,
            is_bound: false,
        };
        of.iter().map(offer).collect()
    }

    #[test]
    fn a_set_is_found_exactly_where_there_is_one() {
        let mut rng = Rng::new(2);
        for _ in 0..300 {
            let n = 1 + rng.below(7);
            let of: Vec<(f64, f64)> = (0..n)
                .map(|_| {
                    (
                        rng.range(0.1, 1.0),
                        if rng.chance(0.2) { 0.0 } else { rng.range(0.1, 1.0) },
                    )
                })
                .collect();
            let mut offers = offers(&of);
            offers[0].is_bound = rng.chance(0.3);
            let (area, below) = (rng.range(0.1, 3.0), rng.range(0.05, 2.0));
            let sums = |set: &[usize]| {
                set.iter()
                    .fold((0.0, 0.0), |s, &k| (s.0 + offers[k].area, s.1 + offers[k].cost))
            };
            let is_wanted = |set: &[usize]| {
                let (a, c) = sums(set);
                a >= area && c < below && (!offers[0].is_bound || set.contains(&0))
            };
            let all = (0..1usize << n).map(|bits| (0..n).filter(|k| bits >> k & 1 == 1).collect::<Vec<_>>());
            let there_is = all.into_iter().any(|set| is_wanted(&set));
            match cheaper_set(&offers, area, below, &mut rng) {
                Found::Set(set) => assert!(is_wanted(&set)),
                found => assert_eq!((found, there_is), (Found::None, false)),
            }
        }
    }

    #[test]
    fn chance_gives_one_set_and_another() {
        let offers = offers(&[(1.0, 1.0); 6]);
        let mut rng = Rng::new(4);
        let sets: std::collections::BTreeSet<Vec<usize>> = (0..40)
            .map(|_| match cheaper_set(&offers, 2.5, 4.0, &mut rng) {
                Found::Set(set) => set,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(sets.len() > 5);
    }

    #[test]
    fn too_many_sets_are_said_to_be_too_many() {
        // Much the same for the money, and no sum that fits: the bound cuts nothing off.
        let of: Vec<(f64, f64)> = (0..60).map(|k| (2.0, 2.0 + f64::from(k) * 1e-9)).collect();
        assert_eq!(cheaper_set(&offers(&of), 61.0, 61.9, &mut Rng::new(1)), Found::Unknown);
    }
}
