//! What the workers share: the best layout so far, the end of the run, reports.
//!
//! With a budget of evaluations workers meet after fixed slices and merge by worker index, so the run is repeatable;
//! with a budget of seconds nobody waits.

use crate::pose::Pose;
use std::cmp::Ordering;
use std::sync::atomic::{AtomicBool, Ordering as Memory};
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

pub struct Hub<'a> {
    pub budget: Budget,
    pub start: Instant,
    stop: &'a AtomicBool,
    report: &'a Report<'a>,
    shared: Mutex<Shared>,
    met: Condvar,
}

struct Shared {
    best: Option<Arc<Solution>>,
    trace: Vec<Step>,
    ended: Option<Ended>,
    evaluations: Vec<u64>,
    deposits: Vec<Option<(Solution, By, u32)>>,
    active: usize,
    arrived: usize,
    generation: u64,
    reported: Option<Instant>,
    unreported: bool,
    /// A worker panicked: the rest ends, and the run with a fault.
    is_broken: bool,
}

/// Evaluations of one worker between two meetings: some 5 to 30 ms of work.
const SLICE: u64 = 8000;
const REPORT_EVERY: Duration = Duration::from_millis(100);

impl<'a> Hub<'a> {
    pub fn new(budget: Budget, start: Instant, stop: &'a AtomicBool, report: &'a Report<'a>) -> Self {
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
        };
        Self {
            budget,
            start,
            stop,
            report,
            shared: Mutex::new(shared),
            met: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn merge(&self, shared: &mut Shared) {
        for k in 0..shared.deposits.len() {
            let Some((s, by, start)) = shared.deposits[k].take() else {
                continue;
            };
            if shared.best.as_ref().is_some_and(|b| !s.beats(b)) {
                continue;
            }
            // One that is worth the same and lies better counts too: a record must say when what it holds was found.
            if shared.trace.last().is_none_or(|t| s.value >= t.value) {
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
            }
            if s.is_final {
                shared.ended.get_or_insert(Ended::Complete);
            }
            shared.best = Some(Arc::new(s));
        }
        if shared.unreported && shared.reported.is_none_or(|t| t.elapsed() >= REPORT_EVERY) {
            if let (Some(best), Some(step)) = (&shared.best, shared.trace.last()) {
                (self.report)(best, *step);
            }
            shared.unreported = false;
            shared.reported = Some(Instant::now());
        }
    }

    /// The best layout, how the run ended, evaluations, trace.
    pub fn outcome(&self) -> (Option<Arc<Solution>>, Ended, u64, Vec<Step>) {
        let s = self.lock();
        (
            s.best.clone(),
            s.ended.unwrap_or(Ended::Complete),
            s.evaluations.iter().sum(),
            s.trace.clone(),
        )
    }
}

/// One worker's line to the hub.
pub struct Line<'h, 'a> {
    pub hub: &'h Hub<'a>,
    pub index: usize,
    next_meeting: u64,
    next_look: u64,
    ended: bool,
    /// As of the last question.
    evaluations: u64,
    deposit: Option<(Solution, By, u32)>,
    /// What this worker is about, and for which start of the race.
    pub by: By,
    pub start: u32,
    pub best: Option<Arc<Solution>>,
}

/// Evaluations between two looks at the stop flag: below 10 ms even where one takes 100 µs.
const LOOK_EVERY: u64 = 32;

impl<'h, 'a> Line<'h, 'a> {
    pub fn new(hub: &'h Hub<'a>, index: usize) -> Self {
        Self {
            hub,
            index,
            next_meeting: SLICE,
            next_look: 0,
            ended: false,
            evaluations: 0,
            deposit: None,
            by: By::Search,
            start: 0,
            best: None,
        }
    }

    /// Hands in a layout; true when it is better than all that this worker knows.
    pub fn offer(&mut self, s: Solution, evaluations: u64) -> bool {
        if self.best.as_ref().is_some_and(|b| !s.beats(b)) {
            return false;
        }
        self.best = Some(Arc::new(s.clone()));
        self.deposit = Some((s, self.by, self.start));
        if self.hub.budget.evaluations.is_none() {
            self.exchange(evaluations);
        }
        true
    }

