//! A search that the problem may change under: each change interrupts it, what is still allowed of the best layout is
//! kept, and it goes on from there.

use crate::hub::{Budget, Ended, Step};
use crate::model::Model;
use crate::problem::{Fault, Problem};
use crate::record::Record;
use crate::solve::{Layout, Outcome, Run, no_time, nothing, search};
use crate::watch::Watch;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// A change that comes late is still worked into the layout: seconds that it gets at least.
const GRACE: f64 = 1.0;

/// Where changes of the problem and the wish to stop arrive, from any thread.
#[derive(Default)]
pub struct Inbox {
    changes: Mutex<Changes>,
    interrupt: AtomicBool,
    stop: AtomicBool,
}

#[derive(Default)]
struct Changes {
    /// How many came so far; the latest problem holds all of them.
    count: u64,
    latest: Option<Problem>,
    is_closed: bool,
}

/// What a running search says.
pub enum News {
    /// A better layout, or the first one of a changed problem.
    Better(Layout, Step),
    /// The change cannot be; the search goes on without it.
    Refused(Fault),
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts another problem in the place of the one that is searched; its layout to start from is not looked at.
    /// Returns the number of the change, or None when the search has ended.
    pub fn change(&self, problem: Problem) -> Option<u64> {
        let mut changes = self.lock();
        if changes.is_closed || self.stop.load(Ordering::Relaxed) {
            return None;
        }
        changes.count += 1;
        changes.latest = Some(problem);
        self.interrupt.store(true, Ordering::Relaxed);
        Some(changes.count)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.interrupt.store(true, Ordering::Relaxed);
    }

    /// The next problem and its number. Without one the inbox closes for good if it may; it does when stopped.
    fn next(&self, may_close: bool) -> Option<(Problem, u64)> {
        let mut changes = self.lock();
        let next = changes.latest.take().map(|p| (p, changes.count));
        let stopped = self.stop.load(Ordering::Relaxed);
        if stopped || (next.is_none() && may_close) {
            changes.is_closed = true;
            return None;
        }
        self.interrupt.store(false, Ordering::Relaxed);
        // `stop` may have come between these lines.
        if self.stop.load(Ordering::Relaxed) {
            self.interrupt.store(true, Ordering::Relaxed);
        }
        next
    }
}

