//! The door to Node: one encoded problem in, reports out, a stop flag. Converts and nothing else; errors cross as data.

use kerf_nest::hub::{Budget, By, Ended, Step};
use kerf_nest::live::{Inbox, News, run};
use kerf_nest::problem::{Fault, Placement, Problem, fault};
use kerf_nest::record::Record;
use kerf_nest::solve::{Layout, Outcome};
use napi::Status;
use napi::bindgen_prelude::*;
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi_derive::napi;
use std::sync::Arc;

#[napi(object)]
pub struct NativeReport {
    pub done: bool,
    /// How many changes of the problem are in it.
    pub edition: f64,
    pub value: f64,
    pub width: f64,
    pub seconds: f64,
    pub evaluations: f64,
    /// Seven numbers each: sheet, copy, piece, x, y, rotation, mirrored.
    pub placements: Float64Array,
    /// The rest only with `done`.
    pub stopped: Option<String>,
    /// Five numbers each: seconds, evaluations, value, strategy, start of the race.
    pub trace: Option<Float64Array>,
    pub bound: Option<f64>,
    /// What proves the bound: area, quality or rows.
    pub bound_by: Option<String>,
    /// 1 where a piece of the kind fits an empty sheet.
    pub fits_alone: Option<Float64Array>,
    /// Of a search by time: what it met, to be given as `NativeBudget.record` to find its layouts again.
    pub record: Option<Float64Array>,
    /// Placements that the search, since its last change, began with.
    pub start: Option<Float64Array>,
    /// Without `done`: this edition's change was refused, and the search goes on without it.
    pub error_code: Option<String>,
    pub error_message: Option<String>,
}

/// Weak: a running search never keeps the event loop alive by itself. Queue of 8: a slow reader loses reports in
/// between instead of growing memory; the last one waits for its place.
type OnReport = ThreadsafeFunction<NativeReport, (), NativeReport, Status, false, true, 8>;

#[napi]
pub struct NativeSearch {
    inbox: Arc<Inbox>,
}

#[napi(object)]
pub struct NativeBudget {
    pub seconds: Option<f64>,
    pub evaluations: Option<f64>,
    pub threads: f64,
    pub seed: f64,
    /// Stopped before it begins.
    pub is_stopped: bool,
    /// Of an earlier search by time of the same problem and seed: it is gone again, and each of its layouts reported.
    pub record: Option<Float64Array>,
}

#[napi]
impl NativeSearch {
    /// Starts at once on threads of its own. Reports come until one is `done`.
    #[napi(factory)]
    pub fn start(problem: Float64Array, mut budget: NativeBudget, on_report: OnReport) -> Result<Self> {
        let inbox = Arc::new(Inbox::default());
        let theirs = inbox.clone();
        if budget.is_stopped {
            inbox.stop();
        }
        let data = problem.to_vec();
        let record = budget.record.take().map(|r| r.to_vec());
        std::thread::Builder::new()
            .name("kerf-search".into())
            .spawn(move || {
                let run =
                    std::panic::AssertUnwindSafe(|| search(&data, &budget, record.as_deref(), &theirs, &on_report));
                let outcome = std::panic::catch_unwind(run).unwrap_or_else(|_| {
                    Err(fault(
                        "NEST_SOLVER_BROKE",
                        "the solver ended unexpectedly; please report the problem file",
                    ))
                });
                on_report.call(last(outcome), ThreadsafeFunctionCallMode::Blocking);
            })
            .map_err(|e| Error::from_reason(e.to_string()))?;
        Ok(Self { inbox })
    }

    /// Another problem in place of the present one; what it still allows of the best layout is kept. Answers at once
    /// with the edition whose reports have the change in them, or null when the search has ended.
    #[napi]
    pub fn change(&self, problem: Float64Array) -> Result<Option<f64>> {
        let problem =
            Problem::decode(&problem).map_err(|f| Error::from_reason(format!("{}: {}", f.code, f.message)))?;
        Ok(self.inbox.change(problem).map(|n| n as f64))
    }

    /// Returns at once; the last report follows.
    #[napi]
    pub fn cancel(&self) {
        self.inbox.stop();
    }
}

