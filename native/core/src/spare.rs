//! Sheets that cost nothing while others cost something, such as remnants: what lies there leaves that much of the others.

use crate::kind::Kind;
use crate::leather::Leather;
use crate::room::brief;
use crate::search::Worker;
use crate::separate::Parted;
use crate::sheet::Sheet;

/// Moves in a row without another piece there after which no more are made.
const TIRED: usize = 120;

/// Of each sheet whether it costs nothing while others do, and some piece may fit there.
pub fn costs_nothing(sheets: &[Sheet], kinds: &[Kind]) -> Vec<bool> {
    let are_all_equal = sheets.iter().all(|s| s.spec.cost == 0.0);
    let is_spare = |s: &Sheet| !are_all_equal && s.spec.cost == 0.0 && kinds.iter().any(|k| k.may_fit(s));
    sheets.iter().map(is_spare).collect()
}

impl Worker<'_, '_, '_> {
    pub(crate) fn is_free_of_cost(&self, bay: usize) -> bool {
        self.model.costs_nothing[self.world.bays[bay].sheet]
    }

    fn spare_bays(&self) -> Vec<usize> {
        (0..self.world.bays.len())
            .filter(|&b| self.is_free_of_cost(b))
            .collect()
    }

    fn laid_on(&self, bay: usize) -> Leather {
        let items = self.world.bays[bay].items.iter();
        items.map(|&i| self.kind(i as usize).leather()).sum()
    }

    /// What lies on sheets that cost nothing.
    pub(crate) fn spared(&self) -> Leather {
        if !self.model.costs_nothing.contains(&true) {
            return Leather::default();
        }
        // In the order of the pieces: what is as much is so to the last bit.
        let placed = self.world.placed.iter().zip(&self.model.items);
        let there = placed.filter(|(p, _)| p.as_ref().is_some_and(|p| self.is_free_of_cost(p.bay)));
        there.map(|(_, &k)| self.model.kinds[k].leather()).sum()
    }

    /// Pieces on sheets that cost something and may, by area, lie beside what lies on one that costs nothing.
    pub(crate) fn movable(&mut self, idle: usize) -> Vec<usize> {
        if idle >= TIRED || !self.model.costs_nothing.contains(&true) {
            return Vec::new();
        }
        let room_of = |b: usize| (self.world.bays[b].sheet, self.sheet_leather(b) - self.laid_on(b));
        // Of copies that nothing lies on one will do.
        let mut rooms: Vec<(usize, Leather)> = self.spare_bays().into_iter().map(room_of).collect();
        rooms.dedup();
        let model = self.model;
        let has_room = |kind: &Kind| {
            let enough = |r: &&(usize, Leather)| r.1.is_enough_for(kind.leather());
            rooms.iter().filter(enough).any(|r| kind.may_fit(&model.sheets[r.0]))
        };
        let has_room: Vec<bool> = model.kinds.iter().map(has_room).collect();
        let may_move = |i: &usize| {
            let placed = self.world.placed[*i].as_ref();
            let is_dear = placed.is_some_and(|p| !self.is_free_of_cost(p.bay));
            is_dear && has_room[model.items[*i]] && !self.pinned[*i] && model.tied[*i].is_empty()
        };
        let movable = (0..model.items.len()).filter(may_move).collect();
        self.looked(rooms.len() * model.kinds.len());
        movable
    }

    /// Forces a piece onto the sheets that cost nothing and pulls apart there; what has no room then goes back.
    pub(crate) fn fill_what_costs_nothing(&mut self, used: &[usize], movable: &[usize]) {
        let item = movable[self.rng.below(movable.len())];
        let spare = self.spare_bays();
        let lying: usize = spare.iter().map(|&b| self.world.bays[b].items.len()).sum();
        self.open_only(spare.iter().copied());
        self.world.take(item);
        self.reset_guide();
        self.insert(item);
        match self.separate(brief(lying)) {
            Parted::Over => return,
            Parted::Free => {}
            Parted::Stuck => self.give_up(),
        }
        self.open_only(spare.into_iter().chain(used.iter().copied()));
        self.lay_unplaced(&[]);
        if self.unplaced().is_empty() && !self.over() {
            self.offer_sheets(false);
        }
    }
}
