//! Guided local search that pulls overlapping pieces apart (Gardeyn, Vanden Berghe and Wauters 2025; guided weights
//! after Umetani and Murakami 2022). Whatever is not a piece, be it rim, hole or zone, is one more thing to part from.

use crate::loss::Weights;
use crate::pose::Pose;
use crate::search::{Places, Worker};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parted {
    Free,
    Stuck,
    Over,
}

#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Rounds without gain before a strike.
    pub rounds: usize,
    pub strikes: usize,
}

/// Samples for one move: anywhere, near the present place, and how many of the best are refined.
const ANYWHERE: usize = 40;
const NEAR: usize = 24;
const REFINED: usize = 3;
/// A gain below this share of the loss does not spare a strike.
const WORTH: f64 = 0.98;
const HEAVIER: (f64, f64) = (1.2, 2.0);
const LIGHTER: f64 = 0.95;

#[derive(Clone, Copy)]
struct Candidate {
    bay: usize,
    pose: Pose,
    loss: f64,
}

/// First and last steps of a descent: shifts in parts of the piece's narrow side, turns in degrees.
struct Steps {
    shift: (f64, f64),
    turn: (f64, f64),
}
const ROUGH: Steps = Steps {
    shift: (0.25, 0.02),
    turn: (15.0, 0.5),
};
const FINE: Steps = Steps {
    shift: (0.01, 0.001),
    turn: (0.5, 0.02),
};
/// A step after a gain and after none.
const FASTER: f64 = 1.1;
const SLOWER: f64 = 0.5;
/// Candidates nearer than this part of the narrow side are one.
const SAME: f64 = 0.05;

