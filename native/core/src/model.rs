//! The problem made ready for searching.

use crate::bound::Levels;
use crate::kind::{Kind, apart, make_kind};
use crate::problem::{Fault, KitSpec, Objective, Placement, Problem, SheetSpec, fault};
use crate::shades::{Shades, colours};
use crate::sheet::{Sheet, make_sheet};
use crate::spare::costs_nothing;
use crate::watch::Watch;
use std::sync::atomic::{AtomicUsize, Ordering};

const MOST_LEVELS: usize = 60;

pub struct Model {
    pub objective: Objective,
    pub kinds: Vec<Kind>,
    pub sheets: Vec<Sheet>,
    /// Of each sheet: it costs nothing while others do, and may be of use.
    pub costs_nothing: Vec<bool>,
    /// Areas that bounds and proofs are made of, once asked.
    pub(crate) levels: Levels,
    pub strip_height: f64,
    pub spacing: f64,
    /// The most that any two pieces must keep apart.
    pub most_spacing: f64,
    /// Whether grain differs from place to place, on one sheet or from one to the next: else a piece that is turned as it
    /// may be is so everywhere.
    pub grain_varies: bool,
    pub kits: Vec<KitSpec>,
    pub start: Vec<Placement>,
    /// Every quality that a sheet names, and 0, ascending: the bits of `levels`.
    pub qualities: Vec<u32>,
    /// Every set of levels that a part has, ascending: a part's `levels_id` is a place in it.
    masks: Vec<u64>,
    /// Kind of each ordered piece.
    pub items: Vec<usize>,
    /// Which other items each must share a sheet with.
    pub tied: Vec<Vec<u32>>,
    pub shades: Shades,
}

/// The other pieces of its kit, by item, for the kits that are asked for.
fn mates(items: &[usize], kinds: &[Kind], is_asked: impl Fn(usize) -> bool) -> Vec<Vec<u32>> {
    let mut groups: std::collections::BTreeMap<(usize, usize), Vec<u32>> = std::collections::BTreeMap::new();
    let mut seen = vec![0; kinds.len()];
    for (item, &k) in items.iter().enumerate() {
        let spec = &kinds[k].spec;
        if let Some(kit) = spec.kit.filter(|&c| is_asked(c) && spec.per_kit > 0) {
            groups
                .entry((kit, seen[k] / spec.per_kit))
                .or_default()
                .push(item as u32);
        }
        seen[k] += 1;
    }
    let mut out = vec![Vec::new(); items.len()];
    for group in groups.values() {
        for &item in group {
            out[item as usize] = group.iter().copied().filter(|&i| i != item).collect();
        }
    }
    out
}

fn grain_varies(sheets: &[SheetSpec]) -> bool {
    let is_unlike = |s: &SheetSpec| s.directed != sheets[0].directed || s.grain != sheets[0].grain;
    sheets.iter().any(|s| s.grain.len() > 1 || is_unlike(s))
}

/// Every sheet made ready, in order, by some threads; None when the watch was over meanwhile.
fn make_all<T: Send>(
    specs: &[SheetSpec],
    threads: usize,
    watch: Watch,
    make: &(impl Fn(usize, &SheetSpec) -> T + Sync),
) -> Option<Vec<T>> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut made = Vec::new();
        loop {
            let k = next.fetch_add(1, Ordering::Relaxed);
            if k >= specs.len() || watch.is_over() {
                return made;
            }
            made.push((k, make(k, &specs[k])));
        }
    };
    let mut made = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads.min(specs.len())).map(|_| scope.spawn(some)).collect();
        let mut made = some();
        for h in helpers {
            made.extend(h.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        made
    });
    made.sort_by_key(|m| m.0);
    (made.len() == specs.len()).then(|| made.into_iter().map(|m| m.1).collect())
}

