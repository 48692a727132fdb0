//! The most that any layout can have, from areas: a part of a piece that needs a quality lies on leather of that quality,
//! and no two parts share any.

use crate::geom::{Bbox, Pt};
use crate::leather::ROUNDING;
use crate::model::Model;
use crate::problem::Objective;
use crate::region::{Region, Rings};
use crate::rows;
use crate::sheet::Sheet;
use std::sync::OnceLock;

/// Beyond so many points on all sheets only holes are taken off, not zones: the exact areas would take seconds.
const MOST_POINTS: usize = 20_000;
/// Levels that tell no quality: outlines, and leather without holes.
const PLAIN: usize = 2;

/// Area of each kind's part, and of one copy of each sheet, above one quality.
pub(crate) struct Level {
    pub pieces: Vec<f64>,
    sheets: Vec<f64>,
}

/// What a model's areas are, once asked: those that tell holes from leather only, and those by quality.
#[derive(Default)]
pub(crate) struct Levels {
    plain: OnceLock<Vec<Level>>,
    whole: OnceLock<Vec<Level>>,
}

/// What a bound is proved by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Net area.
    Area,
    /// Area of the leather that is good enough.
    Quality,
    /// Rows of a strip that do not count alike.
    Rows,
}

impl Proof {
    pub fn name(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Quality => "quality",
            Self::Rows => "rows",
        }
    }
}

/// No layout has a greater value.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    pub value: f64,
    pub by: Proof,
}

/// The least upper bound of the objective's value that can be proved, of equal ones the plainest. In a hurry it tells
/// holes from leather only.
pub fn bound(model: &Model, is_hurried: bool) -> Bound {
    if model.objective == Objective::Strip {
        let value = if is_hurried { 1.0 } else { rows::density(model) };
        let by = if value < 1.0 { Proof::Rows } else { Proof::Area };
        return Bound { value, by };
    }
    let of_level = |level: &Level| match model.objective {
        Objective::Sheets | Objective::Strip => sheets_bound(model, level),
        Objective::Value => {
            let worth = |k: usize| model.kinds[k].value * model.kinds[k].spec.quantity as f64;
            let area = |k: usize| level.pieces[k] * model.kinds[k].spec.quantity as f64;
            let lots = (0..model.kinds.len()).map(|k| (area(k), worth(k)));
            share(lots.collect(), stock(model, level))
        }
        Objective::Kits => {
            let ordered = model.kits.iter().map(|kit| kit.quantity).sum();
            let area = |c: usize| -> f64 {
                let of_kit = (0..model.kinds.len()).filter(|&k| model.kinds[k].spec.kit == Some(c));
                of_kit
                    .map(|k| level.pieces[k] * model.kinds[k].spec.per_kit as f64)
                    .sum()
            };
            let lots = model.kits.iter().enumerate();
            let lots = lots.map(|(c, kit)| (area(c) * kit.quantity as f64, kit.quantity as f64));
            whole(share(lots.collect(), stock(model, level)), ordered)
        }
    };
    let by = |level: usize| if level < PLAIN { Proof::Area } else { Proof::Quality };
    let levels = model.levels(is_hurried);
    let bounds = levels.iter().map(of_level).enumerate();
    bounds
        .map(|(k, value)| Bound { value, by: by(k) })
        .reduce(|a, b| if b.value < a.value { b } else { a })
        .unwrap_or(Bound {
            value: f64::INFINITY,
            by: Proof::Area,
        })
}

/// Half a kit counts for nothing.
fn whole(share: f64, ordered: usize) -> f64 {
    let ordered = ordered as f64;
    if ordered > 0.0 {
        ((share * ordered + ROUNDING * ordered).floor() / ordered).min(1.0)
    } else {
        share
    }
}

impl Model {
    pub(crate) fn levels(&self, is_hurried: bool) -> &[Level] {
        let Levels { plain, whole } = &self.levels;
        if is_hurried {
            plain.get_or_init(|| levels(self, true))
        } else {
            whole.get_or_init(|| levels(self, false))
        }
    }

    pub(crate) fn room_at(&self, level: &Level) -> f64 {
        stock(self, level)
    }
}

pub(crate) fn points(model: &Model) -> usize {
    model.sheets.iter().map(Sheet::points).sum()
}

fn levels(model: &Model, is_hurried: bool) -> Vec<Level> {
    let qualities = if is_hurried || points(model) > MOST_POINTS {
        &[]
    } else {
        model.qualities.as_slice()
    };
    // Nothing lies outside, and what needs any quality at all lies on no hole.
    let mut out = vec![
        Level {
            pieces: model.kinds.iter().map(|k| k.area).collect(),
            sheets: model.sheets.iter().map(|s| s.leather().gross).collect(),
        },
        Level {
            pieces: model.kinds.iter().map(|k| k.wants_above(0)).collect(),
            sheets: model.sheets.iter().map(|s| s.area).collect(),
        },
    ];
    for (bit, &quality) in qualities.iter().enumerate().filter(|(_, q)| **q > 0) {
        out.push(Level {
            pieces: model.kinds.iter().map(|k| k.wants_above(bit)).collect(),
            sheets: model.sheets.iter().map(|s| s.area_above(quality)).collect(),
        });
    }
    out
}

