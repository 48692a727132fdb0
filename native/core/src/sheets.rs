//! Sheets: a first layout, then place what has none, then do with fewer sheets or smaller ones.

use crate::construct::Full;
use crate::hub::{By, Solution};
use crate::kind::Kind;
use crate::model::Model;
use crate::problem::Objective;
use crate::race::Race;
use crate::search::Worker;
use crate::shades::Card;
use crate::stock::Attempt;
use std::sync::Arc;

/// Share of turns with everything placed that look after pairs.
const GATHERING: f64 = 0.1;
/// Share of moves that exchange pieces for others instead of making room for one more.
const EXCHANGES: f64 = 0.5;
/// Pieces after which a layout that is still being constructed is shown.
const SHOWN: usize = 48;

impl Model {
    /// Every copy of every sheet that could be of use, the better value of area first, those with locked pieces before all.
    pub fn all_bays(&self) -> Vec<(usize, usize)> {
        let mut order: Vec<usize> = (0..self.sheets.len()).collect();
        let price = |s: usize| self.sheets[s].spec.cost / self.sheets[s].area.max(f64::MIN_POSITIVE);
        order.sort_by(|&a, &b| {
            let locked = |s: usize| self.sheets[s].spec.locked.is_empty();
            locked(a)
                .cmp(&locked(b))
                .then(price(a).total_cmp(&price(b)))
                .then(self.sheets[b].area.total_cmp(&self.sheets[a].area))
                .then(a.cmp(&b))
        });
        order
            .into_iter()
            .flat_map(|s| (0..self.sheets[s].spec.quantity.min(self.items.len())).map(move |c| (s, c)))
            .collect()
    }

    /// The objective's value for given (sheet, copy) of each placed item, and the colours under it.
    pub fn value_of(&self, places: &[Option<(usize, usize)>], shades: &[u64]) -> f64 {
        let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 1.0 };
        let sum = |of: &dyn Fn(usize) -> f64, all: bool| -> f64 {
            (0..places.len()).filter(|&i| all || places[i].is_some()).map(of).sum()
        };
        match self.objective {
            Objective::Value => share(
                sum(&|i| self.kinds[self.items[i]].value, false),
                sum(&|i| self.kinds[self.items[i]].value, true),
            ),
            Objective::Kits => share(
                self.whole_kits(places, shades).iter().sum::<usize>() as f64,
                self.kits.iter().map(|k| k.quantity).sum::<usize>() as f64,
            ),
            Objective::Sheets | Objective::Strip => {
                if places.iter().any(Option::is_none) {
                    return share(
                        sum(&|i| self.kinds[self.items[i]].area, false),
                        sum(&|i| self.kinds[self.items[i]].area, true),
                    )
                    .min(1.0 - 1e-9);
                }
                let mut used: Vec<(usize, usize)> = places.iter().flatten().copied().collect();
                used.sort_unstable();
                used.dedup();
                let stock: f64 = self.sheets.iter().map(|s| s.spec.cost * s.spec.quantity as f64).sum();
                1.0 + share(
                    stock - used.iter().map(|u| self.sheets[u.0].spec.cost).sum::<f64>(),
                    stock,
                )
            }
        }
    }

    /// Whole kits of each kind of kit.
    pub fn whole_kits(&self, places: &[Option<(usize, usize)>], shades: &[u64]) -> Vec<usize> {
        // By sheet where a kit must come from one.
        let mut placed: std::collections::BTreeMap<Option<(usize, usize)>, Vec<usize>> =
            std::collections::BTreeMap::new();
        for (i, p) in places.iter().enumerate().filter(|(_, p)| p.is_some()) {
            for group in [None, *p] {
                placed.entry(group).or_insert_with(|| vec![0; self.kinds.len()])[self.items[i]] += 1;
            }
        }
        let of_kit = |k: usize, placed: &[usize]| {
            let mine = self.kinds.iter().zip(placed);
            let mine = mine.filter(move |(kind, _)| kind.spec.kit == Some(k) && kind.spec.per_kit > 0);
            mine.map(|(kind, n)| n / kind.spec.per_kit).min().unwrap_or(0)
        };
        let whole = |k: usize, one_sheet: bool| -> usize {
            let groups = placed.iter().filter(|(group, _)| group.is_some() == one_sheet);
            groups.map(|(_, placed)| of_kit(k, placed)).sum()
        };
        self.kits
            .iter()
            .enumerate()
            .map(|(k, kit)| match kit.delta_e {
                Some(_) => self.kits_of_like_shade(k, places, shades),
                None => whole(k, kit.one_sheet),
            })
            .zip(&self.kits)
            .map(|(whole, kit)| whole.min(kit.quantity))
            .collect()
    }

    fn kits_of_like_shade(&self, kit: usize, places: &[Option<(usize, usize)>], shades: &[u64]) -> usize {
        let of_kit = |k: &Kind| k.spec.kit == Some(kit) && k.spec.per_kit > 0;
        let slots: Vec<usize> = (0..self.kinds.len()).filter(|&k| of_kit(&self.kinds[k])).collect();
        let each: Vec<usize> = slots.iter().map(|&k| self.kinds[k].spec.per_kit).collect();
        let cards = places.iter().enumerate().filter_map(|(i, place)| {
            let slot = slots.iter().position(|&k| k == self.items[i])?;
            let sheet = place.filter(|_| self.kits[kit].one_sheet);
            place.map(|_| Card {
                under: shades[i],
                sheet,
                slot,
            })
        });
        // The search deals pieces to kits itself: what it has brought together counts, were it dealt otherwise here.
        self.shades
            .whole(kit, cards.collect(), &each)
            .max(self.kits_as_laid(kit, each.iter().sum(), places))
    }

    /// Kits that are whole as the search has dealt them.
    fn kits_as_laid(&self, kit: usize, size: usize, places: &[Option<(usize, usize)>]) -> usize {
        let is_whole = |i: usize| {
            let mates = self.shades.mates(i);
            let sheet = |m: usize| places[m].filter(|_| self.kits[kit].one_sheet);
            // Each kit once: by the first of its items.
            mates.len() + 1 == size
                && mates.iter().all(|&m| m as usize > i)
                && std::iter::once(i)
                    .chain(mates.iter().map(|&m| m as usize))
                    .all(|m| places[m].is_some() && sheet(m) == sheet(i))
        };
        (0..self.items.len())
            .filter(|&i| self.kinds[self.items[i]].spec.kit == Some(kit) && is_whole(i))
            .count()
    }
}

