//! What the workers share: the best layout so far, the end of the run, reports.
//!
//! With a budget of evaluations workers meet after fixed slices and merge by worker index, so the run is repeatable;
//! with a budget of seconds nobody waits, and what each met is recorded instead (`record`).

use crate::pose::Pose;
use crate::record::{Name, Record};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A layout that was verified.
#[derive(Clone, Debug)]
pub struct Solution {
    /// Worth placed of each priority, the highest first; empty where all have the same. Comes before the value: what has
    /// priority is placed even if something larger could lie there.
    pub standing: Vec<f64>,
    /// The objective of docs/contracts.md, higher is better.
    pub value: f64,
    /// Area that lies on sheets that cost nothing, where everything is placed: of layouts that cost the same the one that
    /// leaves more of what costs something.
    pub spared: f64,
    /// Tells layouts of one value apart for the search: higher is better.
    pub promise: f64,
    /// Of layouts that are the same otherwise the one where left and right lie together.
    pub togetherness: f64,
    /// (sheet, copy, pose) of each item that is placed.
    pub places: Vec<Option<(usize, usize, Pose)>>,
    pub width: f64,
    /// Nothing better can exist, or nothing is left to do.
    pub is_final: bool,
}

impl Solution {
    pub fn beats(&self, other: &Self) -> bool {
        let order = self.standing.partial_cmp(&other.standing).unwrap_or(Ordering::Equal);
        let order = order
            .then(self.value.total_cmp(&other.value))
            .then(self.spared.total_cmp(&other.spared))
            .then(self.promise.total_cmp(&other.promise))
            .then(self.togetherness.total_cmp(&other.togetherness));
        order == Ordering::Greater
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Complete,
    Time,
    Evaluations,
    Aborted,
}

#[derive(Clone, Copy, Debug)]
pub struct Budget {
    pub seconds: Option<f64>,
    pub evaluations: Option<u64>,
    pub threads: usize,
    pub seed: u64,
}

/// The strategies that race for the best layout; their order is that of the names in `src/nest/assemble-result.ts`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Piece by piece, from nothing or from a layout given.
    Construct,
    /// What sheets have: filling, making room, exchanging.
    Search,
    /// A strip made shorter by bold steps, failures exchanged and tried again.
    Shrink,
    /// The best strip made shorter by fine steps, at its end or,
    Squeeze,
    /// closing up at some place in its middle.
    Close,
    /// Pieces on a sheet exchanged for others that are worth more.
    Exchange,
}

/// One step of the trace; seconds are 0 with a budget of evaluations.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    pub seconds: f64,
    pub evaluations: u64,
    pub value: f64,
    pub by: By,
    /// Which start of the race found it, from 1; 0 outside of the race.
    pub start: u32,
}

pub type Report<'a> = dyn Fn(&Solution, Step) + Sync + 'a;

/// A layout that a worker hands in.
#[derive(Clone)]
pub(crate) struct Deposit {
    pub name: Name,
    pub solution: Arc<Solution>,
    pub by: By,
    pub start: u32,
}

pub struct Hub<'a> {
    pub budget: Budget,
    pub start: Instant,
    /// What a search by time met, to be met again.
    pub replay: Option<&'a Record>,
    /// Layouts of the replay that somebody will ask for.
    wanted: HashSet<Name>,
    pub(crate) stop: &'a AtomicBool,
    report: &'a Report<'a>,
    shared: Mutex<Shared>,
    pub(crate) met: Condvar,
}

pub(crate) struct Shared {
    pub best: Option<(Name, Arc<Solution>)>,
    trace: Vec<Step>,
    pub ended: Option<Ended>,
    pub evaluations: Vec<u64>,
    pub deposits: Vec<Option<Deposit>>,
    pub active: usize,
    pub arrived: usize,
    pub generation: u64,
    reported: Option<Instant>,
    unreported: bool,
    /// A worker panicked: the rest ends, and the run with a fault.
    pub is_broken: bool,
    pub record: Record,
    /// Of a replay: what was asked for and handed in, and what each worker waits for.
    pub kept: HashMap<Name, Arc<Solution>>,
    pub awaited: Vec<Option<Name>>,
    /// A worker waits for a layout that nobody will hand in.
    pub has_strayed: bool,
}

/// Evaluations of one worker between two meetings: some 5 to 30 ms of work.
pub(crate) const SLICE: u64 = 8000;
const REPORT_EVERY: Duration = Duration::from_millis(100);

impl<'a> Hub<'a> {
    pub fn new(budget: Budget, start: Instant, stop: &'a AtomicBool, report: &'a Report<'a>) -> Self {
        Self::replaying(None, budget, start, stop, report)
    }

    pub fn replaying(
        replay: Option<&'a Record>,
        budget: Budget,
        start: Instant,
        stop: &'a AtomicBool,
        report: &'a Report<'a>,
    ) -> Self {
        let n = budget.threads;
        let shared = Shared {
            best: None,
            trace: Vec::new(),
            ended: None,
            evaluations: vec![0; n],
            deposits: vec![None; n],
            active: n,
            arrived: 0,
            generation: 0,
            reported: None,
            unreported: false,
            is_broken: false,
            record: Record::of(n),
            kept: HashMap::new(),
            awaited: vec![None; n],
            has_strayed: false,
        };
        Self {
            budget,
            start,
            replay,
            wanted: replay.map(Record::wanted).unwrap_or_default(),
            stop,
            report,
            shared: Mutex::new(shared),
            met: Condvar::new(),
        }
    }