impl Sheet {
    fn points(&self) -> usize {
        let rings = |r: &Rings| r.all().map(Vec::len).sum::<usize>();
        let holes: usize = self.spec.holes.iter().map(Vec::len).sum();
        self.spec.outline.len() + holes + self.spec.zones.iter().map(|z| rings(&z.1)).sum::<usize>()
    }

    /// Area where nothing is of this quality or below.
    fn area_above(&self, quality: u32) -> f64 {
        let spec = &self.spec;
        let outline = Rings {
            outline: spec.outline.clone(),
            holes: spec.holes.clone(),
        };
        let inner = outline.prepared();
        let zones: Vec<_> = spec
            .zones
            .iter()
            .map(|(q, z)| (*q, Bbox::of(z.outline.iter().copied()), z.prepared()))
            .collect();
        let base_is_low = spec.base.is_some_and(|b| b <= quality);
        let rings = outline.all().chain(spec.zones.iter().flat_map(|(_, r)| r.all()));
        let has = |p: Pt| {
            let mut in_zone = zones
                .iter()
                .filter(|(_, b, z)| b.holds(p) && z.has(p))
                .map(|z| z.0)
                .peekable();
            inner.has(p)
                && if in_zone.peek().is_none() {
                    !base_is_low
                } else {
                    in_zone.all(|q| q > quality)
                }
        };
        Region::from_rings(rings.map(Vec::as_slice), has).area.max(0.0)
    }
}

fn stock(model: &Model, level: &Level) -> f64 {
    let whole = model.sheets.iter().zip(&level.sheets);
    whole.map(|(s, area)| s.spec.quantity as f64 * area).sum::<f64>() * (1.0 + ROUNDING)
}

/// Share of the worth when lots of (area, worth) are cut up freely, the best worth for its area first.
fn share(mut lots: Vec<(f64, f64)>, room: f64) -> f64 {
    let total: f64 = lots.iter().map(|l| l.1).sum();
    if total <= 0.0 {
        return 1.0;
    }
    // By worth for area, as a key of each lot alone: crosswise products call a lot without area or worth equal to every
    // other, and such an order is none.
    let density = |lot: &(f64, f64)| if lot.0 > 0.0 { lot.1 / lot.0 } else { f64::INFINITY };
    lots.sort_by(|a, b| density(b).total_cmp(&density(a)));
    let (mut left, mut worth) = (room, 0.0);
    for (area, value) in lots {
        let part = if area > 0.0 { (left / area).min(1.0) } else { 1.0 };
        worth += part * value;
        left -= part * area;
    }
    (worth / total).min(1.0)
}

/// The stock's cost left when the cheapest area that is enough is cut up freely; whole sheets where all cost the same.
fn sheets_bound(model: &Model, level: &Level) -> f64 {
    let quantity = |k: usize| model.kinds[k].spec.quantity as f64;
    let wanted: f64 = (0..model.kinds.len()).map(|k| quantity(k) * level.pieces[k]).sum();
    let room = stock(model, level);
    if wanted > room {
        // What cannot be placed counts by its whole area, which is at least what it wants here.
        let all: f64 = (0..model.kinds.len()).map(|k| quantity(k) * model.kinds[k].area).sum();
        let lots = (0..model.kinds.len()).map(|k| (quantity(k) * level.pieces[k], quantity(k) * model.kinds[k].area));
        return if all > 0.0 { share(lots.collect(), room) } else { 1.0 };
    }
    let cost = |k: usize| model.sheets[k].spec.cost;
    let total: f64 = model.sheets.iter().map(|s| s.spec.cost * s.spec.quantity as f64).sum();
    if total <= 0.0 {
        return 2.0;
    }
    let uniform = model.sheets.iter().all(|s| s.spec.cost == cost(0));
    let mut order: Vec<usize> = (0..model.sheets.len()).collect();
    let dear = |k: usize| {
        if level.sheets[k] > 0.0 {
            cost(k) / level.sheets[k]
        } else {
            f64::INFINITY
        }
    };
    order.sort_by(|&a, &b| dear(a).total_cmp(&dear(b)));
    let (mut missing, mut spent) = (wanted * (1.0 - ROUNDING), 0.0);
    for k in order {
        if missing <= 0.0 {
            break;
        }
        let needed = (missing / level.sheets[k].max(f64::MIN_POSITIVE)).min(model.sheets[k].spec.quantity as f64);
        let taken = if uniform { needed.ceil() } else { needed };
        spent += taken * cost(k);
        missing -= taken * level.sheets[k];
    }
    1.0 + ((total - spent) / total).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn lots_without_area_or_worth_are_put_in_order() {
        for count in 1..60 {
            let lot = |i: usize| match i % 4 {
                0 => (0.0, 0.0),
                1 => (0.0, 3.0),
                2 => (2.0, 0.0),
                _ => (1.0 + (i * 7 % 11) as f64, 1.0 + (i * 5 % 13) as f64),
            };
            let all = share((0..count).map(lot).collect(), 1e9);
            assert!((all - 1.0).abs() < 1e-12, "{count}: {all}");
            assert!(share((0..count).map(lot).collect(), 1.0) <= 1.0);
        }
    }

    #[test]
    fn the_worthiest_area_goes_first() {
        // 4 of 10 area: the lot of 3 worth a unit wholly, then half of the other.
        let lots = vec![(2.0, 2.0), (3.0, 9.0), (5.0, 1.0)];
        assert!((share(lots, 4.0) - (9.0 + 1.0) / 12.0).abs() < 1e-12);
    }
}