    /// Whether to end now. Cheap: to be asked after every few evaluations.
    pub fn over(&mut self, evaluations: u64) -> bool {
        self.evaluations = evaluations;
        if self.ended {
            return true;
        }
        if evaluations < self.next_look {
            return false;
        }
        self.next_look = evaluations + LOOK_EVERY;
        let b = &self.hub.budget;
        if self.is_stopped() {
            return self.end(Ended::Aborted);
        }
        if b.seconds.is_some_and(|s| self.hub.start.elapsed().as_secs_f64() >= s) {
            return self.end(Ended::Time);
        }
        if b.evaluations.is_some_and(|n| evaluations >= n / b.threads as u64) {
            return self.end(Ended::Evaluations);
        }
        if evaluations >= self.next_meeting {
            self.next_meeting = evaluations - evaluations % SLICE + SLICE;
            if b.evaluations.is_some() {
                self.meet(evaluations);
            } else {
                self.exchange(evaluations);
            }
        }
        self.ended
    }

    /// Whether somebody waits for the end: to be asked in long work that evaluates nothing.
    pub fn is_stopped(&self) -> bool {
        self.hub.stop.load(Memory::Relaxed)
    }

    fn end(&mut self, how: Ended) -> bool {
        self.ended = true;
        self.hub.lock().ended.get_or_insert(how);
        true
    }

    /// Share of the budget that is used up.
    pub fn progress(&self, evaluations: u64) -> f64 {
        let b = &self.hub.budget;
        match (b.evaluations, b.seconds) {
            (Some(n), _) => evaluations as f64 * b.threads as f64 / n.max(1) as f64,
            (None, Some(s)) => self.hub.start.elapsed().as_secs_f64() / s.max(1e-9),
            (None, None) => 0.0,
        }
    }

    fn exchange(&mut self, evaluations: u64) {
        let mut shared = self.hub.lock();
        shared.evaluations[self.index] = evaluations;
        shared.deposits[self.index] = self.deposit.take();
        self.hub.merge(&mut shared);
        self.best = shared.best.clone();
        self.ended |= shared.ended.is_some() || shared.is_broken;
    }

    /// Waits for all others; who comes last merges.
    fn meet(&mut self, evaluations: u64) {
        let mut shared = self.hub.lock();
        shared.evaluations[self.index] = evaluations;
        shared.deposits[self.index] = self.deposit.take();
        shared.arrived += 1;
        let generation = shared.generation;
        if shared.arrived == shared.active {
            shared.arrived = 0;
            shared.generation += 1;
            self.hub.merge(&mut shared);
            self.hub.met.notify_all();
        }
        while shared.generation == generation {
            if self.hub.stop.load(Memory::Relaxed) {
                self.ended = true;
                return;
            }
            shared = self
                .hub
                .met
                .wait_timeout(shared, Duration::from_millis(5))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        self.best = shared.best.clone();
        // Of the reasons to end only completeness may be taken from others here: the rest comes to each at its own time.
        self.ended |= shared.ended == Some(Ended::Complete) || shared.is_broken;
    }
}

impl Drop for Line<'_, '_> {
    /// The worker leaves, by whatever way; its last deposit is merged when all have left or at the next meeting.
    fn drop(&mut self) {
        let mut shared = self.hub.lock();
        shared.evaluations[self.index] = shared.evaluations[self.index].max(self.evaluations);
        if let Some(d) = self.deposit.take() {
            shared.deposits[self.index] = Some(d);
        }
        shared.active -= 1;
        if std::thread::panicking() {
            shared.is_broken = true;
        }
        if shared.active == shared.arrived {
            shared.arrived = 0;
            shared.generation += 1;
            // What panicked may have been the report: a second panic on the way out would end the process.
            if !shared.is_broken {
                self.hub.merge(&mut shared);
            }
            self.hub.met.notify_all();
        }
    }
}