/// As `solve`, with changes. Seconds count from the first start, and a change gets at least one; evaluations count anew
/// for each change. `report` is told how many changes its news has in it. Answers with that number as well: a change that
/// a stop caught while it was made ready is in neither. With a record the search by time that it is of is gone again, up to
/// the first change; the budget counts for changes alone.
pub fn run(
    problem: Problem,
    budget: Budget,
    replay: Option<&Record>,
    inbox: &Inbox,
    report: &(dyn Fn(News, u64) + Sync),
) -> Result<(Outcome, u64), Fault> {
    let begun = Instant::now();
    let mut start = problem.start.clone();
    let (mut current, mut number) = (problem.clone(), 0);
    let (mut standing, mut edition) = (problem, 0);
    let mut model: Option<Model> = None;
    let (mut outcome, mut searched) = (nothing(), 0);
    loop {
        let trial = Problem {
            start: start.clone(),
            ..current.clone()
        };
        let late = begun.elapsed().as_secs_f64() + GRACE;
        let seconds = budget.seconds.map(|s| if number == 0 { s } else { s.max(late) });
        let better = |layout, step| report(News::Better(layout, step), number);
        // A change is made ready whatever the clock says: its layout is the answer to it.
        let watch = Watch::timed(
            &inbox.interrupt,
            begun,
            seconds.filter(|_| number == 0 && replay.is_none()),
        );
        let made = Model::build(trial, budget.threads, watch, model.as_ref());
        let found = match made {
            Ok(None) if watch.is_stopped() => Ok(None),
            Ok(None) => Ok(Some(no_time(begun))),
            Ok(Some(new)) => {
                let new = model.insert(new);
                let run = Run {
                    budget: Budget { seconds, ..budget },
                    begun,
                    replay: replay.filter(|_| number == 0),
                };
                search(new, run, &inbox.interrupt, &better).map(Some)
            }
            Err(f) => Err(f),
        };
        let is_refused = match found {
            Ok(done) => {
                (standing, edition) = (current, number);
                // Without one the change came, and was interrupted before anything was laid by it.
                if let Some(done) = done {
                    // Interrupted before it could show what it began with: that is still the layout.
                    if done.ended != Ended::Aborted || !done.best.placements.is_empty() {
                        start.clone_from(&done.best.placements);
                    }
                    (outcome, searched) = (done, number);
                }
                false
            }
            Err(f) if number == 0 => return Err(f),
            Err(f) => {
                report(News::Refused(f), number);
                true
            }
        };
        (current, number) = match inbox.next(!is_refused) {
            Some(next) => next,
            None if is_refused && !inbox.is_stopped() => (standing.clone(), edition),
            None => return Ok((outcome, searched)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Objective;
    use crate::problem::Placement;
    use crate::world_tests::{piece, ring, sheet};
    use std::time::Duration;

    fn square(x: f64, y: f64, side: f64) -> Vec<crate::geom::Pt> {
        ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    }

    /// More squares than the sheet holds: never complete.
    fn crowded() -> Problem {
        let mut squares = piece(square(0.0, 0.0, 10.0));
        squares.quantity = 90;
        Problem {
            objective: Objective::Sheets,
            strip_height: 0.0,
            spacing: 0.5,
            kits: Vec::new(),
            pieces: vec![squares],
            sheets: vec![sheet(square(0.0, 0.0, 100.0))],
            start: Vec::new(),
        }
    }

    const BUDGET: Budget = Budget {
        seconds: Some(20.0),
        evaluations: None,
        threads: 2,
        seed: 3,
    };

    /// Number of changes, and whether it was refused.
    type Heard = Mutex<Vec<(u64, bool)>>;

    /// Runs with somebody who acts on the inbox and hears the news.
    fn with(act: impl FnOnce(&Inbox, &Problem, &Heard) + Send) -> (Outcome, u64, Vec<(u64, bool)>) {
        let inbox = Inbox::default();
        let news = Heard::default();
        let problem = crowded();
        let (outcome, edition) = std::thread::scope(|scope| {
            let (inbox, given, news) = (&inbox, problem.clone(), &news);
            scope.spawn(move || act(inbox, &given, news));
            run(problem, BUDGET, None, inbox, &|n, number| {
                news.lock().unwrap().push((number, matches!(n, News::Refused(_))));
            })
            .unwrap()
        });
        (outcome, edition, news.into_inner().unwrap())
    }

    fn wait_for(news: &Heard, number: u64) {
        let begun = Instant::now();
        while !news.lock().unwrap().iter().any(|n| n.0 == number) {
            assert!(begun.elapsed() < Duration::from_secs(10), "no news of change {number}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn changes_are_worked_in_and_a_stop_ends_it() {
        let (outcome, edition, news) = with(|inbox, problem, news| {
            for k in 0..4 {
                std::thread::sleep(Duration::from_millis(60));
                let mut next = problem.clone();
                next.sheets[0].holes.push(square(20.0 * f64::from(k), 50.0, 5.0));
                next.pieces[0].quantity += 1;
                assert!(inbox.change(next).is_some());
            }
            wait_for(news, 4);
            inbox.stop();
        });
        assert_eq!((outcome.ended, edition), (Ended::Aborted, 4));
        assert!(news.iter().any(|n| n.0 == 4) && !news.iter().any(|n| n.1));
        assert!(!outcome.best.placements.is_empty());
    }

    #[test]
    fn a_panic_in_a_worker_is_a_fault_and_nobody_waits_for_it() {
        for evaluations in [None, Some(400_000)] {
            let seconds = evaluations.is_none().then_some(20.0);
            let budget = Budget {
                seconds,
                evaluations,
                ..BUDGET
            };
            let begun = Instant::now();
            let seen = std::sync::atomic::AtomicU32::new(0);
            let broken = |_: News, _: u64| assert!(seen.fetch_add(1, Ordering::Relaxed) < 1, "on purpose");
            let fault = run(crowded(), budget, None, &Inbox::default(), &broken).unwrap_err();
            assert_eq!(fault.code, "NEST_SOLVER_BROKE");
            assert!(begun.elapsed() < Duration::from_secs(15));
        }
    }

    #[test]
    fn a_change_that_cannot_be_is_refused_and_the_search_goes_on() {
        let (outcome, edition, news) = with(|inbox, problem, news| {
            std::thread::sleep(Duration::from_millis(60));
            let mut next = problem.clone();
            next.sheets[0].locked.push(Placement {
                sheet: 0,
                copy: 0,
                piece: 0,
                x: 1e6,
                y: 1e6,
                rotation: 0.0,
                mirrored: false,
            });
            assert_eq!(inbox.change(next), Some(1));
            wait_for(news, 1);
            assert_eq!(inbox.change(problem.clone()), Some(2));
            wait_for(news, 2);
            inbox.stop();
            assert_eq!(inbox.change(problem.clone()), None);
        });
        assert!(news.contains(&(1, true)) && news.contains(&(2, false)));
        assert_eq!((edition, outcome.best.placements.is_empty()), (2, false));
    }

    #[test]
    fn a_stop_that_catches_a_change_while_it_is_made_ready_leaves_it_out() {
        let (outcome, edition, _) = with(|inbox, problem, news| {
            wait_for(news, 0);
            let mut next = problem.clone();
            next.sheets[0].holes.push(square(1.0, 1.0, 98.0));
            // Sheets of many corners are what takes long to make ready.
            let round = (0..2000).map(|k| {
                let (sin, cos) = (f64::from(k) * std::f64::consts::TAU / 2000.0).sin_cos();
                (50.0 * cos, 50.0 * sin)
            });
            let detailed = sheet(ring(&round.collect::<Vec<_>>()));
            next.sheets.extend((0..100).map(|_| detailed.clone()));
            assert_eq!(inbox.change(next), Some(1));
            std::thread::sleep(Duration::from_millis(30));
            inbox.stop();
        });
        assert_eq!((edition, outcome.best.placements.is_empty()), (0, false));
    }
}
