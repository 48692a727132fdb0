//! The last word before a layout is reported: every pair and every hazard by edges alone, nothing incremental.

use crate::loss::Weights;
use crate::turned::Probe;
use crate::world::World;

/// A strip may be left by this part of its height above and below: pieces as high as the strip must fit. The judges
/// allow ten times that.
pub const STRIP_SLACK: f64 = 1e-8;

/// Pieces that collide, or lie where they may not. All of them when `is_stopped` says that nobody waits for the answer.
pub fn faults(world: &World, is_stopped: impl Fn() -> bool) -> Vec<usize> {
    let model = world.model;
    let mut fresh = World::new(
        model,
        &world.bays.iter().map(|b| (b.sheet, b.copy)).collect::<Vec<_>>(),
        world.width,
    );
    let ones = vec![1.0; model.items.len()];
    let mut probe = Probe::default();
    let mut out = Vec::new();
    for (item, p) in world.placed.iter().enumerate() {
        let Some(p) = p else { continue };
        if is_stopped() {
            return (0..world.placed.len()).collect();
        }
        let is_torn = fresh.bound_to(item).is_some_and(|b| b != p.bay);
        let sheet = model.sheets.get(world.bays[p.bay].sheet);
        let kind = &model.kinds[model.items[item]];
        let turned = kind.may_lie_so(sheet, &p.pose);
        let loss = fresh.loss(
            &mut probe,
            item,
            p.bay,
            &p.pose,
            &Weights {
                sheet: 1.0,
                pair: &ones,
            },
            f64::MIN_POSITIVE,
        );
        if is_torn || loss > 0.0 || !turned || (p.pose.mirrored && !kind.spec.mirror) {
            out.push(item);
        }
        fresh.put(item, p.bay, p.pose);
    }
    out
}