impl Worker<'_, '_, '_> {
    /// Collisions of one item anew, on both sides.
    pub fn refresh(&mut self, item: usize) {
        for (other, _) in std::mem::take(&mut self.guide.hits[item]) {
            self.guide.hits[other as usize].retain(|h| h.0 as usize != item);
        }
        self.guide.sheet_loss[item] = 0.0;
        let Some((bay, pose)) = self.world.placed[item].as_ref().map(|p| (p.bay, p.pose)) else {
            return;
        };
        let Self {
            world,
            probe,
            guide,
            row,
            ..
        } = self;
        let mut found = Vec::new();
        world.collect(
            probe,
            item,
            bay,
            &pose,
            &Weights { sheet: 1.0, pair: row },
            f64::INFINITY,
            |other, loss| found.push((other, loss)),
        );
        for (other, loss) in found {
            match other {
                None => guide.sheet_loss[item] = loss,
                Some(o) => {
                    guide.hits[item].push((o, loss));
                    guide.hits[o as usize].push((item as u32, loss));
                }
            }
        }
    }

    /// Forgets weights and looks at every collision anew.
    pub fn reset_guide(&mut self) {
        self.guide = crate::search::Guide::new(self.model.items.len());
        self.refresh_all();
    }

    /// Looks at every collision anew, weights kept.
    pub fn refresh_all(&mut self) {
        let n = self.model.items.len();
        self.guide.hits = vec![Vec::new(); n];
        self.guide.sheet_loss = vec![0.0; n];
        for item in 0..n {
            if self.line.is_stopped() {
                return;
            }
            self.refresh(item);
        }
    }

    pub fn total_loss(&self) -> f64 {
        let pairs: f64 = self.guide.hits.iter().flatten().map(|h| h.1).sum();
        self.guide.sheet_loss.iter().sum::<f64>() + pairs / 2.0
    }

    pub fn collides(&self, item: usize) -> bool {
        self.guide.sheet_loss[item] > 0.0 || !self.guide.hits[item].is_empty()
    }

    /// Moves overlapping pieces until none does (`Free`), patience ends (`Stuck`, at the least loss seen) or the run does.
    /// Needs `refresh_all` or `reset_guide` before.
    pub fn separate(&mut self, patience: Patience) -> Parted {
        let mut least = self.total_loss();
        let mut best = self.places();
        let (mut strikes, mut rounds, mut at_strike) = (0, 0, least);
        loop {
            let mut todo: Vec<usize> = (0..self.model.items.len())
                .filter(|&i| !self.pinned[i] && self.collides(i))
                .collect();
            if todo.is_empty() {
                return if self.total_loss() == 0.0 {
                    Parted::Free
                } else {
                    Parted::Stuck
                };
            }
            self.rng.shuffle(&mut todo);
            for item in todo {
                if self.collides(item) {
                    self.improve(item);
                }
                if self.over() {
                    return Parted::Over;
                }
            }
            self.reweigh();
            let loss = self.total_loss();
            if loss < least {
                if loss < least * WORTH {
                    rounds = 0;
                }
                least = loss;
                best = self.places();
            } else {
                rounds += 1;
            }
            // Another worker has a much shorter strip already: no use in going on.
            if self.world.is_strip() && self.is_behind(self.world.width) {
                return Parted::Stuck;
            }
            if loss > 0.0 && rounds > patience.rounds {
                strikes = if least < at_strike * WORTH { 0 } else { strikes + 1 };
                at_strike = least;
                rounds = 0;
                self.back_to(&best);
                if strikes >= patience.strikes {
                    return Parted::Stuck;
                }
            }
        }
    }

    pub fn back_to(&mut self, places: &Places) {
        self.restore(places);
        self.refresh_all();
    }

    /// Heavier what collides, in proportion to how badly; lighter what does not.
    fn reweigh(&mut self) {
        let g = &mut self.guide;
        let worst = g
            .hits
            .iter()
            .flatten()
            .map(|h| h.1)
            .chain(g.sheet_loss.iter().copied())
            .fold(0.0, f64::max);
        if worst <= 0.0 {
            return;
        }
        let factor = |loss: f64| HEAVIER.0 + (HEAVIER.1 - HEAVIER.0) * loss / worst;
        for i in 0..g.hits.len() {
            g.sheet[i] = if g.sheet_loss[i] > 0.0 {
                g.sheet[i] * factor(g.sheet_loss[i])
            } else {
                (g.sheet[i] * LIGHTER).max(1.0)
            };
            let (hits, pair) = (&g.hits[i], &mut g.pair[i]);
            for &(other, loss) in hits {
                match pair.iter_mut().find(|p| p.0 == other) {
                    Some(p) => p.1 *= factor(loss),
                    None => pair.push((other, factor(loss))),
                }
            }
            for p in pair.iter_mut().filter(|p| !hits.iter().any(|h| h.0 == p.0)) {
                p.1 *= LIGHTER;
            }
            pair.retain(|p| p.1 > 1.0);
        }
    }

    /// Looks for a pose of less weighted loss for one item and moves it there.
    pub fn improve(&mut self, item: usize) {
        let Some((bay, pose)) = self.world.take(item) else {
            return;
        };
        for &(other, w) in &self.guide.pair[item] {
            self.row[other as usize] = w;
        }
        let now = self.weigh(item, bay, &pose, f64::INFINITY);
        let found = self.best_pose(item, Some(Candidate { bay, pose, loss: now }));
        for &(other, _) in &self.guide.pair[item] {
            self.row[other as usize] = 1.0;
        }
        match found {
            Some(c) if c.loss < now => self.world.put(item, c.bay, c.pose),
            _ => self.world.put(item, bay, pose),
        }
        self.refresh(item);
    }

    /// Puts an item that lies nowhere where it collides least; false when no allowed pose was found at all.
    pub fn insert(&mut self, item: usize) -> bool {
        let found = self.best_pose(item, None);
        if let Some(c) = found {
            self.world.put(item, c.bay, c.pose);
            self.refresh(item);
        }
        found.is_some()
    }

    fn weigh(&mut self, item: usize, bay: usize, pose: &Pose, bound: f64) -> f64 {
        let weights = Weights {
            sheet: self.guide.sheet[item],
            pair: &self.row,
        };
        self.world.loss(&mut self.probe, item, bay, pose, &weights, bound)
    }

    fn random_bay(&mut self, item: usize, own: Option<usize>) -> usize {
        if let Some(only) = self.world.bound_to(item) {
            return only;
        }
        if let Some(own) = own {
            if self.world.bays.len() == 1 || self.rng.chance(0.4) {
                return own;
            }
        }
        let open: usize = self.open.iter().filter(|o| **o).count();
        let k = self.rng.below(open.max(1));
        (0..self.open.len()).filter(|&b| self.open[b]).nth(k).unwrap_or(0)
    }

    fn best_pose(&mut self, item: usize, from: Option<Candidate>) -> Option<Candidate> {
        let mut best: Vec<Candidate> = Vec::with_capacity(REFINED + 1);
        if let Some(f) = from {
            best.push(f);
            let b = self.world.bbox_at(&mut self.probe, item, &f.pose);
            let (w, h) = (b.width() / 2.0, b.height() / 2.0);
            let turns = self.kind(item).spec.turns.continuous();
            for k in 0..NEAR as i32 {
                // Where angles are free most of what is better lies close by.
                let scale = if turns { 0.5f64.powi(k % 4) } else { 1.0 };
                let (dx, dy) = (self.rng.range(-w, w) * scale, self.rng.range(-h, h) * scale);
                if let Some(pose) = self.vary(item, f.bay, &f.pose.moved(dx, dy)) {
                    self.consider(&mut best, item, f.bay, pose);
                }
            }
        }
        let anywhere = if from.is_none() { ANYWHERE * 3 } else { ANYWHERE };
        for _ in 0..anywhere {
            let bay = self.random_bay(item, from.map(|f| f.bay));
            if let Some(pose) = self.sample(item, bay) {
                self.consider(&mut best, item, bay, pose);
            }
        }
        for c in &mut best {
            if c.loss > 0.0 {
                self.descend(item, c, &ROUGH);
            }
            if c.loss == 0.0 {
                return Some(*c);
            }
        }
        let mut top = best.into_iter().min_by(|a, b| a.loss.total_cmp(&b.loss))?;
        self.descend(item, &mut top, &FINE);
        Some(top)
    }

    fn consider(&mut self, best: &mut Vec<Candidate>, item: usize, bay: usize, pose: Pose) {
        let bound = if best.len() < REFINED {
            f64::INFINITY
        } else {
            best[REFINED - 1].loss
        };
        if bound == 0.0 {
            return;
        }
        let loss = self.weigh(item, bay, &pose, bound);
        if loss >= bound {
            return;
        }
        let near = self.kind(item).narrow * SAME;
        let same = |c: &Candidate| {
            c.bay == bay
                && c.pose.mirrored == pose.mirrored
                && (c.pose.x - pose.x).abs() < near
                && (c.pose.y - pose.y).abs() < near
                && crate::rotation::between(c.pose.rotation, pose.rotation, 360.0) < 5.0
        };
        if let Some(k) = best.iter().position(same) {
            if best[k].loss <= loss {
                return;
            }
            best.remove(k);
        }
        let at = best.partition_point(|c| c.loss <= loss);
        best.insert(at, Candidate { bay, pose, loss });
        best.truncate(REFINED);
    }

    /// The same place with, now and then, another allowed rotation.
    fn vary(&mut self, item: usize, bay: usize, pose: &Pose) -> Option<Pose> {
        let kind = self.kind(item);
        if self.rng.chance(0.3) {
            let (angle, mirrored) = self.pick_turn(item, bay, pose.x, pose.y)?;
            return Some(Pose::new(pose.x, pose.y, angle, mirrored));
        }
        if kind.spec.turns.continuous() && self.rng.chance(0.6) {
            let by = self.rng.normal() * 6.0;
            return self.turned(item, bay, pose, by);
        }
        Some(*pose)
    }

    fn turned(&mut self, item: usize, bay: usize, pose: &Pose, by: f64) -> Option<Pose> {
        let kind = self.kind(item);
        let sheet = self.model.sheets.get(self.world.bays[bay].sheet);
        let wanted = pose.rotation + by;
        let angle = if kind.spec.grain.is_some() && sheet.is_some() {
            kind.turns(sheet, pose.x, pose.y, pose.mirrored).nearest(wanted)?
        } else {
            kind.spec.turns.nearest(wanted)?
        };
        Some(Pose::new(pose.x, pose.y, angle, pose.mirrored))
    }

    /// Coordinate descent along the axes, the diagonals and, where it may, the rotation. Each axis has its own step; a
    /// direction that gained is tried first again.
    fn descend(&mut self, item: usize, c: &mut Candidate, steps: &Steps) {
        let kind = self.kind(item);
        let turns = kind.spec.turns.continuous();
        let least = kind.narrow * steps.shift.1;
        let (mut sx, mut sy) = (kind.narrow * steps.shift.0, kind.narrow * steps.shift.0);
        let mut angle = if turns { steps.turn.0 } else { 0.0 };
        let mut axis = self.rng.below(if turns { 6 } else { 4 });
        let mut sign = 1.0;
        while c.loss > 0.0 && (sx >= least || sy >= least || angle >= steps.turn.1) {
            let mut gained = false;
            for _ in 0..2 {
                let next = match axis {
                    0 => Some(c.pose.moved(sx * sign, 0.0)),
                    1 => Some(c.pose.moved(0.0, sy * sign)),
                    2 => Some(c.pose.moved(sx * sign, sy * sign)),
                    3 => Some(c.pose.moved(sx * sign, -sy * sign)),
                    _ => self.turned(item, c.bay, &c.pose, angle * sign),
                };
                if let Some(next) = next {
                    let loss = self.weigh(item, c.bay, &next, c.loss);
                    if loss < c.loss {
                        (c.pose, c.loss) = (next, loss);
                        gained = true;
                        break;
                    }
                }
                sign = -sign;
            }
            let by: f64 = if gained { FASTER } else { SLOWER };
            match axis {
                0 => sx *= by,
                1 => sy *= by,
                2 | 3 => (sx, sy) = (sx * by.sqrt(), sy * by.sqrt()),
                _ => angle *= by,
            }
            if !gained {
                axis = self.rng.below(if turns { 6 } else { 4 });
            }
        }
    }
}
