//! Several starts on one worker: each goes its own way by turns, the worse half is dropped time and again, and in the end
//! all workers follow the best (successive halving: Jamieson and Talwalkar 2016). Where a sheet is full layouts differ by
//! a few points through chance alone: what came of the first moves stays for long.

use crate::hub::Solution;
use crate::search::Worker;
use std::cmp::Ordering;
use std::sync::Arc;

/// A worker's starts: a power of two.
const STARTS: usize = 4;
/// Part of the budget that is raced for, in as many rounds as halvings and one for the last of each worker.
const RACED: f64 = 0.6;
const ROUNDS: usize = STARTS.ilog2() as usize + 1;
/// Of the budget that the first layout may have taken: where it takes more there is no time for others.
const EARLY: f64 = 0.01;

struct Start {
    /// Counts from 1 over all workers.
    number: u32,
    best: Arc<Solution>,
    evaluations: u64,
}

/// A worker's race; empty when it is over, or there was none.
#[derive(Default)]
pub struct Race {
    starts: Vec<Start>,
    round: usize,
    /// That runs now, and since when.
    at: usize,
    since: u64,
}

impl Worker<'_, '_, '_> {
    /// All starts begin with the layout found so far: their first moves, by chance, part their ways.
    pub(crate) fn begin_race(&self) -> Race {
        let best = self.line.best.as_ref();
        let evaluations = self.probe.evaluations;
        let best = best.filter(|_| self.line.progress(evaluations) <= EARLY);
        let starts = best.into_iter().flat_map(|best| {
            (0..STARTS).map(|k| Start {
                number: (self.line.index * STARTS + k + 1) as u32,
                best: best.clone(),
                evaluations: 0,
            })
        });
        Race {
            starts: starts.collect(),
            since: evaluations,
            ..Race::default()
        }
    }
}

impl Race {
    pub fn is_on(&self) -> bool {
        !self.starts.is_empty()
    }

    /// The layout to go on from, by turns; None when all follow the best. `progress` is the part of the budget used.
    pub fn next(&mut self, progress: f64, evaluations: u64) -> Option<Arc<Solution>> {
        self.starts.get_mut(self.at)?.evaluations += evaluations - self.since;
        self.since = evaluations;
        while progress >= RACED * (self.round + 1) as f64 / ROUNDS as f64 {
            self.round += 1;
            if self.round == ROUNDS {
                self.starts.clear();
                return None;
            }
            self.starts.sort_by(|a, b| {
                let is_worse = |worse: bool, order| if worse { order } else { Ordering::Equal };
                is_worse(b.best.beats(&a.best), Ordering::Greater)
                    .then(is_worse(a.best.beats(&b.best), Ordering::Less))
                    .then(a.number.cmp(&b.number))
            });
            self.starts.truncate(self.starts.len().div_ceil(2));
        }
        self.at = (0..self.starts.len()).min_by_key(|&k| self.starts[k].evaluations)?;
        Some(self.starts[self.at].best.clone())
    }

    /// Of the start that runs; 0 when none does.
    pub fn number(&self) -> u32 {
        self.starts.get(self.at).map_or(0, |s| s.number)
    }

    /// A layout of the start that runs; true when it is its best.
    pub fn take(&mut self, s: &Solution) -> bool {
        let Some(start) = self.starts.get_mut(self.at) else {
            return false;
        };
        let is_better = s.beats(&start.best);
        if is_better {
            start.best = Arc::new(s.clone());
        }
        is_better
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worth(value: f64) -> Solution {
        Solution {
            standing: Vec::new(),
            value,
            spared: 0.0,
            promise: value,
            togetherness: 0.0,
            places: Vec::new(),
            width: 0.0,
            is_final: false,
        }
    }

    fn race() -> Race {
        let start = |k: usize| Start {
            number: k as u32 + 1,
            best: Arc::new(worth(0.125)),
            evaluations: 0,
        };
        Race {
            starts: (0..STARTS).map(start).collect(),
            ..Race::default()
        }
    }

    #[test]
    fn starts_go_by_turns_and_the_worse_half_drops_out_until_all_follow_the_best() {
        let mut race = race();
        let mut seen = Vec::new();
        for turn in 0..STARTS as u64 {
            assert_eq!(race.next(0.0, turn * 100).map(|s| s.value), Some(0.125));
            seen.push(race.number());
            // The later the start the better, but for the last.
            let gain = if turn == 3 { 0.0 } else { turn as f64 / 8.0 };
            assert_eq!(race.take(&worth(0.125 + gain)), gain > 0.0);
        }
        assert_eq!(seen, [1, 2, 3, 4]);
        let second = RACED / ROUNDS as f64;
        let values: Vec<f64> = (0..4)
            .map(|k| race.next(second, 1000 + k * 50).map_or(0.0, |s| s.value))
            .collect();
        assert!(values.iter().all(|v| *v >= 0.25), "{values:?}");
        assert_eq!(race.next(2.0 * second, 2000).map(|s| s.value), Some(0.375));
        assert!(race.is_on());
        assert!(race.next(RACED, 3000).is_none());
        assert!(!race.is_on() && race.number() == 0);
    }

    #[test]
    fn of_equal_starts_the_first_stays_however_late_the_question_comes() {
        let mut race = race();
        assert!(race.next(0.0, 0).is_some());
        assert!(race.next(RACED * 0.99, 10).is_some());
        assert_eq!(race.number(), 1);
    }
}
