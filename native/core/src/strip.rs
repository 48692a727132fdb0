//! Strip packing: shrink the strip, pull apart what overlaps then, again.

use crate::hub::By;
use crate::pose::Pose;
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
/// While steps are bold: a smaller one follows anyway.
const HASTY: Patience = Patience { rounds: 25, strikes: 1 };
const KEPT: usize = 20;
/// Failures after which a better layout of another worker is taken over.
const GIVE_UP: usize = 3;
/// Failures in a row after which a worker squeezes its own layout; three times as many after each squeeze in vain.
const STALLED: usize = 6;
/// A squeeze on the way: its steps become finer by this factor after so many failures, and end below the last.
const FINER: f64 = 0.3;
const FINER_AFTER: usize = 4;
const FINEST: f64 = 0.00002;
/// How far a worker may be behind the best, in parts of the length.
const LAG: f64 = 0.01;
/// Of the choice among failed layouts, in parts of their number: the better come up more often.
const SPREAD: f64 = 0.333;

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

    fn offer_strip(&mut self, is_whole: bool) -> bool {
        let value = self.strip_value();
        let is_empty = self.world.placed.iter().all(Option::is_none);
        match self.solution(value, 0.0, is_whole || is_empty) {
            Ok(s) => self.line.offer(s, self.probe.evaluations),
            Err(_) => false,
        }
    }

    pub fn run_strip(&mut self) {
        let is_whole = self.lay_jigsaw();
        self.line.by = By::Construct;
        self.construct_strip();
        self.offer_strip(is_whole);
        if is_whole {
            return;
        }
        self.line.by = By::Shrink;
        self.explore();
        self.compress();
    }

    /// Shortens the worker's own layout step by step. The workers go different ways, and one that falls behind, or fails
    /// where another is ahead, takes over the best. One that keeps failing squeezes what it has: a tenth of a per cent is a
    /// step that many layouts with room left cannot take.
    fn explore(&mut self) {
        let mut shrink = BOLD;
        let mut own = (self.places(), self.world.width);
        let mut pool: Vec<(f64, Places)> = Vec::new();
        let mut stall = Stall::default();
        while !self.over() && self.line.progress(self.probe.evaluations) < EXPLORE {
            self.count_turn();
            if self.is_behind(own.1) || (pool.len() >= GIVE_UP && self.is_ahead_of(own.1)) {
                if !self.start_from_best() {
                    return;
                }
                own = (self.places(), self.world.width);
            } else {
                self.restore(&own.0);
            }
            self.world.width = own.1;
            self.shrink_to(own.1 * (1.0 - shrink));
            self.reset_guide();
            pool.clear();
            loop {
                self.count_turn();
                match self.separate(if shrink > SHRINK { HASTY } else { PATIENT }) {
                    Parted::Over => return,
                    Parted::Free => {
                        self.world.width = self.world.reached();
                        own = (self.places(), self.world.width);
                        self.offer_strip(false);
                        stall = Stall::default();
                        break;
                    }
                    Parted::Stuck => {}
                }
                if self.is_behind(self.world.width) {
                    break;
                }
                if shrink > SHRINK {
                    shrink = (shrink / 2.0).max(SHRINK);
                    self.widen_to(own.1 * (1.0 - shrink));
                    continue;
                }
                stall.failures += 1;
                let stuck = (self.total_loss(), self.places());
                let at = pool.partition_point(|p| p.0 <= stuck.0);
                pool.insert(at, stuck);
                pool.truncate(KEPT);
                if stall.is_due() {
                    let gained = self.polish(&mut own);
                    stall.note(gained);
                    if gained {
                        break;
                    }
                    self.world.width = own.1 * (1.0 - shrink);
                }
                if self.line.progress(self.probe.evaluations) >= EXPLORE
                    || (pool.len() >= GIVE_UP && self.is_ahead_of(own.1))
                {
                    break;
                }
                self.disrupt(&pool);
            }
        }
    }

    /// Squeezes the own layout by ever smaller steps until none finds room. True when it got shorter by at least the first.
    fn polish(&mut self, own: &mut (Places, f64)) -> bool {
        let before = own.1;
        let (mut step, mut failures) = (SQUEEZE.0, 0);
        while step > FINEST && self.line.progress(self.probe.evaluations) < EXPLORE {
            self.count_turn();
            self.restore(&own.0);
            self.world.width = own.1;
            match self.squeeze_by(step) {
                Parted::Over => break,
                Parted::Free => {
                    *own = (self.places(), self.world.width);
                    failures = 0;
                }
                Parted::Stuck => failures += 1,
            }
            if failures == FINER_AFTER {
                step *= FINER;
                failures = 0;
            }
        }
        self.line.by = By::Shrink;
        self.restore(&own.0);
        self.world.width = own.1;
        own.1 <= before * (1.0 - SQUEEZE.0)
    }

    /// A step shorter, at the end or closing up somewhere in the middle; what comes of it is offered.
    fn squeeze_by(&mut self, step: f64) -> Parted {
        let target = self.world.width * (1.0 - step);
        if self.rng.chance(0.5) {
            self.line.by = By::Squeeze;
            self.shrink_to(target);
        } else {
            self.line.by = By::Close;
            let from = self.rng.range(0.0, self.world.width);
            self.close_up(target, from);
        }
        self.reset_guide();
        let parted = self.separate(BRIEF);
        if parted == Parted::Free {
            self.world.width = self.world.reached();
            self.offer_strip(false);
        }
        parted
    }

    /// Whether the best of all workers is shorter than `width`.
    fn is_ahead_of(&self, width: f64) -> bool {
        self.line.best.as_ref().is_some_and(|b| b.width < width)
    }

    /// Whether the best of all workers is so much shorter than `width` that going on from there is no use.
    pub fn is_behind(&self, width: f64) -> bool {
        self.is_ahead_of(width * (1.0 - LAG))
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

    /// Ends the strip at `width` by moving what lies behind `from` to the left.
    fn close_up(&mut self, width: f64, from: f64) {
        self.shift_behind(from, width - self.world.width);
        self.shrink_to(width);
    }

    /// Gives room in the middle.
    fn widen_to(&mut self, width: f64) {
        self.shift_behind(self.world.width / 2.0, width - self.world.width);
        self.world.width = width;
        self.refresh_all();
    }

    fn shift_behind(&mut self, from: f64, by: f64) {
        for item in 0..self.model.items.len() {
            let Some(p) = &self.world.placed[item] else { continue };
            let (bay, pose) = (p.bay, p.pose);
            if pose.x > from && !self.pinned[item] {
                self.world.take(item);
                self.world.put(item, bay, pose.moved(by, 0.0));
            }
        }
    }

    /// A layout that failed (rather one that failed narrowly), two large pieces exchanged.
    fn disrupt(&mut self, pool: &[(f64, Places)]) {
        let k = ((self.rng.normal().abs() * SPREAD * pool.len() as f64) as usize).min(pool.len() - 1);
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
            let (ka, kb) = (self.kind(a), self.kind(b));
            let alike = |p: f64, q: f64| (p - q).abs() <= 0.01 * p;
            let bay = |w: &Self, i: usize| w.world.placed[i].as_ref().map(|p| p.bay);
            let is_tied = |i: usize| !self.model.tied[i].is_empty();
            let tears = (is_tied(a) || is_tied(b)) && bay(self, a) != bay(self, b);
            if a == b || tears || alike(ka.area, kb.area) && alike(ka.diameter, kb.diameter) {
                continue;
            }
            self.swap(a, b);
            return;
        }
    }

    /// Exchanges the places of two pieces; small ones that a large one comes to lie on go where it came from.
    fn swap(&mut self, a: usize, b: usize) {
        let (Some((bay_a, pose_a)), Some((bay_b, pose_b))) = (self.world.take(a), self.world.take(b)) else {
            return;
        };
        let (dx, dy) = (pose_b.x - pose_a.x, pose_b.y - pose_a.y);
        let buried = |w: &Self, item: usize, bay: usize, pose: &Pose| -> Vec<usize> {
            let bbox = pose.bbox(&w.kind(item).whole().hull);
            let on = |i: &usize| {
                let other = &w.kind(*i).whole().poles;
                let (Some(p), Some(pole)) = (&w.world.placed[*i], other.first()) else {
                    return false;
                };
                let c = p.pose.apply(pole.c);
                // A piece that is tied to others of its kit stays on their sheet.
                let may_go = bay_a == bay_b || w.model.tied[*i].is_empty();
                p.bay == bay && may_go && !w.pinned[*i] && bbox.holds(c) && pose.covers(w.kind(item).whole(), c)
            };
            (0..w.model.items.len()).filter(on).collect()
        };
        let to_b = self.turned_for(a, bay_b, pose_a.moved(dx, dy));
        let to_a = self.turned_for(b, bay_a, pose_b.moved(-dx, -dy));
        let (under_a, under_b) = (buried(self, a, bay_b, &to_b), buried(self, b, bay_a, &to_a));
        self.world.put(a, bay_b, to_b);
        self.world.put(b, bay_a, to_a);
        for (items, bay, dx, dy) in [(under_a, bay_a, -dx, -dy), (under_b, bay_b, dx, dy)] {
            for i in items {
                if let Some((_, pose)) = self.world.take(i) {
                    let there = self.turned_for(i, bay, pose.moved(dx, dy));
                    self.world.put(i, bay, there);
                }
            }
        }
    }

    /// Makes the best layout shorter by ever smaller steps, at its end or closing up somewhere in its middle: which of
    /// them still finds room differs from file to file, so they race.
    fn compress(&mut self) {
        while !self.over() {
            self.count_turn();
            if !self.start_from_best() {
                return;
            }
            let done = ((self.line.progress(self.probe.evaluations) - EXPLORE) / (1.0 - EXPLORE)).clamp(0.0, 1.0);
            let step = SQUEEZE.0 * (SQUEEZE.1 / SQUEEZE.0).powf(done);
            if self.squeeze_by(step) == Parted::Over {
                return;
            }
        }
    }
}

/// How long an exploring worker has failed.
#[derive(Default)]
struct Stall {
    failures: usize,
    /// Squeezes in vain.
    vain: u32,
}

impl Stall {
    fn is_due(&self) -> bool {
        self.failures >= STALLED * 3usize.pow(self.vain.min(12))
    }

    fn note(&mut self, gained: bool) {
        *self = Self {
            failures: if gained { 0 } else { self.failures },
            vain: if gained { 0 } else { self.vain + 1 },
        };
    }
}
