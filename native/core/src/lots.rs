//! The stock by sheet: the copies of one are alike, but for what lies on them.

use crate::world::World;
use std::ops::Range;

/// The copies of one sheet.
pub struct Lot {
    pub sheet: usize,
    pub bays: Range<usize>,
}

impl World<'_> {
    pub fn lots(&self) -> Vec<Lot> {
        let mut out: Vec<Lot> = Vec::new();
        for (b, bay) in self.bays.iter().enumerate() {
            match out.last_mut().filter(|lot| lot.sheet == bay.sheet) {
                Some(lot) => lot.bays.end = b + 1,
                None => out.push(Lot {
                    sheet: bay.sheet,
                    bays: b..b + 1,
                }),
            }
        }
        out
    }
}

/// The lots by some size of their sheets, the greatest first; of equal ones the last.
pub struct BySize<'a> {
    lots: &'a [Lot],
    order: Vec<usize>,
    /// By sheet.
    size: Vec<f64>,
    sheet_of: Vec<usize>,
}

/// The copies that are not in use.
pub struct Unused<'a> {
    by: &'a BySize<'a>,
    is_taken: Vec<bool>,
    /// Of each lot: behind this bay all are taken.
    end: Vec<usize>,
}

impl<'a> BySize<'a> {
    pub fn new(world: &World, lots: &'a [Lot], size: Vec<f64>) -> Self {
        let mut order: Vec<usize> = (0..lots.len()).collect();
        let of = |k: usize| size[lots[k].sheet];
        order.sort_by(|&a, &b| of(b).total_cmp(&of(a)).then(b.cmp(&a)));
        Self {
            lots,
            order,
            size,
            sheet_of: world.bays.iter().map(|b| b.sheet).collect(),
        }
    }

    pub fn size(&self, bay: usize) -> f64 {
        self.size[self.sheet_of[bay]]
    }

    pub fn unused(&self, used: impl Iterator<Item = usize>) -> Unused<'_> {
        let mut is_taken = vec![false; self.sheet_of.len()];
        for b in used {
            is_taken[b] = true;
        }
        Unused {
            by: self,
            is_taken,
            end: self.lots.iter().map(|lot| lot.bays.end).collect(),
        }
    }
}

impl Unused<'_> {
    /// The greatest that may be taken and is larger than this; counts what it looks at.
    pub fn take_larger(&mut self, size: f64, may: impl Fn(usize) -> bool, looks: &mut usize) -> Option<usize> {
        for &k in &self.by.order {
            *looks += 1;
            let bays = &self.by.lots[k].bays;
            if self.by.size(bays.start) <= size {
                return None;
            }
            if !may(bays.start) {
                continue;
            }
            while self.end[k] > bays.start && self.is_taken[self.end[k] - 1] {
                self.end[k] -= 1;
            }
            if self.end[k] > bays.start {
                self.end[k] -= 1;
                return Some(self.end[k]);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_tests::squares;

    #[test]
    fn the_largest_copy_that_may_be_taken_goes_first_and_none_twice() {
        // Sheets of 10, 30 and 20 mm, two copies of each, ordered by area for the money.
        let model = squares(&[(10.0, 2), (30.0, 2), (20.0, 2)], 6, 5.0);
        let world = World::new(&model, &model.all_bays(), 0.0);
        let lots = world.lots();
        let sizes = model.sheets.iter().map(|s| s.area).collect();
        let by = BySize::new(&world, &lots, sizes);
        let side = |b: usize| by.size(b).sqrt().round();
        // One of 30 lies in use.
        let used = (0..6).find(|&b| side(b) == 30.0);
        let mut unused = by.unused(used.into_iter());
        let mut looks = 0;
        let mut take = |size: f64, at_most: f64| {
            let taken = unused.take_larger(size, |b| side(b) <= at_most, &mut looks);
            taken.map(&side)
        };
        assert_eq!(
            [take(100.0, 20.0), take(400.0, 99.0), take(100.0, 99.0)],
            [20.0, 30.0, 20.0].map(Some)
        );
        assert_eq!(
            (take(100.0, 99.0), take(0.0, 99.0), take(0.0, 99.0)),
            (None, Some(10.0), Some(10.0))
        );
        assert!(take(0.0, 99.0).is_none() && looks > 0);
    }
}
