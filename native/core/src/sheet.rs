//! Sheets made ready for searching: their hazards, and how far from each every place is.

use crate::cells::Cells;
use crate::field::{Area, Field};
use crate::geom::{Bbox, Pt, Seg};
use crate::kind::OUTLINE;
use crate::problem::{Fault, SheetSpec, fault};
use crate::region::{Region, Rings};
use crate::shades::Lab;
use std::sync::OnceLock;

/// Samples of grain are as near when their distances differ by no more than this part of the sheet's larger side, and than
/// so much: rounding is less. The judges allow 100 times that, so that they never know only another one as the nearest.
const AS_NEAR: f64 = 1e-9;
const AS_NEAR_MOST: f64 = 1e-5;

#[derive(Clone, Debug)]
pub struct Hazard {
    pub level: u64,
    pub gap: f64,
    pub region: Region,
    /// Forbidden is what lies outside of the region.
    pub inverse: bool,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub bbox: Bbox,
    pub hazards: Vec<Hazard>,
    pub levels: u64,
    pub area: f64,
    pub spec: SheetSpec,
    pub segs: Vec<(Seg, u32)>,
    pub cells: Cells,
    /// By what they forbid, each made when it is asked for first: of a large stock most sheets never are.
    grounds: Vec<(u64, OnceLock<Ground>)>,
    /// Ground of each `levels_id`.
    ground_of: Vec<usize>,
    /// Per colour of the problem that this sheet has: its level, and how far each place is from it.
    pub shades: Vec<Option<(u64, Field)>>,
}

/// How far each place is from what is forbidden, and nodes where something may lie, with their distance.
#[derive(Clone, Debug)]
struct Ground {
    field: Field,
    free: Vec<(Pt, f64)>,
}

impl Sheet {
    /// Of the same geometry with other terms.
    #[must_use]
    pub fn with_spec(&self, spec: &SheetSpec) -> Self {
        Self {
            spec: spec.clone(),
            ..self.clone()
        }
    }

    pub fn field(&self, levels_id: usize) -> &Field {
        &self.ground(levels_id).field
    }

    pub fn free_nodes(&self, levels_id: usize) -> &[(Pt, f64)] {
        &self.ground(levels_id).free
    }

    #[inline]
    fn ground(&self, levels_id: usize) -> &Ground {
        let (mask, ground) = &self.grounds[self.ground_of[levels_id]];
        ground.get_or_init(|| {
            let field = self.make_field(*mask);
            Ground {
                free: field.free_nodes(),
                field,
            }
        })
    }

    /// The grain at a point: that of the nearest sample, of equally near ones the first.
    pub fn grain_at(&self, x: f64, y: f64) -> Option<f64> {
        self.grains_at(x, y).next()
    }

    /// The grain of every sample that is nearest to a point: of equally near ones any may be meant.
    pub fn grains_at(&self, x: f64, y: f64) -> impl Iterator<Item = f64> {
        let equal = (AS_NEAR * self.bbox.larger_side()).min(AS_NEAR_MOST);
        self.grains_within(x, y, equal)
    }

    /// The grain of every sample that is farther from a point than the nearest one by no more than `more`.
    pub fn grains_within(&self, x: f64, y: f64, more: f64) -> impl Iterator<Item = f64> {
        let samples = self.spec.grain.iter();
        let away = move |s: &(f64, f64, f64)| (s.0 - x).hypot(s.1 - y);
        let least = samples.clone().map(away).fold(f64::INFINITY, f64::min);
        samples.filter(move |s| away(s) <= least + more).map(|s| s.2)
    }
}

/// Colours have the bits behind the qualities: no part of a piece asks for them by itself.
fn shade_hazards(spec: &SheetSpec, colours: &[Lab], from_bit: usize) -> Vec<Hazard> {
    let known = |(lab, r): &(Lab, Rings)| {
        let c = colours.iter().position(|l| l == lab)?;
        Some(Hazard {
            level: 1 << (from_bit + c),
            gap: 0.0,
            region: r.region(),
            inverse: false,
        })
    };
    spec.shades.iter().filter_map(known).collect()
}

