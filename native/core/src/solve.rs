//! The door of the core: one problem in, better and better layouts out.

use crate::alone::fits_alone;
use crate::bound::{Bound, bound};
use crate::hub::{Budget, Ended, Found, Hub, Solution, Step};
use crate::line::Line;
use crate::locked::lay_given;
use crate::model::Model;
use crate::problem::{Fault, Objective, Placement, Problem, fault};
use crate::record::Record;
use crate::search::Worker;
use crate::watch::Watch;
use crate::world::World;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// What a report carries, in the problem's own terms.
#[derive(Clone, Debug)]
pub struct Layout {
    pub value: f64,
    pub width: f64,
    pub placements: Vec<Placement>,
}

#[derive(Clone, Debug)]
pub struct Outcome {
    pub best: Layout,
    pub ended: Ended,
    pub seconds: f64,
    pub evaluations: u64,
    pub trace: Vec<Step>,
    /// No layout has more; None when it was stopped before areas were known.
    pub bound: Option<Bound>,
    /// Area of each piece and net area of each sheet, as the search understood them.
    pub piece_areas: Vec<f64>,
    pub sheet_areas: Vec<f64>,
    /// Whether a piece of each kind found a place on an otherwise empty sheet, or strip.
    pub fits_alone: Vec<bool>,
    /// Of a budget of seconds: with `start` what another run needs to find the same layouts.
    pub record: Option<Record>,
    /// Where the search began: what was given, or what a change left.
    pub start: Vec<Placement>,
}

fn layout(model: &Model, s: &Solution) -> Layout {
    let placements = s
        .places
        .iter()
        .enumerate()
        .filter_map(|(item, p)| {
            let (sheet, copy, pose) = (*p)?;
            let piece = model.items[item];
            let at = pose.translation(&model.kinds[piece]);
            Some(Placement {
                sheet,
                copy,
                piece,
                x: at.x,
                y: at.y,
                rotation: pose.rotation,
                mirrored: pose.mirrored,
            })
        })
        .collect();
    Layout {
        value: s.value,
        width: s.width,
        placements,
    }
}

/// An outcome without a layout: the search was stopped before it began.
pub(crate) fn nothing() -> Outcome {
    Outcome {
        best: Layout {
            value: 0.0,
            width: 0.0,
            placements: Vec::new(),
        },
        ended: Ended::Aborted,
        seconds: 0.0,
        evaluations: 0,
        trace: Vec::new(),
        bound: None,
        piece_areas: Vec::new(),
        sheet_areas: Vec::new(),
        fits_alone: Vec::new(),
        record: None,
        start: Vec::new(),
    }
}

/// An outcome without a layout: there was no time left when the search was to begin.
pub(crate) fn no_time(begun: Instant) -> Outcome {
    Outcome {
        ended: Ended::Time,
        seconds: begun.elapsed().as_secs_f64(),
        ..nothing()
    }
}

fn work(mut w: Worker) -> Result<(), Fault> {
    lay_given(&mut w)?;
    let warm = !w.model.start.is_empty();
    if w.world.is_strip() {
        w.pinned.fill(false);
        w.run_strip();
    } else {
        w.lay_jigsaw();
        w.run_sheets(warm);
    }
    w.over();
    Ok(())
}

/// Solves until the budget ends, `stop` is set or nothing better can be. `report` gets each better layout, verified.
pub fn solve(
    problem: Problem,
    budget: Budget,
    stop: &AtomicBool,
    report: &(dyn Fn(Layout, Step) + Sync),
) -> Result<Outcome, Fault> {
    let begun = Instant::now();
    let watch = Watch::timed(stop, begun, budget.seconds);
    match Model::build(problem, budget.threads, watch, None)? {
        Some(model) => search(
            &model,
            Run {
                budget,
                begun,
                replay: None,
            },
            stop,
            report,
        ),
        None if watch.is_stopped() => Ok(nothing()),
        None => Ok(no_time(begun)),
    }
}

/// How a model is searched; seconds count from `begun`.
#[derive(Clone, Copy)]
pub(crate) struct Run<'a> {
    pub budget: Budget,
    pub begun: Instant,
    /// A search by time that is gone again: its budget is that of the record.
    pub replay: Option<&'a Record>,
}

