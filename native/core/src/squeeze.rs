//! An order on fewer sheets than it was ever laid on: as much as possible on them, a little lost and more gained, until
//! everything is there.

use crate::search::{Places, Worker};
use crate::separate::{Parted, Patience};

/// What may be lost on the way, as a part of all: a layout a little worse than the best leads on more often than it.
const LOST: f64 = 0.01;
/// Moves without a better layout after which other sheets are tried.
const TIRED: usize = 120;
const SWAPPED: f64 = 0.15;
const STIRRED: Patience = Patience { rounds: 25, strikes: 1 };
/// Pieces on a sheet that stand for all, by their size.
const SIZES: usize = 4;

/// The state of such a search.
pub struct Squeeze {
    pub open: Vec<bool>,
    places: Places,
    best: f64,
    idle: usize,
}

impl Squeeze {
    pub fn is_worth_while(&self) -> bool {
        self.idle < TIRED
    }
}

impl Worker<'_, '_, '_> {
    /// The present layout, free of collisions, as the first.
    pub(crate) fn begin_squeeze(&mut self) -> Squeeze {
        Squeeze {
            open: self.open.clone(),
            places: self.places(),
            best: self.placed_worth(),
            idle: 0,
        }
    }

    /// One move; None when everything is placed, or the run is over.
    pub(crate) fn squeeze_on(&mut self, mut s: Squeeze) -> Option<Squeeze> {
        self.restore(&s.places);
        self.open.clone_from(&s.open);
        let is_whole = if self.rng.chance(SWAPPED) {
            self.stir()
        } else {
            self.make_room()
        };
        if !is_whole || self.unplaced().is_empty() {
            return None;
        }
        let all: f64 = (0..self.model.items.len()).map(|i| self.worth(i)).sum();
        let worth = self.placed_worth();
        s.idle += 1;
        if worth > s.best {
            (s.best, s.idle) = (worth, 0);
        }
        if worth >= s.best - all * LOST {
            s.places = self.places();
        }
        Some(s)
    }

    /// Exchanges two large pieces and pulls apart. False when the run is over.
    fn stir(&mut self) -> bool {
        self.swap_two_large();
        self.reset_guide();
        match self.separate(STIRRED) {
            Parted::Over => return false,
            Parted::Free => {}
            Parted::Stuck => self.give_up(),
        }
        self.lay_unplaced(&[]);
        !self.over()
    }

    /// What each sheet has room for, in area: leather that is covered where the largest circle of a piece may lie, for
    /// pieces of some sizes.
    pub(crate) fn capacities(&self) -> Vec<f64> {
        let mut items: Vec<usize> = self.model.items.clone();
        let circle = |k: usize| self.model.kinds[k].whole().poles.first().map_or(0.0, |p| p.r);
        items.sort_by(|&a, &b| circle(a).total_cmp(&circle(b)).then(a.cmp(&b)));
        let all: f64 = items.iter().map(|&k| self.model.kinds[k].area).sum();
        // (field, radius, share of the area)
        let mut sizes: Vec<(usize, f64, f64)> = Vec::new();
        let mut groups: std::collections::BTreeMap<usize, Vec<usize>> = std::collections::BTreeMap::new();
        for &k in &items {
            groups.entry(self.model.kinds[k].whole().levels_id).or_default().push(k);
        }
        for (levels_id, kinds) in groups {
            for some in kinds.chunks(kinds.len().div_ceil(SIZES)) {
                let area: f64 = some.iter().map(|&k| self.model.kinds[k].area).sum();
                let radius = some.iter().map(|&k| circle(k) * self.model.kinds[k].area).sum::<f64>() / area;
                sizes.push((levels_id, radius, area / all));
            }
        }
        let opened = |s: &crate::sheet::Sheet| {
            let sizes = sizes.iter().filter(|_| !self.line.is_late());
            sizes.map(|z| z.2 * s.field(z.0).opened(z.1)).sum()
        };
        self.model.sheets.iter().map(opened).collect()
    }
}
