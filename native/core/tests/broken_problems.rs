//! Problems that came through the door broken: the answer is a fault with a code, or a layout, never a panic.
//! 10,000 streams are read and 150 of those that still read are searched, in every `cargo test`; `KERF_LONG=1` takes
//! 1,000,000 and 5,000. What failed once is kept in `found`.

use kerf_nest::hub::Budget;
use kerf_nest::problem::Problem;
use kerf_nest::rng::Rng;
use kerf_nest::solve::solve;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;

const SQUARE: [f64; 9] = [4.0, 0.0, 0.0, 30.0, 0.0, 30.0, 30.0, 0.0, 30.0];

/// A ring of a few points as it is encoded.
fn ring(corners: &[(f64, f64)]) -> Vec<f64> {
    let mut out = vec![corners.len() as f64];
    out.extend(corners.iter().flat_map(|&(x, y)| [x, y]));
    out
}

/// Two pieces (one with a zone, grain and two turns), a kit, a hide with a hole, a zone, a shade, grain and a locked piece.
fn sheets() -> Vec<f64> {
    let hide = ring(&[(0.0, 0.0), (200.0, 0.0), (220.0, 100.0), (120.0, 180.0), (0.0, 150.0)]);
    let hole = ring(&[(90.0, 60.0), (110.0, 60.0), (100.0, 80.0)]);
    let zone = ring(&[(150.0, 20.0), (190.0, 20.0), (190.0, 60.0), (150.0, 60.0)]);
    let mut out = vec![4.0, 1.0, 0.0, 1.0, 2.0, 1.0, 1.0];
    // kit: quantity, on one sheet, delta E
    out.extend([2.0, 0.0, 5.0]);
    // piece: quantity, quality, mirror, priority, value, kit, of a kit, pair, spacing, common line, grain, turns
    out.extend([4.0, 3.0, 1.0, 0.0, -1.0, 0.0, 2.0, -1.0, 0.5, 0.0, 0.0, -1.0, 0.0]);
    out.extend(SQUARE);
    out.push(0.0);
    out.extend([
        3.0, 4.0, 0.0, 1.0, 9.0, -1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 90.0, 5.0, 2.0, 0.0, 0.0, 180.0, 2.0, 0.0,
    ]);
    out.extend(ring(&[(0.0, 0.0), (50.0, 0.0), (50.0, 20.0), (20.0, 25.0)]));
    out.extend([1.0, 2.0, 0.0]);
    out.extend(ring(&[(5.0, 5.0), (15.0, 5.0), (15.0, 15.0)]));
    // sheet: quantity, quality, cost, margin, directed, grain samples
    out.extend([1.0, 4.0, 1.0, 2.0, 0.0, 1.0, 50.0, 50.0, 90.0, 1.0]);
    out.extend(hide);
    out.extend(hole);
    out.extend([1.0, 2.0, 0.0]);
    out.extend(zone.clone());
    out.extend([1.0, 60.0, 1.0, 2.0, 0.0]);
    out.extend(zone);
    out.extend([1.0, 0.0, 0.0, 0.0, 20.0, 100.0, 0.0, 0.0]);
    // a layout to start from
    out.extend([1.0, 0.0, 0.0, 0.0, 60.0, 100.0, 0.0, 0.0]);
    out
}

/// The same first piece on a strip.
fn strip() -> Vec<f64> {
    let mut out = vec![4.0, 0.0, 100.0, 0.0, 1.0, 0.0, 0.0];
    out.extend([6.0, 0.0, 0.0, 0.0, -1.0, -1.0, 0.0, -1.0, 0.0, 0.0, 0.0, 4.0]);
    out.extend([0.0, 0.0, 90.0, 0.0, 180.0, 0.0, 270.0, 0.0, 0.0]);
    out.extend(SQUARE);
    out.extend([0.0, 0.0]);
    out
}

const WORDS: [f64; 20] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    3.0,
    0.5,
    -0.5,
    1e-9,
    -1e-9,
    1e-300,
    1e300,
    -1e300,
    1e9,
    4_294_967_295.0,
    4_294_967_296.0,
    9_007_199_254_740_993.0,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
];