impl Model {
    /// None when the watch was over meanwhile: detailed outlines and thousands of sheets take a while. What `old` has made
    /// ready already is taken from there.
    pub fn build(problem: Problem, threads: usize, watch: Watch, old: Option<&Self>) -> Result<Option<Self>, Fault> {
        let mut qualities: Vec<u32> = problem
            .sheets
            .iter()
            .flat_map(|s| s.zones.iter().map(|z| z.0).chain(s.base).chain([0]))
            .collect();
        qualities.sort_unstable();
        qualities.dedup();
        let colours = colours(&problem.sheets, &problem.kits);
        if qualities.len() + colours.len() > MOST_LEVELS {
            return Err(fault(
                "NEST_UNSUPPORTED_QUALITY_COUNT",
                format!(
                    "{} different qualities and {} shades on the sheets, {MOST_LEVELS} in all at most",
                    qualities.len(),
                    colours.len()
                ),
            ));
        }
        let mut kinds = Vec::with_capacity(problem.pieces.len());
        for (k, p) in problem.pieces.iter().enumerate() {
            if watch.is_over() {
                return Ok(None);
            }
            let known = old.filter(|o| o.qualities == qualities).and_then(|o| o.kinds.get(k));
            kinds.push(match known.filter(|o| o.spec.is_drawn_as(p)) {
                Some(o) => Kind {
                    spec: p.clone(),
                    ..o.clone()
                },
                None => make_kind(p, k, &qualities)?,
            });
        }
        let mut masks: Vec<u64> = kinds.iter().flat_map(|k| k.parts.iter().map(|p| p.levels)).collect();
        masks.sort_unstable();
        masks.dedup();
        for p in kinds.iter_mut().flat_map(|k| &mut k.parts) {
            p.levels_id = masks.iter().position(|&m| m == p.levels).unwrap_or(0);
        }
        let known = old.filter(|o| o.qualities == qualities && o.masks == masks && o.shades.colours == colours);
        let ready = |k: usize, s: &SheetSpec| {
            let drawn = known.and_then(|o| o.sheets.get(k)).filter(|o| o.spec.is_drawn_as(s));
            drawn.map_or_else(
                || make_sheet(s, k, &qualities, &masks, &colours),
                |o| Ok(o.with_spec(s)),
            )
        };
        let Some(sheets) = make_all(&problem.sheets, threads, watch, &ready) else {
            return Ok(None);
        };
        let sheets = sheets.into_iter().collect::<Result<Vec<_>, _>>()?;
        let items: Vec<usize> = kinds
            .iter()
            .enumerate()
            .flat_map(|(k, kind)| std::iter::repeat_n(k, kind.spec.quantity))
            .collect();
        let tied = mates(&items, &kinds, |k| problem.kits[k].one_sheet);
        let alike = mates(&items, &kinds, |k| problem.kits[k].delta_e.is_some());
        let kit_of = items.iter().map(|&k| kinds[k].spec.kit.unwrap_or(usize::MAX)).collect();
        let shades = Shades::new(colours, alike, kit_of, &problem.kits);
        let most_spacing = kinds.iter().map(|k| k.spec.spacing).fold(problem.spacing, f64::max);
        Ok(Some(Self {
            objective: problem.objective,
            costs_nothing: costs_nothing(&sheets, &kinds),
            levels: Levels::default(),
            kinds,
            sheets,
            strip_height: problem.strip_height,
            spacing: problem.spacing,
            most_spacing,
            grain_varies: grain_varies(&problem.sheets),
            kits: problem.kits,
            start: problem.start,
            qualities,
            masks,
            items,
            tied,
            shades,
        }))
    }

    pub fn gap(&self, a: usize, b: usize) -> f64 {
        apart(&self.kinds[a].spec, &self.kinds[b].spec, self.spacing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world_tests::{ring, sheet};
    use std::sync::atomic::AtomicBool;

    #[test]
    fn sheets_are_made_in_order_by_any_number_of_threads_and_none_once_stopped() {
        let one = sheet(ring(&[(0.0, 0.0), (9.0, 0.0), (0.0, 9.0)]));
        let specs: Vec<SheetSpec> = (0..7).map(|_| one.clone()).collect();
        let stop = AtomicBool::new(false);
        let watch = Watch::untimed(&stop);
        let position = |k: usize, _: &SheetSpec| k;
        for threads in [1, 3, 64] {
            assert_eq!(make_all(&specs, threads, watch, &position), Some((0..7).collect()));
        }
        let late = Watch {
            until: Some(std::time::Instant::now()),
            ..watch
        };
        assert_eq!(make_all(&specs, 2, late, &position), None);
        assert_eq!(make_all(&[], 2, watch, &position), Some(Vec::new()));
        let stopping = |k: usize, _: &SheetSpec| stop.fetch_or(k == 2, Ordering::Relaxed);
        assert_eq!(make_all(&specs, 1, watch, &stopping), None);
    }
}
