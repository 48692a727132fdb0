//! One worker's line to the hub: when to end, what the others found, how much of the budget is gone.

use crate::hub::{By, Deposit, Ended, Hub, SLICE, Shared, Solution};
use crate::record::{CLOCK, Event, Met, Name};
use std::sync::atomic::Ordering;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

pub struct Line<'h, 'a> {
    pub hub: &'h Hub<'a>,
    pub index: usize,
    next_meeting: u64,
    next_look: u64,
    ended: bool,
    /// As of the last question.
    evaluations: u64,
    deposit: Option<Deposit>,
    /// What this worker is about, and for which start of the race.
    pub by: By,
    pub start: u32,
    pub best: Option<Arc<Solution>>,
    /// Which one `best` is, and how many this worker has handed in.
    name: Option<Name>,
    offered: u32,
    /// Of a budget of seconds: looks and exchanges so far, the clock as last read in 1024ths of it, and what was met; of a
    /// replay the place in what is to be met.
    tick: u64,
    clock: u32,
    met: Vec<Event>,
    at: usize,
}

type Guard<'h> = MutexGuard<'h, Shared>;

/// Evaluations between two looks at the clock: below 10 ms even where one takes 100 µs.
const LOOK_EVERY: u64 = 32;
/// Between two looks at the stop flag of one who waits for the others.
const WAIT: Duration = Duration::from_millis(5);

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
            name: None,
            offered: 0,
            tick: 0,
            clock: 0,
            met: Vec::new(),
            at: 0,
        }
    }

    fn is_by_evaluations(&self) -> bool {
        self.hub.budget.evaluations.is_some()
    }

    /// Hands in a layout; true when it is better than all that this worker knows.
    pub fn offer(&mut self, s: Solution, evaluations: u64) -> bool {
        // What is made after a stop was made in haste: no replay would find it.
        let is_late = !self.is_by_evaluations() && self.is_stopped();
        if is_late || self.best.as_ref().is_some_and(|b| !s.beats(b)) {
            return false;
        }
        let name = Name {
            worker: self.index as u32,
            number: self.offered,
        };
        self.offered += 1;
        let solution = Arc::new(s);
        self.best = Some(solution.clone());
        self.name = Some(name);
        self.deposit = Some(Deposit {
            name,
            solution,
            by: self.by,
            start: self.start,
        });
        if !self.is_by_evaluations() {
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
        // Whatever one evaluation took: it may have made a sheet ready.
        if self.is_stopped() {
            self.note(Met::End);
            return self.end(Ended::Aborted);
        }
        if evaluations < self.next_look {
            return false;
        }
        self.next_look = evaluations + LOOK_EVERY;
        let b = &self.hub.budget;
        if b.evaluations.is_some_and(|n| evaluations >= n / b.threads as u64) {
            return self.end(Ended::Evaluations);
        }
        if !self.is_by_evaluations() && self.look() {
            return true;
        }
        if evaluations >= self.next_meeting {
            self.next_meeting = evaluations - evaluations % SLICE + SLICE;
            if self.is_by_evaluations() {
                self.meet(evaluations);
            } else {
                self.exchange(evaluations);
            }
        }
        self.ended
    }

    /// Looks at the clock, or at the one of the record; true at the end.
    fn look(&mut self) -> bool {
        self.tick += 1;
        if self.hub.replay.is_some() {
            return self.meet_again(None);
        }
        let Some(seconds) = self.hub.budget.seconds else {
            return false;
        };
        let gone = self.hub.start.elapsed().as_secs_f64();
        if gone >= seconds {
            self.note(Met::End);
            return self.end(Ended::Time);
        }
        let parts = (gone / seconds * CLOCK) as u32;
        if parts != self.clock {
            self.clock = parts;
            self.note(Met::Clock(parts));
        }
        false
    }

    fn note(&mut self, met: Met) {
        self.met.push(Event { tick: self.tick, met });
    }

    /// Whether somebody waits for the end: to be asked in long work that evaluates nothing.
    pub fn is_stopped(&self) -> bool {
        self.hub.stop.load(Ordering::Relaxed)
    }

    /// Whether what is being made comes too late for this run: of use to nobody, or of none to a replay.
    pub fn is_late(&self) -> bool {
        self.is_stopped() || self.hub.is_out_of_time()
    }

    fn end(&mut self, how: Ended) -> bool {
        self.ended = true;
        self.hub.lock().ended.get_or_insert(how);
        true
    }

    /// Share of the budget that is used up.
    pub fn progress(&self, evaluations: u64) -> f64 {
        let b = &self.hub.budget;
        match b.evaluations {
            Some(n) => evaluations as f64 * b.threads as f64 / n.max(1) as f64,
            None => f64::from(self.clock) / CLOCK,
        }
    }

    fn exchange(&mut self, evaluations: u64) {
        self.tick += 1;
        let hub = self.hub;
        let mut shared = hub.lock();
        shared.evaluations[self.index] = evaluations;
        shared.deposits[self.index] = self.deposit.take();
        hub.merge(&mut shared);
        if hub.replay.is_some() {
            hub.met.notify_all();
            self.meet_again(Some(shared));
            return;
        }
        if let Some((name, best)) = &shared.best
            && self.name != Some(*name)
        {
            (self.name, self.best) = (Some(*name), Some(best.clone()));
            self.note(Met::Best(*name));
        }
        if shared.ended.is_some() || shared.is_broken {
            self.ended = true;
            self.note(Met::End);
        }
    }

    /// Meets what the record has at this tick; true at the end. Waits for a layout that another worker is to hand in.
    fn meet_again(&mut self, shared: Option<Guard<'h>>) -> bool {
        let hub = self.hub;
        let events = hub
            .replay
            .and_then(|r| r.workers.get(self.index))
            .map_or(&[][..], Vec::as_slice);
        let mut shared = shared.unwrap_or_else(|| hub.lock());
        while let Some(event) = events.get(self.at).filter(|e| e.tick <= self.tick) {
            self.at += 1;
            match event.met {
                Met::Clock(parts) => self.clock = parts,
                Met::End => {
                    self.ended = true;
                    shared.ended.get_or_insert(Ended::Time);
                }
                Met::Best(name) => {
                    let found;
                    (shared, found) = self.wait_for(shared, name);
                    let Some(best) = found else {
                        self.ended = true;
                        return true;
                    };
                    (self.name, self.best) = (Some(name), Some(best));
                }
            }
        }
        self.ended |= shared.is_broken || shared.has_strayed;
        self.ended
    }

    /// None where it will never come, or the run is stopped.
    fn wait_for(&self, mut shared: Guard<'h>, name: Name) -> (Guard<'h>, Option<Arc<Solution>>) {
        shared.awaited[self.index] = Some(name);
        let found = loop {
            if let Some(s) = shared.kept.get(&name) {
                break Some(s.clone());
            }
            if self.is_stopped() {
                shared.ended.get_or_insert(Ended::Aborted);
                break None;
            }
            shared.has_strayed |= shared.is_stuck();
            if shared.has_strayed || shared.is_broken {
                break None;
            }
            shared = self.wait(shared);
        };
        shared.awaited[self.index] = None;
        (shared, found)
    }

    fn wait(&self, shared: Guard<'h>) -> Guard<'h> {
        let waited = self.hub.met.wait_timeout(shared, WAIT);
        waited.unwrap_or_else(PoisonError::into_inner).0
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
            if self.hub.stop.load(Ordering::Relaxed) {
                self.ended = true;
                return;
            }
            shared = self.wait(shared);
        }
        if let Some((name, best)) = &shared.best {
            (self.name, self.best) = (Some(*name), Some(best.clone()));
        }
        // Of the reasons to end only completeness may be taken from others here: the rest comes to each at its own time.
        self.ended |= shared.ended == Some(Ended::Complete) || shared.is_broken;
    }
}

impl Drop for Line<'_, '_> {
    /// The worker leaves, by whatever way; its last deposit is merged when all have left or at the next meeting.
    fn drop(&mut self) {
        let mut shared = self.hub.lock();
        shared.evaluations[self.index] = shared.evaluations[self.index].max(self.evaluations);
        // It may have come to its end by itself.
        if self.met.last().is_none_or(|e| e.met != Met::End) {
            self.note(Met::End);
        }
        shared.record.workers[self.index] = std::mem::take(&mut self.met);
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
