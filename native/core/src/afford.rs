//! Sets of sheets that cost less and are large enough together.

use crate::leather::{Leather, Measure, ROUNDING};
use crate::rng::Rng;

/// The copies of one sheet of the stock.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub leather: Leather,
    pub cost: f64,
    pub copies: usize,
    /// How many of them are taken in any case.
    pub bound: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Of `cheaper_set` how many copies of each offer.
    Set(Vec<usize>),
    None,
    /// There are too many sets to say.
    Unknown,
}

/// Choices that are looked at, and offers in all of them: some 20 ms.
const MOST: usize = 1000;
const MOST_LOOKS: usize = 5_000_000;
/// How far the order of choice is off the order by area for the money, as a part of it.
const NOISE: f64 = 0.3;
/// Sums of multiples of the least cost are off by less than this part of it.
const OFF: f64 = 1e-6;

struct Search<'a> {
    offers: &'a [Offer],
    /// The free copies of all offers in the order of choice.
    order: Vec<usize>,
    measures: Vec<ByWorth>,
    /// Of each offer: how many copies are taken beside the bound ones, and whether no more are: its copies are alike, so
    /// who leaves one out leaves out all that follow.
    taken: Vec<usize>,
    is_closed: Vec<bool>,
    wanted: Leather,
    below: f64,
    /// What a set may cost at most, as near as the costs tell.
    purse: f64,
    looked: usize,
    most: usize,
}

/// One area that binds, and the offers by what they give of it for their cost.
struct ByWorth {
    of: Measure,
    order: Vec<usize>,
}

fn by_key(key: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..key.len()).collect();
    order.sort_by(|&a, &b| key[b].total_cmp(&key[a]).then(a.cmp(&b)));
    order
}

/// The greatest sum of costs below a limit that can be, where all costs are multiples of the least; else the limit.
fn purse(offers: &[Offer], below: f64) -> f64 {
    let costs = || offers.iter().map(|o| o.cost).filter(|c| *c > 0.0);
    let Some(step) = costs().reduce(f64::min) else {
        return below;
    };
    let off = |x: f64| (x / step - (x / step).round()).abs();
    if costs().any(|c| off(c) > ROUNDING) {
        return below;
    }
    below.min(((below / step - OFF).ceil() - 1.0 + OFF) * step)
}

/// A set of less than `below` in cost with at least the leather that is wanted, one of many by chance, and how many offers
/// were looked at. Branch and bound; the bound is the most area that the money left could buy if sheets were sold by the
/// piece (Dantzig 1957).
pub fn cheaper_set(offers: &[Offer], wanted: Leather, below: f64, rng: &mut Rng) -> (Found, usize) {
    let worth = |of: Measure| move |o: &Offer| of(o.leather) / o.cost.max(f64::MIN_POSITIVE);
    let measures = wanted.measures().iter().map(|&of| ByWorth {
        of,
        order: by_key(&offers.iter().map(worth(of)).collect::<Vec<_>>()),
    });
    let measures: Vec<ByWorth> = measures.collect();
    let main = if wanted.net > 0.0 {
        measures[0].of
    } else {
        |l: Leather| l.gross
    };
    let (mut copies, mut keys) = (Vec::new(), Vec::new());
    for (k, o) in offers.iter().enumerate() {
        // More than are enough by themselves are of no use.
        let alone = measures
            .iter()
            .map(|m| (m.of)(wanted) / (m.of)(o.leather).max(f64::MIN_POSITIVE));
        let enough = alone.fold(1.0, f64::max).ceil() as usize;
        for c in 0..o.copies.min(o.bound.saturating_add(enough)) {
            let key = worth(main)(o) * (rng.normal() * NOISE).exp();
            if c >= o.bound {
                copies.push(k);
                keys.push(key);
            }
        }
    }
    let mut search = Search {
        offers,
        order: by_key(&keys).into_iter().map(|at| copies[at]).collect(),
        measures,
        taken: vec![0; offers.len()],
        is_closed: vec![false; offers.len()],
        wanted,
        below,
        purse: purse(offers, below),
        looked: 0,
        most: MOST.min(MOST_LOOKS / offers.len().max(1)),
    };
    let bound: Leather = offers.iter().map(|o| o.leather * o.bound as f64).sum();
    let is_found = search.decide(0, bound, offers.iter().map(|o| o.cost * o.bound as f64).sum());
    let looks = search.looked * offers.len() + keys.len();
    let found = if is_found {
        let counts = offers.iter().zip(&search.taken).map(|(o, n)| o.bound + n);
        Found::Set(counts.collect())
    } else if search.looked >= search.most {
        Found::Unknown
    } else {
        Found::None
    };
    (found, looks)
}