fn mutate(sound: &[f64], rng: &mut Rng) -> Vec<f64> {
    let mut data = sound.to_vec();
    for _ in 0..=rng.below(4) {
        let at = rng.below(data.len().max(1)).min(data.len().saturating_sub(1));
        if data.is_empty() {
            break;
        }
        match rng.below(9) {
            0 => data[at] = WORDS[rng.below(WORDS.len())],
            1 => data[at] += rng.normal() * 50.0,
            2 => data[at] = (data[at] + rng.range(-3.0, 4.0)).floor(),
            3 => data[at] = -data[at],
            4 => data.truncate(at),
            5 => {
                data.remove(at);
            }
            6 => data.insert(at, WORDS[rng.below(WORDS.len())]),
            7 => {
                let from = rng.below(data.len());
                data[at] = data[from];
            }
            _ => data[at] = f64::from_bits(rng.next_u64()),
        }
    }
    data
}

/// None: no panic.
fn panics(work: impl FnOnce()) -> Option<String> {
    catch_unwind(AssertUnwindSafe(work)).err().map(|cause| {
        let said = cause.downcast_ref::<String>().cloned();
        said.or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_string()))
            .unwrap_or_default()
    })
}

fn search(problem: Problem) {
    let budget = Budget {
        seconds: None,
        evaluations: Some(300),
        threads: 1,
        seed: 1,
    };
    if let Ok(outcome) = solve(problem, budget, &AtomicBool::new(false), &|_, _| {}) {
        for p in &outcome.best.placements {
            assert!(p.x.is_finite() && p.y.is_finite() && p.rotation.is_finite());
        }
    }
}

/// Small enough to be searched in a moment: what is broken may be large too, and that is no fault.
fn is_small(problem: &Problem) -> bool {
    let ordered: usize = problem.pieces.iter().map(|p| p.quantity).sum();
    let copies: usize = problem.sheets.iter().map(|s| s.quantity).sum();
    let near = |v: f64| v.abs() <= 1e5;
    let flat = |rings: &kerf_nest::region::Rings| rings.outline.iter().all(|p| near(p.x) && near(p.y));
    ordered <= 40
        && copies <= 4
        && near(problem.strip_height)
        && near(problem.spacing)
        && problem.pieces.iter().all(|p| flat(&p.shape) && near(p.spacing))
        && problem
            .sheets
            .iter()
            .all(|s| s.outline.iter().all(|p| near(p.x) && near(p.y)))
}

#[test]
fn sound_streams_are_read_and_searched() {
    for sound in [sheets(), strip()] {
        let problem = Problem::decode(&sound).unwrap_or_else(|f| panic!("{}: {}", f.code, f.message));
        assert!(is_small(&problem));
        let outcome = solve(
            problem,
            Budget {
                seconds: None,
                evaluations: Some(2000),
                threads: 1,
                seed: 1,
            },
            &AtomicBool::new(false),
            &|_, _| {},
        )
        .unwrap_or_else(|f| panic!("{}: {}", f.code, f.message));
        assert!(outcome.best.placements.len() > 3);
    }
}

#[test]
fn broken_streams_are_faults_with_a_code_or_layouts_never_a_panic() {
    let is_long = std::env::var("KERF_LONG").is_ok_and(|v| v == "1");
    let (reads, searches) = if is_long { (1_000_000, 5000) } else { (10_000, 150) };
    let sounds = [sheets(), strip()];
    let mut searched = 0;
    let mut read = 0;
    for seed in 0..reads {
        let mut rng = Rng::new(seed);
        let data = mutate(&sounds[seed as usize % sounds.len()], &mut rng);
        let mut decoded = None;
        let said = panics(|| decoded = Some(Problem::decode(&data)));
        assert!(said.is_none(), "reading, seed {seed}: {}", said.unwrap_or_default());
        match decoded {
            Some(Err(fault)) => assert!(fault.code.starts_with("NEST_"), "seed {seed}: {}", fault.code),
            Some(Ok(problem)) => {
                read += 1;
                if searched < searches && is_small(&problem) {
                    searched += 1;
                    let said = panics(|| search(problem));
                    assert!(said.is_none(), "searching, seed {seed}: {}", said.unwrap_or_default());
                }
            }
            None => unreachable!(),
        }
    }
    assert!(
        read > reads / 100,
        "{read} of {reads} read: the mutations break everything"
    );
    assert_eq!(searched, searches);
}