    /// Never by evaluations, nor in a replay: what these find depends on no clock.
    pub(crate) fn is_out_of_time(&self) -> bool {
        let is_timed = self.replay.is_none() && self.budget.evaluations.is_none();
        let seconds = self.budget.seconds.filter(|_| is_timed);
        seconds.is_some_and(|s| self.start.elapsed().as_secs_f64() >= s)
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn merge(&self, shared: &mut Shared) {
        for k in 0..shared.deposits.len() {
            let Some(deposit) = shared.deposits[k].take() else {
                continue;
            };
            let Deposit {
                name,
                solution: s,
                by,
                start,
            } = deposit;
            if self.wanted.contains(&name) {
                shared.kept.insert(name, s.clone());
            }
            if self.replay.is_some() {
                // Who replays looks for one of them: all are told.
                let step = Step {
                    seconds: self.start.elapsed().as_secs_f64(),
                    evaluations: shared.evaluations.iter().sum(),
                    value: s.value,
                    by,
                    start,
                };
                (self.report)(&s, step);
            }
            if shared.best.as_ref().is_some_and(|b| !s.beats(&b.1)) {
                continue;
            }
            // One that is worth the same and lies better counts too: a record must say when what it holds was found. So does
            // one that has more of what comes first and is worth less.
            let seconds = if self.budget.seconds.is_some() {
                self.start.elapsed().as_secs_f64()
            } else {
                0.0
            };
            shared.trace.push(Step {
                seconds,
                evaluations: shared.evaluations.iter().sum(),
                value: s.value,
                by,
                start,
            });
            shared.unreported = true;
            if s.is_final {
                shared.ended.get_or_insert(Ended::Complete);
            }
            shared.best = Some((name, s));
        }
        if self.replay.is_none() && shared.unreported && shared.reported.is_none_or(|t| t.elapsed() >= REPORT_EVERY) {
            if let (Some((_, best)), Some(step)) = (&shared.best, shared.trace.last()) {
                (self.report)(best, *step);
            }
            shared.unreported = false;
            shared.reported = Some(Instant::now());
        }
    }

    /// The best layout, how the run ended, evaluations, trace, record. None where a replay strayed from its record.
    pub(crate) fn outcome(&self) -> Option<Found> {
        let s = self.lock();
        let ended = s.ended.unwrap_or(Ended::Complete);
        let best = match self.replay {
            Some(record) if ended != Ended::Aborted => match record.best {
                Some(name) => Some(s.kept.get(&name).cloned().filter(|_| !s.has_strayed)?),
                None => None,
            },
            _ => s.best.as_ref().map(|b| b.1.clone()),
        };
        let mut record = s.record.clone();
        record.best = s.best.as_ref().map(|b| b.0);
        Some(Found {
            best,
            ended,
            evaluations: s.evaluations.iter().sum(),
            trace: s.trace.clone(),
            record: (self.budget.evaluations.is_none() && self.replay.is_none()).then_some(record),
        })
    }
}

impl Shared {
    /// Whether every worker that is left waits for what nobody has handed in. One that waits for what has come has only
    /// not woken yet.
    pub fn is_stuck(&self) -> bool {
        let missing = self
            .awaited
            .iter()
            .flatten()
            .filter(|name| !self.kept.contains_key(name));
        missing.count() == self.active
    }
}

/// What a run ended with.
pub(crate) struct Found {
    pub best: Option<Arc<Solution>>,
    pub ended: Ended,
    pub evaluations: u64,
    pub trace: Vec<Step>,
    pub record: Option<Record>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    #[test]
    fn a_layout_with_more_of_what_comes_first_is_told_though_it_is_worth_less() {
        let told = Mutex::new(Vec::new());
        let report = |s: &Solution, step: Step| {
            if let Ok(mut told) = told.lock() {
                told.push((s.standing[0], step.value));
            }
        };
        let budget = Budget {
            seconds: None,
            evaluations: Some(1000),
            threads: 1,
            seed: 1,
        };
        let stop = AtomicBool::new(false);
        let hub = Hub::new(budget, Instant::now(), &stop, &report);
        for (number, (first, value)) in (0..).zip([(1.0, 0.8), (2.0, 0.6), (1.0, 0.9)]) {
            let mut shared = hub.lock();
            shared.deposits[0] = Some(Deposit {
                name: Name { worker: 0, number },
                solution: Arc::new(Solution {
                    standing: vec![first],
                    value,
                    spared: 0.0,
                    promise: 0.0,
                    togetherness: 0.0,
                    places: Vec::new(),
                    width: 0.0,
                    is_final: false,
                }),
                by: By::Search,
                start: 0,
            });
            shared.reported = None;
            hub.merge(&mut shared);
        }
        assert_eq!(*told.lock().expect("nobody panicked"), [(1.0, 0.8), (2.0, 0.6)]);
    }
}