/// As `solve`, on a model that was made ready.
pub(crate) fn search(
    model: &Model,
    Run { budget, begun, replay }: Run,
    stop: &AtomicBool,
    report: &(dyn Fn(Layout, Step) + Sync),
) -> Result<Outcome, Fault> {
    let forward = |s: &Solution, step: Step| report(layout(model, s), step);
    let threads = replay.map_or(budget.threads.max(1), |r| r.workers.len());
    let hub = Hub::replaying(replay, Budget { threads, ..budget }, begun, stop, &forward);
    let (bays, width) = ground(model);
    let results = std::thread::scope(|scope| {
        let spawn = |k| {
            let (hub, bays) = (&hub, &bays);
            scope.spawn(move || work(Worker::new(model, World::new(model, bays, width), Line::new(hub, k))))
        };
        let handles: Vec<_> = (0..threads).map(spawn).collect();
        handles
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect::<Vec<_>>()
    });
    for r in results {
        r.map_err(|_| {
            let what = "a worker of the solver ended unexpectedly; please report the problem file";
            fault("NEST_SOLVER_BROKE", what)
        })??;
    }
    let Some(found) = hub.outcome() else {
        let what = "the search took another way than its record; it is of another problem, solver or machine";
        return Err(fault("NEST_REPLAY_STRAYED", what));
    };
    let Found {
        best,
        ended,
        evaluations,
        trace,
        record,
    } = found;
    let best = best.map_or_else(|| nothing().best, |s| layout(model, &s));
    // Who stopped it waits for the answer, or has changed the problem.
    let is_left = ended == Ended::Aborted;
    let fits_alone = if is_left {
        vec![true; model.kinds.len()]
    } else {
        fits_alone(model, &best, &budget, stop)
    };
    let seconds = if budget.evaluations.is_some() {
        0.0
    } else {
        begun.elapsed().as_secs_f64()
    };
    Ok(Outcome {
        best,
        ended,
        seconds,
        evaluations,
        trace,
        bound: Some(bound(model, is_left)),
        piece_areas: model.kinds.iter().map(|k| k.area).collect(),
        sheet_areas: model.sheets.iter().map(|s| s.area).collect(),
        fits_alone,
        record,
        start: model.start.clone(),
    })
}

/// Bays and length to begin with.
pub(crate) fn ground(model: &Model) -> (Vec<(usize, usize)>, f64) {
    if model.objective == Objective::Strip {
        (vec![(0, 0)], f64::MAX / 1e6)
    } else {
        (model.all_bays(), 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_tests::{piece, ring, sheet};
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    /// One square, and sheets enough that reading them alone takes seconds.
    fn stocked() -> Problem {
        let round = |k: usize| {
            let (sin, cos) = (k as f64 * std::f64::consts::TAU / 3000.0).sin_cos();
            (500.0 * cos, 500.0 * sin)
        };
        let hide = sheet(ring(&(0..3000).map(round).collect::<Vec<_>>()));
        Problem {
            objective: Objective::Sheets,
            strip_height: 0.0,
            spacing: 0.0,
            kits: Vec::new(),
            pieces: vec![piece(ring(&[(0.0, 0.0), (30.0, 0.0), (30.0, 30.0), (0.0, 30.0)]))],
            sheets: vec![hide; 1500],
            start: Vec::new(),
        }
    }

    fn solve_stocked(stop: &AtomicBool) -> (Outcome, Duration) {
        let problem = stocked();
        let budget = Budget {
            seconds: Some(0.1),
            evaluations: None,
            threads: 2,
            seed: 1,
        };
        let begun = Instant::now();
        let outcome = solve(problem, budget, stop, &|_, _| {}).expect("no layout is no fault");
        (outcome, begun.elapsed())
    }

    #[test]
    fn sheets_that_take_longer_to_read_than_there_is_time_end_without_a_layout() {
        let (outcome, took) = solve_stocked(&AtomicBool::new(false));
        assert_eq!((outcome.ended, outcome.best.placements.len()), (Ended::Time, 0));
        assert!(outcome.seconds >= 0.1 && took < Duration::from_secs(1), "{took:?}");
    }

    #[test]
    fn a_stop_while_sheets_are_read_is_answered() {
        let stop = AtomicBool::new(false);
        let outcome = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(20));
                stop.store(true, Ordering::Relaxed);
            });
            solve_stocked(&stop).0
        });
        assert_eq!((outcome.ended, outcome.best.placements.len()), (Ended::Aborted, 0));
    }
}
