//! Strip packing: shrink the strip, pull apart what overlaps then, again.

use crate::search::{Places, Worker};
use crate::separate::{Parted, Patience};

/// Part of the budget for exploring; the rest compresses the best layout.
const EXPLORE: f64 = 0.8;
const SHRINK: f64 = 0.001;
/// First steps are bold: a constructed layout is far from dense.
const BOLD: f64 = 0.02;
const SQUEEZE: (f64, f64) = (0.0005, 0.00001);
const PATIENT: Patience = Patience {
    rounds: 100,
    strikes: 3,
};
const BRIEF: Patience = Patience { rounds: 60, strikes: 2 };
const KEPT: usize = 20;

impl Worker<'_, '_, '_> {
    fn strip_value(&self) -> f64 {
        let area: f64 = (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_some())
            .map(|i| self.kind(i).area)
            .sum();
        let width = self.world.reached();
        if width > 0.0 {
            area / (width * self.model.strip_height)
        } else {
            0.0
        }
    }

    fn offer_strip(&mut self) -> bool {
        let value = self.strip_value();
        let is_empty = self.world.placed.iter().all(Option::is_none);
        match self.solution(value, 0.0, is_empty) {
            Ok(s) => self.line.offer(s, self.probe.evaluations),
            Err(_) => false,
        }
    }

    pub fn run_strip(&mut self) {
        self.construct_strip();
        self.offer_strip();
        let mut shrink = BOLD;
        let mut pool: Vec<(f64, Places)> = Vec::new();
        while !self.over() && self.line.progress(self.probe.evaluations) < EXPLORE {
            self.count_turn();
            if !self.start_from_best() {
                return;
            }
            let target = self.world.width * (1.0 - shrink);
            self.shrink_to(target);
            self.reset_guide();
            pool.clear();
            loop {
                self.count_turn();
                match self.separate(if shrink > SHRINK { BRIEF } else { PATIENT }) {
                    Parted::Over => return,
                    Parted::Free => {
                        self.world.width = self.world.reached();
                        self.offer_strip();
                        break;
                    }
                    Parted::Stuck => {}
                }
                if shrink > SHRINK {
                    shrink = (shrink / 2.0).max(SHRINK);
                    break;
                }
                if self.line.progress(self.probe.evaluations) >= EXPLORE
                    || self.line.best.as_ref().is_some_and(|b| b.width < target)
                {
                    break;
                }
                let stuck = (self.total_loss(), self.places());
                let at = pool.partition_point(|p| p.0 <= stuck.0);
                pool.insert(at, stuck);
                pool.truncate(KEPT);
                self.disrupt(&pool);
            }
        }
        self.compress();
    }

    /// The best layout of all workers as the present one, the strip as long as it needs.
    fn start_from_best(&mut self) -> bool {
        let Some(best) = self.line.best.clone() else {
            return false;
        };
        self.adopt(&best);
        self.world.width = best.width;
        true
    }

    /// Ends the strip at `width`; what stuck out is moved in.
    fn shrink_to(&mut self, width: f64) {
        self.world.width = width;
        for item in 0..self.model.items.len() {
            let Some(p) = &self.world.placed[item] else {
                continue;
            };
            let (over, bay, pose) = (p.bbox.x1 - width, p.bay, p.pose);
            if over > 0.0 && !self.pinned[item] {
                self.world.take(item);
                self.world.put(item, bay, pose.moved(-over, 0.0));
            }
        }
    }

    /// A layout that failed (rather one that failed narrowly), two large pieces exchanged.
    fn disrupt(&mut self, pool: &[(f64, Places)]) {
        let k = ((self.rng.normal().abs() / 3.0 * pool.len() as f64) as usize).min(pool.len() - 1);
        self.restore(&pool[k].1);
        self.swap_two_large();
        self.reset_guide();
    }

    /// Exchanges the places of two unlike pieces of the larger half by area.
    pub fn swap_two_large(&mut self) {
        let mut items: Vec<usize> = (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_some() && !self.pinned[i])
            .collect();
        items.sort_by(|&a, &b| self.kind(b).hull_area.total_cmp(&self.kind(a).hull_area));
        let total: f64 = items.iter().map(|&i| self.kind(i).hull_area).sum();
        let mut sum = 0.0;
        items.retain(|&i| {
            let keep = sum < total * 0.75;
            sum += self.kind(i).hull_area;
            keep
        });
        for _ in 0..8 {
            if items.len() < 2 {
                return;
            }
            let (a, b) = (items[self.rng.below(items.len())], items[self.rng.below(items.len())]);
            let bay = |w: &Self, i: usize| w.world.placed[i].as_ref().map(|p| p.bay);
            let is_tied = |i: usize| !self.model.tied[i].is_empty();
            let tears = (is_tied(a) || is_tied(b)) && bay(self, a) != bay(self, b);
            if tears || self.model.items[a] == self.model.items[b] {
                continue;
            }
            let (Some((bay_a, pose_a)), Some((bay_b, pose_b))) = (self.world.take(a), self.world.take(b)) else {
                return;
            };
            let to_b = pose_a.moved(pose_b.x - pose_a.x, pose_b.y - pose_a.y);
            let to_a = pose_b.moved(pose_a.x - pose_b.x, pose_a.y - pose_b.y);
            self.world.put(a, bay_b, to_b);
            self.world.put(b, bay_a, to_a);
            return;
        }
    }

    /// Squeezes the best layout by ever smaller steps.
    fn compress(&mut self) {
        while !self.over() {
            self.count_turn();
            if !self.start_from_best() {
                return;
            }
            let done = ((self.line.progress(self.probe.evaluations) - EXPLORE) / (1.0 - EXPLORE)).clamp(0.0, 1.0);
            let step = SQUEEZE.0 * (SQUEEZE.1 / SQUEEZE.0).powf(done);
            let target = self.world.width * (1.0 - step);
            self.shrink_to(target);
            self.reset_guide();
            match self.separate(BRIEF) {
                Parted::Over => return,
                Parted::Free => {
                    self.world.width = self.world.reached();
                    self.offer_strip();
                }
                Parted::Stuck => {}
            }
        }
    }
}
