//! The collision queries alone, with counts: how many a second, in which layout.
//! `KERF_SCENES=FOLDER cargo bench --locked` where the folder holds files of encode.mjs.

// The gate prints names; here divan does.
#[allow(dead_code)]
#[path = "../src/scene.rs"]
mod scene;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use kerf_nest::loss::Weights;
use kerf_nest::turned::Probe;
use std::path::PathBuf;

const POSES: usize = 1000;

fn main() {
    divan::main();
}

fn scenes() -> Vec<String> {
    let folder = PathBuf::from(std::env::var("KERF_SCENES").expect("KERF_SCENES names a folder of .f64 files"));
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .expect("the folder of KERF_SCENES")
        .map(|entry| entry.expect("an entry").path().to_string_lossy().into_owned())
        .filter(|path| path.ends_with(".f64"))
        .collect();
    files.sort();
    files
}

/// Whether a pose collides: ends at the first overlap.
#[divan::bench(args = scenes(), sample_count = 20, sample_size = 1)]
fn any_near(bencher: Bencher, file: &str) {
    ask(bencher, file, true, f64::MIN_POSITIVE);
}

/// How much a pose overlaps, all of it, close to where pieces lie: what a descent asks.
#[divan::bench(args = scenes(), sample_count = 20, sample_size = 1)]
fn all_near(bencher: Bencher, file: &str) {
    ask(bencher, file, true, f64::INFINITY);
}

/// The same anywhere on the sheet: what a new place asks.
#[divan::bench(args = scenes(), sample_count = 20, sample_size = 1)]
fn all_anywhere(bencher: Bencher, file: &str) {
    ask(bencher, file, false, f64::INFINITY);
}

/// A piece taken out of the layout and put back.
#[divan::bench(args = scenes(), sample_count = 20, sample_size = 1)]
fn take_and_put(bencher: Bencher, file: &str) {
    scene::with(file, |scene| {
        let poses = scene.poses(POSES, true);
        bencher.counter(ItemsCount::new(poses.len())).bench_local(|| {
            for (item, _) in &poses {
                if let Some((bay, pose)) = scene.world.take(*item) {
                    scene.world.put(*item, bay, pose);
                }
            }
        });
        0
    });
}

fn ask(bencher: Bencher, file: &str, near: bool, enough: f64) {
    scene::with(file, |scene| {
        let poses = scene.poses(POSES, near);
        let ones = vec![1.0; scene.world.model.items.len()];
        let weights = Weights {
            sheet: 1.0,
            pair: &ones,
        };
        let mut probe = Probe::default();
        bencher.counter(ItemsCount::new(poses.len())).bench_local(|| {
            for (item, pose) in &poses {
                black_box(scene.world.loss(&mut probe, *item, 0, pose, &weights, enough));
            }
        });
        0
    });
}
