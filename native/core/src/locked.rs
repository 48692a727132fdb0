//! What lies before the search begins: locked pieces, then what is still allowed of a given start.

use crate::pose::Pose;
use crate::problem::{Fault, Placement, fault};
use crate::search::Worker;

/// Tries of places for locked pieces, where kits are of like shade, after which the locks are refused. Ways of dealing
/// grow as factorials do; neither clock nor stop ends them, but so many tries take tenths of a second. With fewer,
/// locks that only a late deal allows would be refused; with more, wrong ones would be refused later.
const MOST_TRIES: usize = 20_000;

/// Two placements of a kind are one where they are closer than this part of its diameter: between a lock and the layout
/// that was made with it lies rounding alone, and two copies cannot lie so close. Much smaller, the copy started from
/// would be tried, and refused because the locked one lies there: an evaluation more, and so other bytes.
const SAME_PLACE: f64 = 1e-9;

/// Puts locked pieces in place, then whatever of the given start is still allowed.
pub(crate) fn lay_given(w: &mut Worker) -> Result<(), Fault> {
    let model = w.model;
    let locks: Vec<Placement> = (model.sheets.iter().enumerate())
        .flat_map(|(sheet, s)| s.spec.locked.iter().map(move |l| Placement { sheet, ..*l }))
        .collect();
    let (mut tries, mut laid) = (0, 0);
    if !lay_locked(w, &locks, 0, &mut tries, &mut laid) {
        let l = &locks[laid];
        return Err(fault(
            "NEST_LOCKED_PIECE_INVALID",
            format!(
                "piece {} locked on sheet {} at {}, {} breaks a rule (outside, on a hole or zone, on another piece, rotation, quantity, sheet or shade of its kit); move or remove it",
                l.piece, l.sheet, l.x, l.y
            ),
        ));
    }
    for p in &model.start {
        if !w
            .world
            .placed
            .iter()
            .enumerate()
            .any(|(i, q)| q.as_ref().is_some_and(|q| is_same(w, i, q.bay, &q.pose, p)))
        {
            lay(w, p);
        }
    }
    Ok(())
}

/// A locked piece is mostly part of the layout that is started from: it is not laid twice.
fn is_same(w: &Worker, item: usize, bay: usize, pose: &Pose, p: &Placement) -> bool {
    let b = &w.world.bays[bay];
    let q = Pose::of(w.kind(item), p);
    w.model.items[item] == p.piece
        && (w.world.is_strip() || (b.sheet == p.sheet && b.copy == p.copy))
        && pose.mirrored == q.mirrored
        && (pose.x - q.x).hypot(pose.y - q.y) < SAME_PLACE * w.kind(item).diameter
}

/// Where a placement is to lie, and which items of its kind may.
struct Spot {
    bay: usize,
    pose: Pose,
    items: Vec<usize>,
}

fn spot(w: &Worker, p: &Placement) -> Option<Spot> {
    let bay = if w.world.is_strip() {
        0
    } else {
        w.world
            .bays
            .iter()
            .position(|b| b.sheet == p.sheet && b.copy == p.copy)?
    };
    let may = |i: usize| w.world.bound_to(i).is_none_or(|b| b == bay);
    let free = |i: &usize| w.model.items[*i] == p.piece && w.world.placed[*i].is_none() && may(*i);
    // Rather to complete what lies there already.
    let bound = |i: &usize| free(i) && w.world.bound_to(*i).is_some();
    let items = 0..w.model.items.len();
    let first = items.clone().find(bound).or_else(|| items.clone().find(free))?;
    let kind = w.kind(first);
    let pose = Pose::of(kind, p);
    let turned = kind.may_lie_so(w.model.sheets.get(p.sheet), &pose);
    // Of a kit of like shade another piece of the same kind may be allowed where this one is not.
    let others = items.filter(|i| w.model.shades.bind(first) && *i != first && free(i));
    (turned && (!pose.mirrored || kind.spec.mirror)).then(|| Spot {
        bay,
        pose,
        items: std::iter::once(first).chain(others).collect(),
    })
}

fn lay(w: &mut Worker, p: &Placement) -> bool {
    let Some(Spot { bay, pose, items }) = spot(w, p) else {
        return false;
    };
    let Some(item) = items.into_iter().find(|&i| w.is_free(i, bay, &pose)) else {
        return false;
    };
    w.world.put(item, bay, pose);
    w.pinned[item] = true;
    true
}

/// Lays all from `at` on, dealing them anew to kits where the first deal leaves one without. `laid`: how many lay at most.
fn lay_locked(w: &mut Worker, locks: &[Placement], at: usize, tries: &mut usize, laid: &mut usize) -> bool {
    *laid = at.max(*laid);
    let Some(lock) = locks.get(at) else {
        return true;
    };
    // Where no shade binds there is one way only, however many they are.
    if !w.model.shades.bind_any() {
        return locks[at..].iter().all(|lock| {
            let is_laid = lay(w, lock);
            *laid += usize::from(is_laid);
            is_laid
        });
    }
    let Some(Spot { bay, pose, items }) = spot(w, lock) else {
        return false;
    };
    for item in items {
        *tries += 1;
        if *tries > MOST_TRIES {
            return false;
        }
        if !w.is_free(item, bay, &pose) {
            continue;
        }
        w.world.put(item, bay, pose);
        w.pinned[item] = true;
        if lay_locked(w, locks, at + 1, tries, laid) {
            return true;
        }
        w.world.take(item);
        w.pinned[item] = false;
    }
    false
}
