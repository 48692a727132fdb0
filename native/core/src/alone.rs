//! Of the kinds that were left out: which have no place even where nothing else lies.

use crate::hub::{Budget, Hub, Solution, Step};
use crate::line::Line;
use crate::model::Model;
use crate::search::Worker;
use crate::solve::{Layout, ground};
use crate::watch::Watch;
use crate::world::World;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

/// Work for the question below: about 0.2 s, or a fifth of a short search. What is not settled by then counts as fitting.
const ASKED: u64 = 200_000;
const ASKED_A_SECOND: f64 = 200_000.0;
const ASKED_LEAST: u64 = 10_000;
/// Sheets that no piece was tried on yet are made ready by it: that takes its time too, which counts where seconds do.
const ASKED_SECONDS: f64 = 0.4;

fn may_fit(model: &Model, kind: usize) -> bool {
    let kind = &model.kinds[kind];
    model.sheets.is_empty() || model.sheets.iter().any(|s| kind.may_fit(s) && kind.may_turn_on(s))
}

/// Of the kinds that were left out: does one piece find a place where nothing else lies?
pub(crate) fn fits_alone(model: &Model, best: &Layout, run: &Budget, stop: &AtomicBool) -> Vec<bool> {
    let mut placed = vec![0; model.kinds.len()];
    best.placements.iter().for_each(|p| placed[p.piece] += 1);
    let left_out: Vec<usize> = (0..model.kinds.len())
        .filter(|&k| placed[k] < model.kinds[k].spec.quantity)
        .collect();
    let mut fits = vec![true; model.kinds.len()];
    // Known without a search, however short that is.
    let (left_out, too_large): (Vec<usize>, Vec<usize>) = left_out.into_iter().partition(|&k| may_fit(model, k));
    for k in too_large {
        fits[k] = false;
    }
    let few = match (run.evaluations, run.seconds) {
        (Some(n), _) => n,
        (None, seconds) => (seconds.unwrap_or(1.0) * ASKED_A_SECOND) as u64,
    };
    let budget = Budget {
        seconds: None,
        evaluations: Some(few.clamp(ASKED_LEAST, ASKED)),
        threads: 1,
        seed: 1,
    };
    let silent = |_: &Solution, _: Step| {};
    let hub = Hub::new(budget, Instant::now(), stop, &silent);
    let (bays, _) = ground(model);
    let mut w = Worker::new(
        model,
        World::new(model, &bays, model.kinds.iter().map(|k| k.diameter).sum()),
        Line::new(&hub, 0),
    );
    let watch = Watch::timed(stop, Instant::now(), run.seconds.map(|_| ASKED_SECONDS));
    for kind in left_out {
        let Some(item) = model.items.iter().position(|&k| k == kind) else {
            continue;
        };
        let mut sheets = (0..bays.len())
            .filter(|&b| bays[b].1 == 0)
            .take_while(|_| !watch.is_over());
        let found = sheets.any(|bay| {
            w.open = (0..bays.len()).map(|b| b == bay).collect();
            w.flat_place(item, bay).is_some()
                || (0..3).any(|_| {
                    w.reset_guide();
                    let free = w.insert(item) && w.total_loss() == 0.0;
                    w.world.take(item);
                    free
                })
        });
        if w.over() || watch.is_over() {
            break;
        }
        fits[kind] = found;
    }
    fits
}
