//! Kits of like shade: which colours of a sheet a piece lies over, and what its kit allows beside them.

use crate::circles::{TAIL, decayed};
use crate::geom::Bbox;
use crate::hits::Laid;
use crate::kind::Part;
use crate::pose::Pose;
use crate::problem::{KitSpec, SheetSpec};
use crate::sheet::Sheet;
use crate::turned::{Probe, Turned};
use crate::world::World;
use std::f64::consts::PI;

/// L*, a*, b*.
pub type Lab = [f64; 3];

const SAME_COLOUR: f64 = 1e-9;

/// What of a problem says which pieces must be of like shade. Empty where no kit asks for it.
#[derive(Clone, Debug, Default)]
pub struct Shades {
    /// Every colour that a sheet states; its place is its bit in all masks.
    pub colours: Vec<Lab>,
    /// Per item the others of its kit, where the kit asks for like shade.
    mates: Vec<Vec<u32>>,
    /// Per kit and colour: the colours that are too far from it.
    clashes: Vec<Vec<u64>>,
    /// Per item its kit.
    kit_of: Vec<usize>,
}

/// The different colours of all sheets, if any kit asks for like shade.
pub fn colours(sheets: &[SheetSpec], kits: &[KitSpec]) -> Vec<Lab> {
    let mut out: Vec<Lab> = Vec::new();
    if kits.iter().any(|k| k.delta_e.is_some()) {
        for (lab, _) in sheets.iter().flat_map(|s| &s.shades) {
            if !out.contains(lab) {
                out.push(*lab);
            }
        }
    }
    out
}

impl Shades {
    /// `mates`: the items of one kit, for the kits that ask for like shade.
    pub fn new(colours: Vec<Lab>, mates: Vec<Vec<u32>>, kit_of: Vec<usize>, kits: &[KitSpec]) -> Self {
        let too_far = |a: &Lab, limit: f64| {
            let far = colours
                .iter()
                .enumerate()
                .filter(|(_, b)| delta_e(a, b) > limit + SAME_COLOUR);
            far.fold(0, |mask, (c, _)| mask | 1 << c)
        };
        let clashes = kits.iter().map(|kit| {
            let of = |limit: f64| colours.iter().map(|a| too_far(a, limit)).collect();
            kit.delta_e.map_or_else(Vec::new, of)
        });
        Self {
            clashes: clashes.collect(),
            mates,
            kit_of,
            colours,
        }
    }

    /// Whether the shade under an item matters.
    pub fn bind(&self, item: usize) -> bool {
        self.clashes.get(self.kit_of[item]).is_some_and(|c| !c.is_empty())
    }

    /// Whether it matters for any.
    pub fn bind_any(&self) -> bool {
        self.clashes.iter().any(|c| !c.is_empty())
    }

    /// Per item the others of its kit, where the kit asks for like shade.
    pub fn mates(&self, item: usize) -> &[u32] {
        &self.mates[item]
    }

    /// The pairs of colours under one kit that are too far apart; 0 where it is of like shade.
    pub fn clash(&self, kit: usize, under: u64, beside: u64) -> u64 {
        let far = |c: &usize| self.clashes[kit][*c] & beside != 0;
        let on = (0..self.colours.len()).filter(|c| under >> c & 1 == 1);
        on.filter(far).fold(0, |mask, c| mask | 1 << c)
    }
}

/// A placed piece of a kit: which of its kinds, on which sheet (where that matters), over which colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Card {
    pub under: u64,
    pub sheet: Option<(usize, usize)>,
    pub slot: usize,
}

impl Shades {
    /// Whole kits of like shade among placed pieces; `each` says how many of each kind one takes. Dealt greedily, what
    /// lies over most colours first: in contrived cases more could be dealt, never less.
    pub fn whole(&self, kit: usize, mut cards: Vec<Card>, each: &[usize]) -> usize {
        let fits = |a: &Card, b: &Card| a.sheet == b.sheet && self.clash(kit, a.under, b.under) == 0;
        cards.sort_by_key(|c| (std::cmp::Reverse(c.under.count_ones()), *c));
        let mut whole = 0;
        while !cards.is_empty() {
            let first = cards.remove(0);
            let mut hand = vec![first];
            let mut missing = each.to_vec();
            missing[first.slot] -= 1;
            let mut taken = Vec::new();
            // Rather what is as the first is; what lies over no colour serves every kit and goes last.
            for same in [true, false] {
                for (k, card) in cards.iter().enumerate() {
                    let is_same = card.under == first.under;
                    if is_same == same && missing[card.slot] > 0 && hand.iter().all(|h| fits(h, card)) {
                        missing[card.slot] -= 1;
                        hand.push(*card);
                        taken.push(k);
                    }
                }
            }
            if missing.iter().all(|n| *n == 0) {
                whole += 1;
                taken.sort_unstable();
                taken.into_iter().rev().for_each(|k| {
                    cards.remove(k);
                });
            }
        }
        whole
    }
}