impl Worker<'_, '_, '_> {
    fn bays_of_items(&self) -> Vec<Option<(usize, usize)>> {
        self.world
            .placed
            .iter()
            .map(|p| {
                p.as_ref()
                    .map(|p| (self.world.bays[p.bay].sheet, self.world.bays[p.bay].copy))
            })
            .collect()
    }

    pub(crate) fn worth(&self, item: usize) -> f64 {
        match self.model.objective {
            Objective::Value => self.kind(item).value,
            _ => self.kind(item).area,
        }
    }

    pub(crate) fn placed_worth(&self) -> f64 {
        (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_some())
            .map(|i| self.worth(i))
            .sum()
    }

    pub fn unplaced(&self) -> Vec<usize> {
        (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_none())
            .collect()
    }

    /// Hands the present layout in; true when it is better than all that this worker knows.
    pub(crate) fn offer_sheets(&mut self, is_final: bool) -> bool {
        let s = self.as_solution(is_final);
        s.is_some_and(|s| self.line.offer(s, self.probe.evaluations))
    }

    /// None when the final check objects to the present layout (it never did so far).
    fn as_solution(&mut self, is_final: bool) -> Option<Solution> {
        let shades: Vec<u64> = self
            .world
            .placed
            .iter()
            .map(|p| p.as_ref().map_or(0, |p| p.shades))
            .collect();
        let value = self.model.value_of(&self.bays_of_items(), &shades);
        let (spared, promise) = if self.model.objective == Objective::Sheets && value >= 1.0 {
            // Of layouts that cost the same the one that leaves the larger sheets.
            let area = self.used_bays().iter().map(|&b| self.sheet_area(b)).sum::<f64>();
            (self.spared().gross, -area)
        } else {
            (0.0, self.placed_worth())
        };
        let standing = self.standing();
        let s = self.solution(value, promise, is_final).ok()?;
        Some(Solution { standing, spared, ..s })
    }

    pub fn run_sheets(&mut self, warm: bool) {
        let bays: Vec<usize> = (0..self.world.bays.len()).collect();
        if bays.is_empty() {
            self.offer_sheets(true);
            return;
        }
        if warm {
            // What is still allowed of the layout to start from is shown at once.
            self.offer_sheets(false);
        }
        self.first_layout(&bays);
        let all_placed = self.unplaced().is_empty();
        self.offer_sheets(all_placed && (warm || self.model.objective != Objective::Sheets));
        if warm {
            for item in 0..self.pinned.len() {
                self.pinned[item] = self.is_locked(item);
            }
        }
        let mut attempt = Attempt::default();
        let mut asked: Option<Arc<Solution>> = None;
        // What a layout was given for is to be kept: no other starts then.
        let mut race = if warm { Race::default() } else { self.begin_race() };
        while !self.over() {
            self.count_turn();
            let Some(best) = self.line.best.clone() else {
                return;
            };
            self.open = vec![true; self.world.bays.len()];
            if best.places.iter().any(Option::is_none) {
                if asked.as_ref().is_none_or(|a| !Arc::ptr_eq(a, &best)) {
                    let (is_best, looks) = self.model.has_nothing_better(&best);
                    asked = Some(best.clone());
                    if is_best {
                        self.offer_final(&best);
                        return;
                    }
                    if self.looked(looks) {
                        return;
                    }
                }
                let raced = race.next(self.line.progress(self.probe.evaluations), self.probe.evaluations);
                self.adopt(&raced.unwrap_or(best));
                self.place_more(&mut race);
                continue;
            }
            self.adopt(&best);
            if self.model.objective == Objective::Sheets {
                if self.model.has_pairs() && self.rng.chance(GATHERING) {
                    self.offer_gathered();
                }
                self.choose_stock(&best, &mut attempt);
            } else {
                self.offer_final(&best);
                return;
            }
        }
    }

    /// One move that places more, if it does; else the layout is as before.
    fn place_more(&mut self, race: &mut Race) {
        let before = self.places();
        self.line.start = race.number();
        let exchanges = self.model.objective != Objective::Kits && self.rng.chance(EXCHANGES);
        self.line.by = if exchanges { By::Exchange } else { By::Search };
        let is_done = if exchanges { self.exchange() } else { self.make_room() };
        if is_done && !self.offer_to(race) {
            self.restore(&before);
        }
        (self.line.by, self.line.start) = (By::Search, 0);
    }

    /// Hands the present layout in; true when it is the best of its start, or of all where none races.
    fn offer_to(&mut self, race: &mut Race) -> bool {
        let Some(s) = self.as_solution(false) else {
            return false;
        };
        let is_best = race.take(&s);
        self.line.offer(s, self.probe.evaluations) || is_best
    }

    /// The present layout with left and right of pairs brought together.
    fn offer_gathered(&mut self) {
        self.gather_pairs();
        self.offer_sheets(false);
    }

    pub(crate) fn offer_final(&mut self, best: &Solution) {
        if self.model.has_pairs() {
            self.adopt(best);
            self.offer_gathered();
        }
        let best = self.line.best.clone().unwrap_or_else(|| best.clone().into());
        let s = Solution {
            is_final: true,
            promise: best.promise + best.promise.abs().max(1.0) * 1e-9,
            ..(*best).clone()
        };
        self.line.offer(s, self.probe.evaluations);
        self.over();
    }

    fn is_locked(&self, item: usize) -> bool {
        self.world.placed[item].as_ref().is_some_and(|p| {
            let sheet = &self.model.sheets[self.world.bays[p.bay].sheet];
            let t = p.pose.translation(self.kind(item));
            sheet.spec.locked.iter().any(|l| {
                l.piece == self.model.items[item]
                    && (l.x - t.x).abs() + (l.y - t.y).abs() < 1e-6 * sheet.bbox.larger_side()
            })
        })
    }

    fn first_layout(&mut self, bays: &[usize]) {
        if self.model.objective == Objective::Kits {
            for group in self.kit_groups() {
                let before = self.places();
                let todo = self.by_size(group);
                if !self.construct_sheets(todo, bays).is_empty() {
                    self.restore(&before);
                }
            }
        }
        let todo = self.by_size(self.unplaced());
        let mut full = Full::new();
        for some in todo.chunks(SHOWN) {
            self.construct_beside(some.to_vec(), bays, &mut full);
            if self.over() {
                return;
            }
            if some.len() == SHOWN {
                self.offer_sheets(false);
            }
        }
    }

    /// Unplaced items by whole kit; the first kits first.
    pub(crate) fn kit_groups(&self) -> Vec<Vec<usize>> {
        let mut groups: std::collections::BTreeMap<(usize, usize), Vec<usize>> = std::collections::BTreeMap::new();
        let mut seen = vec![0usize; self.model.kinds.len()];
        for (item, &kind) in self.model.items.iter().enumerate() {
            let spec = &self.model.kinds[kind].spec;
            let nth = seen[kind];
            seen[kind] += 1;
            if let Some(kit) = spec.kit {
                if self.world.placed[item].is_none() && spec.per_kit > 0 {
                    groups.entry((nth / spec.per_kit, kit)).or_default().push(item);
                }
            }
        }
        groups.into_values().collect()
    }

    /// Worth placed by priority, where priorities differ.
    fn standing(&self) -> Vec<f64> {
        let mut priorities: Vec<f64> = self.model.kinds.iter().map(|k| k.spec.priority).collect();
        priorities.sort_by(|a, b| b.total_cmp(a));
        priorities.dedup();
        if priorities.len() < 2 {
            return Vec::new();
        }
        let mut out = vec![0.0; priorities.len()];
        for i in (0..self.model.items.len()).filter(|&i| self.world.placed[i].is_some()) {
            let class = priorities.iter().position(|&p| p == self.kind(i).spec.priority);
            out[class.unwrap_or(0)] += self.worth(i);
        }
        out
    }
}