impl Drop for NativeSearch {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn search(
    data: &[f64],
    budget: &NativeBudget,
    record: Option<&[f64]>,
    inbox: &Inbox,
    on_report: &OnReport,
) -> std::result::Result<(Outcome, u64), Fault> {
    let problem = Problem::decode(data)?;
    let budget = Budget {
        seconds: budget.seconds,
        evaluations: budget.evaluations.map(|n| n as u64),
        threads: (budget.threads as usize).clamp(1, 256),
        seed: budget.seed as u64,
    };
    let replay = match record.map(Record::decode) {
        Some(None) => return Err(fault("NEST_RECORD_UNREADABLE", "the numbers are no record of a search")),
        found => found.flatten(),
    };
    run(problem, budget, replay.as_ref(), inbox, &|news, edition| {
        let (said, mode) = match news {
            // Who replays looks for one among all of them.
            News::Better(layout, step) if replay.is_some() => {
                (report(&layout, step), ThreadsafeFunctionCallMode::Blocking)
            }
            News::Better(layout, step) => (report(&layout, step), ThreadsafeFunctionCallMode::NonBlocking),
            News::Refused(fault) => (refusal(fault), ThreadsafeFunctionCallMode::Blocking),
        };
        let edition = edition as f64;
        on_report.call(NativeReport { edition, ..said }, mode);
    })
}

fn refusal(fault: Fault) -> NativeReport {
    let empty = Layout {
        value: 0.0,
        width: 0.0,
        placements: Vec::new(),
    };
    let none = Step {
        seconds: 0.0,
        evaluations: 0,
        value: 0.0,
        by: By::Search,
        start: 0,
    };
    NativeReport {
        error_code: Some(fault.code.into()),
        error_message: Some(fault.message),
        ..report(&empty, none)
    }
}

fn report(layout: &Layout, step: Step) -> NativeReport {
    NativeReport {
        done: false,
        edition: 0.0,
        value: layout.value,
        width: layout.width,
        seconds: step.seconds,
        evaluations: step.evaluations as f64,
        placements: numbers(&layout.placements),
        stopped: None,
        trace: None,
        bound: None,
        bound_by: None,
        fits_alone: None,
        record: None,
        start: None,
        error_code: None,
        error_message: None,
    }
}

fn numbers(placements: &[Placement]) -> Float64Array {
    let flat = placements
        .iter()
        .flat_map(|p| {
            [
                p.sheet as f64,
                p.copy as f64,
                p.piece as f64,
                p.x,
                p.y,
                p.rotation,
                f64::from(u8::from(p.mirrored)),
            ]
        })
        .collect::<Vec<f64>>();
    Float64Array::new(flat)
}

fn last(outcome: std::result::Result<(Outcome, u64), Fault>) -> NativeReport {
    match outcome {
        Err(f) => NativeReport {
            done: true,
            ..refusal(f)
        },
        Ok((o, edition)) => {
            let at = Step {
                seconds: o.seconds,
                evaluations: o.evaluations,
                value: o.best.value,
                by: By::Search,
                start: 0,
            };
            let stopped = match o.ended {
                Ended::Complete => "complete",
                Ended::Time => "time",
                Ended::Evaluations => "evaluations",
                Ended::Aborted => "aborted",
            };
            NativeReport {
                done: true,
                edition: edition as f64,
                stopped: Some(stopped.into()),
                trace: Some(Float64Array::new(
                    o.trace
                        .iter()
                        .flat_map(|t| {
                            let by = f64::from(t.by as u8);
                            [t.seconds, t.evaluations as f64, t.value, by, f64::from(t.start)]
                        })
                        .collect::<Vec<f64>>(),
                )),
                bound: o.bound.map(|b| b.value),
                bound_by: o.bound.map(|b| b.by.name().into()),
                fits_alone: Some(Float64Array::new(
                    o.fits_alone
                        .iter()
                        .map(|&f| f64::from(u8::from(f)))
                        .collect::<Vec<f64>>(),
                )),
                start: Some(numbers(&o.start)),
                record: o.record.map(|r| Float64Array::new(r.encode())),
                ..report(&o.best, at)
            }
        }
    }
}
