//! Runs the solver on an encoded problem without Node, for profilers and tuning:
//! `cargo run --release --example run -- problem.f64 10|e1000000 [threads] [seed] [layout.tsv]`, where problem.f64 holds
//! the numbers of `encodeProblem` as little-endian doubles, and layout.tsv gets one line a placement.

use kerf_nest::hub::Budget;
use kerf_nest::problem::{Placement, Problem};
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
        Ok(o) => {
            for t in &o.trace {
                println!("  {:.2} s {} {:.6} {:?}", t.seconds, t.evaluations, t.value, t.by);
            }
            let mut on: std::collections::BTreeMap<(usize, usize), (usize, f64)> = std::collections::BTreeMap::new();
            for p in o.best.placements.iter().filter(|_| !o.sheet_areas.is_empty()) {
                let bay = on.entry((p.sheet, p.copy)).or_default();
                *bay = (bay.0 + 1, bay.1 + o.piece_areas[p.piece]);
            }
            for (&(sheet, copy), &(pieces, area)) in &on {
                let room = o.sheet_areas[sheet];
                println!(
                    "  sheet {sheet}.{copy}: {pieces} pieces, {:.1} % of {room:.0}",
                    100.0 * area / room
                );
            }
            let room: f64 = on.keys().map(|&(sheet, _)| o.sheet_areas[sheet]).sum();
            if let Some(file) = args.get(5) {
                let line = |p: &Placement| {
                    let at = format!("{}\t{}\t{}", p.x, p.y, p.rotation);
                    format!("{}\t{}\t{}\t{at}\t{}\n", p.sheet, p.copy, p.piece, p.mirrored)
                };
                let lines: String = o.best.placements.iter().map(line).collect();
                std::fs::write(file, lines).expect("layout file");
            }
            if let Some(bound) = o.bound {
                println!("  at most {:.5} by {}", bound.value, bound.by.name());
            }
            println!(
                "{} pieces on {} sheets, {:.2} %; {:.5} {:?} {} evaluations, {:.2} s",
                o.best.placements.len(),
                on.len(),
                100.0 * on.values().map(|b| b.1).sum::<f64>() / room,
                o.best.value,
                o.ended,
                o.evaluations,
                o.seconds
            );
        }
        Err(f) => println!("{}: {}", f.code, f.message),
    }
}
