//! Runs the solver on an encoded problem without Node, for profilers and tuning:
//! `cargo run --release --example run -- problem.f64 10|e1000000 [threads] [seed]`, where problem.f64 holds the numbers of
//! `encodeProblem` as little-endian doubles.

use kerf_nest::hub::Budget;
use kerf_nest::problem::Problem;
use kerf_nest::solve::solve;
use std::sync::atomic::AtomicBool;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&args[1]).expect("problem file");
    let data: Vec<f64> = bytes
        .chunks_exact(8)
        .map(|c| f64::from_le_bytes(c.try_into().expect("8 bytes")))
        .collect();
    let limit = args.get(2).map_or("5", String::as_str);
    let evaluations = limit.strip_prefix('e').map(|n| n.parse().expect("evaluations"));
    let budget = Budget {
        seconds: if evaluations.is_some() {
            None
        } else {
            Some(limit.parse().expect("seconds"))
        },
        evaluations,
        threads: args.get(3).map_or(1, |t| t.parse().expect("threads")),
        seed: args.get(4).map_or(1, |s| s.parse().expect("seed")),
    };
    let stop = AtomicBool::new(false);
    match Problem::decode(&data).and_then(|p| solve(p, budget, &stop, &|_, _| {})) {
        Ok(o) => println!("{:.5} {:?} {} evaluations", o.best.value, o.ended, o.evaluations),
        Err(f) => println!("{}: {}", f.code, f.message),
    }
}
