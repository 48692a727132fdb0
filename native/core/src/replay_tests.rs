//! A search by time, gone again from its record.

use crate::geom::Pt;
use crate::hub::{Budget, Ended};
use crate::live::{Inbox, run};
use crate::problem::{Fault, Objective, Problem};
use crate::record::{Event, Met, Name, Record};
use crate::solve::Outcome;
use crate::world_tests::{piece, ring, sheet};
use std::sync::Mutex;
use std::time::Duration;

const BUDGET: Budget = Budget {
    seconds: Some(20.0),
    evaluations: None,
    threads: 2,
    seed: 3,
};

fn square(x: f64, y: f64, side: f64) -> Vec<Pt> {
    ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
}

/// Triangles of two sizes, more than fit: starts race, and workers take over each other's layouts.
fn uneven(objective: Objective) -> Problem {
    let is_strip = objective == Objective::Strip;
    let triangle = |k: u32| {
        let mut p = piece(ring(&[
            (0.0, 0.0),
            (9.0 + f64::from(k), 1.0),
            (3.0, 8.0 + f64::from(k % 3)),
        ]));
        p.quantity = 14;
        p
    };
    Problem {
        objective,
        strip_height: if is_strip { 60.0 } else { 0.0 },
        spacing: 0.2,
        kits: Vec::new(),
        pieces: (0..8).map(triangle).collect(),
        sheets: if is_strip {
            Vec::new()
        } else {
            vec![sheet(square(0.0, 0.0, 60.0))]
        },
        start: Vec::new(),
    }
}

fn quiet(problem: Problem, budget: Budget, replay: Option<&Record>, inbox: &Inbox) -> Result<(Outcome, u64), Fault> {
    run(problem, budget, replay, inbox, &|_, _| {})
}

#[test]
fn a_search_by_time_on_three_threads_is_gone_again_placement_for_placement() {
    for objective in [Objective::Value, Objective::Strip, Objective::Sheets] {
        let budget = Budget {
            seconds: Some(0.4),
            threads: 3,
            ..BUDGET
        };
        let (first, _) = quiet(uneven(objective), budget, None, &Inbox::default()).unwrap();
        let record = first.record.expect("a search by time has a record");
        let met: Vec<_> = record.workers.iter().flatten().map(|e| e.met).collect();
        assert!(met.iter().any(|m| matches!(m, Met::Best(_))), "{objective:?}");
        let record = Record::decode(&record.encode()).expect("as it was written");
        let (again, _) = quiet(uneven(objective), budget, Some(&record), &Inbox::default()).unwrap();
        assert_eq!(again.best.placements, first.best.placements, "{objective:?}");
        assert_eq!(again.evaluations, first.evaluations, "{objective:?}");
    }
}

#[test]
fn what_came_after_a_change_and_up_to_a_stop_is_gone_again_from_where_it_began() {
    let mut changed = uneven(Objective::Value);
    changed.sheets[0].holes.push(square(20.0, 20.0, 7.0));
    let inbox = Inbox::default();
    let news = Mutex::new(Vec::new());
    let wait_for = |number: u64| {
        while !news.lock().unwrap().contains(&number) {
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    let (first, edition) = std::thread::scope(|scope| {
        scope.spawn(|| {
            wait_for(0);
            inbox.change(changed.clone());
            wait_for(1);
            std::thread::sleep(Duration::from_millis(300));
            inbox.stop();
        });
        run(uneven(Objective::Value), BUDGET, None, &inbox, &|_, number| {
            news.lock().unwrap().push(number);
        })
        .unwrap()
    });
    assert_eq!((first.ended, edition), (Ended::Aborted, 1));
    assert!(!first.start.is_empty());
    changed.start.clone_from(&first.start);
    let (again, _) = quiet(changed, BUDGET, first.record.as_ref(), &Inbox::default()).unwrap();
    assert_eq!(again.best.placements, first.best.placements);
}

#[test]
fn a_record_that_asks_for_what_nobody_makes_ends_in_words_and_a_stop_ends_a_replay() {
    let never = Name {
        worker: 1,
        number: 1_000_000,
    };
    let at = |tick, met| Event { tick, met };
    let record = Record {
        workers: vec![vec![at(1, Met::Best(never)), at(9, Met::End)], vec![at(9, Met::End)]],
        best: Some(never),
    };
    let strayed = quiet(uneven(Objective::Sheets), BUDGET, Some(&record), &Inbox::default());
    assert!(strayed.is_err_and(|f| f.code == "NEST_REPLAY_STRAYED"));
    let stopped = Inbox::default();
    stopped.stop();
    let (outcome, _) = quiet(uneven(Objective::Sheets), BUDGET, Some(&record), &stopped).unwrap();
    assert_eq!(outcome.ended, Ended::Aborted);
}