impl Search<'_> {
    /// True when what is taken is a set that is wanted.
    fn decide(&mut self, mut at: usize, has: Leather, cost: f64) -> bool {
        self.looked += 1;
        if cost >= self.below || self.looked >= self.most {
            return false;
        }
        if has.is_enough_for(self.wanted) {
            return true;
        }
        let is_short = |m: &ByWorth| self.bought(m, (m.of)(has), cost) < (m.of)(self.wanted) * (1.0 - ROUNDING);
        if self.measures.iter().any(is_short) {
            return false;
        }
        while self.order.get(at).is_some_and(|&k| self.is_closed[k]) {
            at += 1;
        }
        let Some(&k) = self.order.get(at) else {
            return false;
        };
        let offer = self.offers[k];
        self.taken[k] += 1;
        if self.decide(at + 1, has + offer.leather, cost + offer.cost) {
            return true;
        }
        self.taken[k] -= 1;
        self.is_closed[k] = true;
        if self.decide(at + 1, has, cost) {
            return true;
        }
        self.is_closed[k] = false;
        false
    }

    /// The most area that there can be with the money left.
    fn bought(&self, by: &ByWorth, mut area: f64, cost: f64) -> f64 {
        let mut money = self.purse - cost;
        for &k in by.order.iter().filter(|&&k| !self.is_closed[k]) {
            let o = self.offers[k];
            let left = (o.copies - o.bound - self.taken[k]) as f64;
            let (more, dearer) = ((by.of)(o.leather) * left, o.cost * left);
            if dearer > money {
                return area + more * (money / dearer).max(0.0);
            }
            area += more;
            money -= dearer;
        }
        area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(area: f64, cost: f64) -> Offer {
        Offer {
            leather: square(area),
            cost,
            copies: 1,
            bound: 0,
        }
    }

    /// Without a hole.
    fn square(area: f64) -> Leather {
        Leather { gross: area, net: area }
    }

    #[test]
    fn a_set_is_found_exactly_where_there_is_one() {
        let mut rng = Rng::new(2);
        for _ in 0..600 {
            let n = 1 + rng.below(4);
            let is_multiple = rng.chance(0.5);
            let drawn = |rng: &mut Rng| {
                let gross = rng.range(0.1, 1.0);
                let net = if rng.chance(0.5) { gross } else { gross * rng.unit() };
                let cost = rng.range(0.1, 1.0);
                Offer {
                    leather: Leather { gross, net },
                    cost: if is_multiple { (cost * 4.0).floor() * 0.1 } else { cost },
                    copies: 1 + rng.below(3),
                    bound: 0,
                }
            };
            let mut offers: Vec<Offer> = (0..n).map(|_| drawn(&mut rng)).collect();
            offers[0].bound = rng.below(offers[0].copies + 1);
            let (gross, below) = (rng.range(0.1, 3.0), rng.range(0.05, 2.0));
            let net = if rng.chance(0.5) { gross } else { gross * rng.unit() };
            let wanted = Leather { gross, net };
            let is_wanted = |set: &[usize]| {
                let sums = set.iter().zip(&offers);
                let sums = sums.fold((Leather::default(), 0.0), |s, (&n, o)| {
                    (s.0 + o.leather * n as f64, s.1 + o.cost * n as f64)
                });
                sums.0.is_enough_for(wanted) && sums.1 < below && set[0] >= offers[0].bound
            };
            let mut all = vec![Vec::new()];
            for o in &offers {
                let longer = |set: &Vec<usize>, n: usize| set.iter().copied().chain([n]).collect();
                all = all
                    .iter()
                    .flat_map(|s| (0..=o.copies).map(move |n| longer(s, n)))
                    .collect();
            }
            let there_is = all.iter().any(|set| is_wanted(set));
            match cheaper_set(&offers, wanted, below, &mut rng).0 {
                Found::Set(set) => assert!(is_wanted(&set)),
                found => assert_eq!((found, there_is), (Found::None, false)),
            }
        }
    }

    #[test]
    fn chance_gives_one_set_and_another() {
        let offers = [offer(1.0, 1.0); 6];
        let mut rng = Rng::new(4);
        let sets: std::collections::BTreeSet<Vec<usize>> = (0..40)
            .map(|_| match cheaper_set(&offers, square(2.5), 4.0, &mut rng).0 {
                Found::Set(set) => set,
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(sets.len() > 5);
    }

    #[test]
    fn too_many_sets_are_said_to_be_too_many() {
        // Much the same for the money, and no sum that fits: the bound cuts nothing off.
        let offers: Vec<Offer> = (0..60).map(|k| offer(2.0, 2.0 + f64::from(k) * 1e-7)).collect();
        let found = cheaper_set(&offers, square(61.0), 61.9, &mut Rng::new(1));
        assert_eq!(found.0, Found::Unknown);
    }

    #[test]
    fn many_copies_and_whole_multiples_of_a_cost_are_no_riddle() {
        // Four of five do, and what costs half as much holds nothing: among 16 like sheets there were too many sets to say.
        let mut offers: Vec<Offer> = (0..16).map(|k| offer(104.0 + f64::from(k) * 0.2, 1.0)).collect();
        offers.push(offer(1.0, 0.5));
        let below = 5.0 * (1.0 - 1e-9);
        assert_eq!(
            cheaper_set(&offers, square(500.0), below, &mut Rng::new(1)).0,
            Found::None
        );
        // A thousand copies of sheets whose costs are no multiples of each other.
        let copies = |k: u32| Offer {
            copies: 1000,
            ..offer(2.0 + f64::from(k), 2.0 + f64::from(k) * 1.01)
        };
        let offers: Vec<Offer> = (0..20).map(copies).collect();
        let (found, looks) = cheaper_set(&offers, square(9000.0), 9000.0, &mut Rng::new(1));
        assert!(found == Found::None && looks < 100_000, "{found:?} {looks}");
    }
}
