//! The gate of docs/decisions/0008: our collision queries against jagua-rs 1.1.0, same scene, same poses, one loop.
//! `cargo run --release -- problem.f64...` where a file holds the numbers of `encodeProblem` as little-endian doubles.
//! Ends with 1 where pieces more than `CLEAR` apart, or more than that deep in each other, are judged differently.

mod rival;
mod scene;

use kerf_nest::geom::{Seg, inside, point_seg_sq, seg_seg_sq};
use kerf_nest::loss::Weights;
use kerf_nest::pose::Pose;
use kerf_nest::turned::Probe;
use rival::Rival;
use scene::Scene;
use std::time::{Duration, Instant};

/// In the problem's units.
const CLEAR: f64 = 1e-2;
const POSES: usize = 4000;
/// The quickest counts: what else the machine did meanwhile is no property of an engine.
const ROUNDS: usize = 12;

fn main() {
    let mut wrong = 0;
    println!(
        "scene | pieces | poses | colliding | kerf bounded | jagua bounded | kerf all | jagua all | kerf take+put | jagua take+put | differ when clear"
    );
    for file in std::env::args().skip(1) {
        wrong += scene::with(&file, measure);
    }
    std::process::exit(i32::from(wrong > 0));
}

fn measure(scene: &mut Scene) -> usize {
    let mut rival = Rival::of(scene);
    let mut wrong = 0;
    for near in [false, true] {
        let poses = scene.poses(POSES, near);
        wrong += compare(scene, &mut rival, &poses, near);
    }
    wrong
}

/// Thousand queries a second.
fn rate(n: usize, t: Duration) -> String {
    format!("{:.0}k", n as f64 / t.as_secs_f64() / 1e3)
}

fn compare(scene: &mut Scene, rival: &mut Rival, poses: &[(usize, Pose)], near: bool) -> usize {
    let ones = vec![1.0; scene.world.model.items.len()];
    let weights = Weights {
        sheet: 1.0,
        pair: &ones,
    };
    let mut probe = Probe::default();
    let mut times = [Duration::MAX; 6];
    let mut wrong = 0;
    let mut colliding = 0;
    // In turn, round by round: what disturbs one disturbs the other.
    for round in 0..ROUNDS {
        let start = Instant::now();
        for (item, pose) in poses {
            let loss = scene
                .world
                .loss(&mut probe, *item, 0, pose, &weights, f64::MIN_POSITIVE);
            colliding += usize::from(round == 0 && loss > 0.0);
        }
        times[0] = times[0].min(start.elapsed());
        let start = Instant::now();
        for (item, pose) in poses {
            rival.collect(*item, pose, true, &mut Vec::new());
        }
        times[1] = times[1].min(start.elapsed());
        let start = Instant::now();
        for (item, pose) in poses {
            scene.world.loss(&mut probe, *item, 0, pose, &weights, f64::INFINITY);
        }
        times[2] = times[2].min(start.elapsed());
        let mut found = Vec::new();
        let start = Instant::now();
        for (item, pose) in poses {
            found.clear();
            rival.collect(*item, pose, false, &mut found);
        }
        times[3] = times[3].min(start.elapsed());
        let start = Instant::now();
        for (item, _) in &poses[..poses.len() / 4] {
            if let Some((bay, pose)) = scene.world.take(*item) {
                scene.world.put(*item, bay, pose);
            }
        }
        times[4] = times[4].min(start.elapsed());
        let start = Instant::now();
        for (item, _) in &poses[..poses.len() / 4] {
            rival.take_and_put(*item);
        }
        times[5] = times[5].min(start.elapsed());
    }
    for (item, pose) in poses {
        let mut ours = Vec::new();
        scene
            .world
            .collect(&mut probe, *item, 0, pose, &weights, f64::INFINITY, |other, _| {
                ours.extend(other.map(|o| o as usize));
            });
        let mut theirs = Vec::new();
        rival.collect(*item, pose, false, &mut theirs);
        for other in 0..scene.world.placed.len() {
            if ours.contains(&other) != theirs.contains(&other) && is_clear(scene, *item, pose, other) {
                wrong += 1;
                eprintln!(
                    "{}: item {item} at {pose:?} and item {other}: kerf {}, jagua {}",
                    scene.name,
                    ours.contains(&other),
                    theirs.contains(&other)
                );
            }
        }
    }
    let n = poses.len();
    println!(
        "{} {} | {} | {} | {:.0} % | {} | {} | {} | {} | {} | {} | {wrong}",
        scene.name,
        if near { "near" } else { "anywhere" },
        scene.world.placed.iter().flatten().count(),
        poses.len(),
        100.0 * colliding as f64 / poses.len() as f64,
        rate(n, times[0]),
        rate(n, times[1]),
        rate(n, times[2]),
        rate(n, times[3]),
        rate(n / 4, times[4]),
        rate(n / 4, times[5]),
    );
    wrong
}

/// Whether two pieces are more than `CLEAR` apart or more than that deep in each other: no excuse to differ.
fn is_clear(scene: &Scene, item: usize, pose: &Pose, other: usize) -> bool {
    let Some(placed) = &scene.world.placed[other] else {
        return true;
    };
    let edges = |item: usize, pose: &Pose| {
        let mut out: Vec<Seg> = Vec::new();
        pose.segs(scene.kind(item).whole(), &mut out);
        out
    };
    let (a, b) = (edges(item, pose), edges(other, &placed.pose));
    let deep = |a: &[Seg], b: &[Seg]| {
        a.iter()
            .any(|s| inside(b, s.a) && b.iter().all(|t| point_seg_sq(s.a, t) > CLEAR * CLEAR))
    };
    let gap = a
        .iter()
        .flat_map(|s| b.iter().map(|t| seg_seg_sq(s, t)))
        .fold(f64::INFINITY, f64::min);
    gap > CLEAR * CLEAR || deep(&a, &b) || deep(&b, &a)
}
