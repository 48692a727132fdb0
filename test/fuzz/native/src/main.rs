//! What comes through the native door, under libFuzzer: bytes are the little-endian doubles that `encodeProblem` writes.
//! The answer is a fault with a code of Kerf's, or a layout; never a panic, an overflow, a hang, or gigabytes.
//! `npm run fuzz:native` builds and runs it; what it finds is kept in `found/`.

#![no_main]

mod mutate;

use kerf_nest::hub::Budget;
use kerf_nest::live::{Inbox, run};
use kerf_nest::problem::Problem;
use kerf_nest::region::Rings;
use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|bytes: &[u8]| {
    let numbers = mutate::numbers(bytes);
    match Problem::decode(&numbers) {
        Err(fault) => assert!(
            fault.code.starts_with("NEST_") && !fault.message.is_empty(),
            "{fault:?}"
        ),
        Ok(problem) if is_small(&problem) => search(problem, bytes.len() % 16 == 8),
        Ok(_) => {}
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    // Half of the time libFuzzer's own, which knows what the program compared with what.
    if seed % 2 == 0 {
        libfuzzer_sys::fuzzer_mutate(data, size, max_size)
    } else {
        mutate::mutate(data, size, max_size, seed)
    }
});

/// As the door searches: a few steps on one thread. With `is_changed` the problem changes, into itself, before the
/// search has begun.
fn search(problem: Problem, is_changed: bool) {
    let budget = Budget {
        seconds: None,
        evaluations: Some(60),
        threads: 1,
        seed: 1,
    };
    let inbox = Inbox::default();
    if is_changed {
        inbox.change(problem.clone());
    }
    match run(problem, budget, &inbox, &|_, _| {}) {
        Err(fault) => assert!(
            fault.code.starts_with("NEST_") && fault.code != "NEST_SOLVER_BROKE",
            "{fault:?}"
        ),
        Ok((outcome, _)) => {
            for p in &outcome.best.placements {
                assert!(p.x.is_finite() && p.y.is_finite() && p.rotation.is_finite(), "{p:?}");
            }
        }
    }
}

/// Small enough to be searched in a moment: what is broken may be large too, and that is no fault.
fn is_small(problem: &Problem) -> bool {
    let near = |v: f64| v.abs() <= 1e5;
    let drawn = |rings: &Rings| {
        let mut all = std::iter::once(&rings.outline).chain(&rings.holes).flatten();
        all.all(|p| near(p.x) && near(p.y))
    };
    problem.pieces.iter().map(|p| p.quantity).sum::<usize>() <= 40
        && problem.sheets.iter().map(|s| s.quantity).sum::<usize>() <= 4
        && near(problem.strip_height)
        && near(problem.spacing)
        && problem.pieces.iter().all(|p| near(p.spacing) && drawn(&p.shape))
        && problem
            .sheets
            .iter()
            .all(|s| s.outline.iter().all(|p| near(p.x) && near(p.y)))
}