/// What is made of a sheet of the problem.
pub fn make_sheet(
    spec: &SheetSpec,
    position: usize,
    qualities: &[u32],
    masks: &[u64],
    colours: &[Lab],
) -> Result<Sheet, Fault> {
    let bit = |q: u32| 1u64 << qualities.iter().position(|&p| p == q).unwrap_or(0);
    let outline = Rings {
        outline: spec.outline.clone(),
        holes: vec![],
    }
    .region();
    if outline.is_empty() {
        return Err(fault(
            "NEST_SHEET_WITHOUT_AREA",
            format!("sheet {position} has no area; give an outline that encloses some"),
        ));
    }
    let bbox = outline.bbox;
    let net = Rings {
        outline: spec.outline.clone(),
        holes: spec.holes.clone(),
    }
    .region();
    let mut hazards = vec![Hazard {
        level: OUTLINE,
        gap: spec.margin,
        region: outline,
        inverse: true,
    }];
    for h in &spec.holes {
        let region = Rings {
            outline: h.clone(),
            holes: vec![],
        }
        .region();
        hazards.push(Hazard {
            level: bit(0),
            gap: spec.margin,
            region,
            inverse: false,
        });
    }
    for (q, z) in &spec.zones {
        hazards.push(Hazard {
            level: bit(*q),
            gap: 0.0,
            region: z.region(),
            inverse: false,
        });
    }
    if let Some(base) = spec.base {
        if masks.iter().any(|m| m & bit(base) != 0) {
            hazards.push(Hazard {
                level: bit(base),
                gap: 0.0,
                region: rest(spec),
                inverse: false,
            });
        }
    }
    hazards.extend(shade_hazards(spec, colours, qualities.len()));
    hazards.retain(|h| !h.region.is_empty());
    let levels = hazards.iter().fold(0, |m, h| m | h.level);
    let segs: Vec<(Seg, u32)> = hazards
        .iter()
        .enumerate()
        .flat_map(|(k, h)| h.region.segs.iter().map(move |s| (*s, k as u32)))
        .collect();
    let mut out = Sheet {
        bbox,
        levels,
        area: net.area,
        spec: spec.clone(),
        cells: Cells::build(bbox, &segs),
        segs,
        hazards,
        grounds: Vec::new(),
        ground_of: Vec::new(),
        shades: Vec::new(),
    };
    let shade = |c: usize| 1u64 << (qualities.len() + c);
    let stated = |c: usize| (levels & shade(c) != 0).then(|| (shade(c), out.make_field(shade(c))));
    out.shades = (0..colours.len()).map(stated).collect();
    for mask in masks {
        let mask = mask & levels;
        let at = out.grounds.iter().position(|g| g.0 == mask).unwrap_or_else(|| {
            out.grounds.push((mask, OnceLock::new()));
            out.grounds.len() - 1
        });
        out.ground_of.push(at);
    }
    Ok(out)
}

impl Sheet {
    fn make_field(&self, mask: u64) -> Field {
        let mine = self.hazards.iter().filter(|h| h.level & mask != 0);
        let areas: Vec<Area> = mine
            .map(|h| Area {
                region: &h.region,
                is_outside: h.inverse,
                gap: h.gap,
            })
            .collect();
        Field::build(self.bbox, &areas)
    }
}

/// The sheet's base quality lies where neither zone nor hole is.
fn rest(spec: &SheetSpec) -> Region {
    let outline = Rings {
        outline: spec.outline.clone(),
        holes: spec.holes.clone(),
    };
    let inner = outline.prepared();
    let zones: Vec<_> = spec
        .zones
        .iter()
        .map(|(_, z)| (Bbox::of(z.outline.iter().copied()), z.prepared()))
        .collect();
    let rings = outline.all().chain(spec.zones.iter().flat_map(|(_, r)| r.all()));
    Region::from_rings(rings.map(Vec::as_slice), |p| {
        inner.has(p) && !zones.iter().any(|(b, z)| b.holds(p) && z.has(p))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::Budget;
    use crate::solve::{Run, search};
    use crate::world_tests::{piece, ring, sheet, squares};
    use std::sync::atomic::AtomicBool;
    use std::time::Instant;

    #[test]
    fn of_a_large_stock_only_what_is_looked_at_is_made_ready() {
        let stock: Vec<(f64, usize)> = (0..60).map(|k| (100.0 + f64::from(k), 1)).collect();
        let model = squares(&stock, 3, 30.0);
        let is_ready = |s: &&Sheet| s.grounds.iter().any(|g| g.1.get().is_some());
        assert_eq!(model.sheets.iter().filter(is_ready).count(), 0);
        let budget = Budget {
            seconds: None,
            evaluations: Some(20_000),
            threads: 2,
            seed: 1,
        };
        let run = Run {
            budget,
            begun: Instant::now(),
            replay: None,
        };
        let found = search(&model, run, &AtomicBool::new(false), &|_, _| {}).expect("a problem that can be solved");
        assert_eq!(found.best.placements.len(), 3);
        let ready = model.sheets.iter().filter(is_ready).count();
        assert!((1..20).contains(&ready), "{ready} of 60");
    }

    #[test]
    fn of_samples_that_are_equally_near_all_count_and_of_others_the_nearest() {
        let square = ring(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]);
        let mut spec = sheet(square.clone());
        spec.grain = vec![(20.0, 50.0, 10.0), (80.0, 50.0, 70.0), (80.0, 50.0, 40.0)];
        let model = crate::world_tests::model(0.0, vec![piece(square)], vec![spec]);
        let at = |x: f64| model.sheets[0].grains_at(x, 30.0).collect::<Vec<_>>();
        assert_eq!(at(50.0), [10.0, 70.0, 40.0]);
        assert_eq!(at(50.0 + 1e-12), [10.0, 70.0, 40.0]);
        assert_eq!(at(50.0 - 1e-5), [10.0]);
        assert_eq!(at(50.0 + 1e-5), [70.0, 40.0]);
        assert_eq!(model.sheets[0].grain_at(50.0, 30.0), Some(10.0));
    }
}