impl Sheet {
    /// Colours that a piece lies over: at least those that the judges see.
    pub fn shades_under(&self, whole: &Part, pose: &Pose, laid: &Laid) -> u64 {
        let mut out = 0;
        for (c, shade) in self.shades.iter().enumerate() {
            let Some((level, field)) = shade else { continue };
            if field.at(pose.x, pose.y) > whole.radius + field.slack {
                continue;
            }
            if self.hits(*level, field, laid) {
                out |= 1 << c;
            }
        }
        out
    }
}

impl World<'_> {
    /// Colours under the placed mates of an item.
    fn shades_beside(&self, item: usize) -> u64 {
        let mates = self.model.shades.mates[item].iter();
        let placed = mates.filter_map(|&m| self.placed[m as usize].as_ref());
        placed.fold(0, |mask, p| mask | p.shades)
    }

    /// How deep a piece lies in colours that its kit does not allow beside the others that it lies over.
    pub fn shade_loss(
        &self,
        probe: &mut Probe,
        turned: &mut Turned,
        item: usize,
        bay: usize,
        pose: &Pose,
        bbox: &Bbox,
    ) -> f64 {
        let model = self.model;
        let sheet = &model.sheets[self.bays[bay].sheet];
        let kind = &model.kinds[turned.kind];
        let laid = turned.lay(kind.whole(), pose, probe, bbox);
        let under = sheet.shades_under(kind.whole(), pose, &laid);
        if under == 0 {
            return 0.0;
        }
        let kit = model.shades.kit_of[item];
        let eps = TAIL * kind.diameter;
        let depth = |c: usize| {
            let Some((_, field)) = &sheet.shades[c] else { return 0.0 };
            let deep = kind.whole().poles.iter().map(|p| {
                let at = pose.apply(p.c);
                decayed(p.r - field.at(at.x, at.y), eps) * p.r
            });
            (PI * deep.sum::<f64>() + eps * eps).sqrt() * kind.fourth_root * kind.fourth_root
        };
        let on = |mask: u64| (0..model.shades.colours.len()).filter(move |c| mask >> c & 1 == 1);
        let foreign = model.shades.clash(kit, under, self.shades_beside(item));
        let total: f64 = on(foreign).map(depth).sum();
        // Of colours that clash under the piece itself all but the one that it lies on most are to be left.
        let own: Vec<f64> = on(model.shades.clash(kit, under, under)).map(depth).collect();
        total + own.iter().sum::<f64>() - own.iter().copied().fold(0.0, f64::max)
    }
}

/// Colour difference ΔE2000 (Sharma, Wu and Dalal 2005, doi 10.1002/col.20070).
fn delta_e(one: &Lab, two: &Lab) -> f64 {
    let seventh = |c: f64| (c.powi(7) / (c.powi(7) + 25f64.powi(7))).sqrt();
    let mean_chroma = f64::midpoint(one[1].hypot(one[2]), two[1].hypot(two[2]));
    let g = 0.5 * (1.0 - seventh(mean_chroma));
    let polar = |lab: &Lab| {
        let a = lab[1] * (1.0 + g);
        (lab[0], a.hypot(lab[2]), lab[2].atan2(a).to_degrees().rem_euclid(360.0))
    };
    let ((l1, c1, h1), (l2, c2, h2)) = (polar(one), polar(two));
    let grey = c1 * c2 == 0.0;
    let turn = if grey {
        0.0
    } else {
        (h2 - h1 + 180.0).rem_euclid(360.0) - 180.0
    };
    let hue = if grey { h1 + h2 } else { h1 + turn / 2.0 };
    let (light, chroma) = (f64::midpoint(l1, l2), f64::midpoint(c1, c2));
    let cos = |degrees: f64| degrees.to_radians().cos();
    let t = 1.0 - 0.17 * cos(hue - 30.0) + 0.24 * cos(2.0 * hue) + 0.32 * cos(3.0 * hue + 6.0)
        - 0.2 * cos(4.0 * hue - 63.0);
    let from_grey = (light - 50.0) * (light - 50.0);
    let dl = (l2 - l1) / (1.0 + 0.015 * from_grey / (20.0 + from_grey).sqrt());
    let dc = (c2 - c1) / (1.0 + 0.045 * chroma);
    let dh = 2.0 * (c1 * c2).sqrt() * (turn / 2.0).to_radians().sin() / (1.0 + 0.015 * chroma * t);
    let blue = ((hue.rem_euclid(360.0) - 275.0) / 25.0).powi(2);
    let twist = -2.0 * seventh(chroma) * (60.0 * (-blue).exp()).to_radians().sin();
    (dl * dl + dc * dc + dh * dh + twist * dc * dh).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_those_of_the_published_pairs() {
        let pairs = [
            ([50.0, 2.6772, -79.7751], [50.0, 0.0, -82.7485], 2.0425),
            ([50.0, -1.0, 2.0], [50.0, 0.0, 0.0], 2.3669),
            ([50.0, 2.49, -0.001], [50.0, -2.49, 0.0011], 7.2195),
            ([50.0, 2.5, 0.0], [73.0, 25.0, -18.0], 27.1492),
            ([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082),
        ];
        for (a, b, wanted) in pairs {
            assert!(
                (delta_e(&a, &b) - wanted).abs() < 5e-5,
                "{a:?} {b:?}: {}",
                delta_e(&a, &b)
            );
        }
    }
}
