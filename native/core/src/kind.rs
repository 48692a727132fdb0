//! Kinds of piece made ready for searching: their parts by quality, with their poles.

use crate::geom::{Pt, Seg, convex_hull, mitre, pt, ring_area};
use crate::poles::{Pole, poles};
use crate::pose::Pose;
use crate::problem::{Fault, PieceSpec, fault};
use crate::region::{Region, marks};
use crate::rotation::Turns;
use crate::runs::diameter;
use crate::sheet::Sheet;
use std::collections::HashMap;

/// The outline of the sheet as a hazard level of its own, which binds every piece.
pub const OUTLINE: u64 = 1 << 63;

/// The boundary of a piece is moved inwards by this part of its radius, that of its holes too: so a square fits into a
/// hole of its size and an L on an L, though touching counts as a collision. A tenth of what the judges allow.
const INSET: f64 = 1.5e-8;
/// Corners are moved at most so many insets: the tips of needles would move beyond the next corner.
const LONGEST_MITRE: f64 = 8.0;

/// The part of a piece that some levels are forbidden to; the first part of a kind is the whole piece.
#[derive(Clone, Debug)]
pub struct Part {
    pub segs: Vec<Seg>,
    pub marks: Vec<Pt>,
    pub hull: Vec<Pt>,
    pub poles: Vec<Pole>,
    /// Farthest point from the piece's centroid.
    pub radius: f64,
    pub area: f64,
    pub levels: u64,
    pub levels_id: usize,
}

#[derive(Clone, Debug)]
pub struct Kind {
    /// `parts[0]` is the whole piece, and the only one that other pieces must keep off.
    pub parts: Vec<Part>,
    /// Centroid in the piece's own coordinates; poses are of it.
    pub centroid: Pt,
    /// Hull of the true, unshrunk shape about the centroid.
    pub true_hull: Vec<Pt>,
    pub area: f64,
    pub hull_area: f64,
    /// Of the hull's area: pieces weigh by it in the loss.
    pub fourth_root: f64,
    pub diameter: f64,
    /// The shorter side of the box, unturned.
    pub narrow: f64,
    pub value: f64,
    pub spec: PieceSpec,
}

impl Kind {
    pub fn whole(&self) -> &Part {
        &self.parts[0]
    }

    /// Rotations allowed at a place of a sheet: the piece's own, narrowed by the grain.
    pub fn turns(&self, sheet: Option<&Sheet>, x: f64, y: f64, mirrored: bool) -> Turns {
        let Some(sheet) = sheet.filter(|s| self.has_grain_on(s)) else {
            return self.spec.turns.clone();
        };
        let along = |grain| self.along(sheet, grain, mirrored);
        if self.spec.centre_doubt > 0.0 {
            // Whichever of these is the nearest to where a judge finds the centre: it must do.
            let grains = sheet.grains_within(x, y, 2.0 * self.spec.centre_doubt);
            return grains.fold(self.spec.turns.clone(), |turns, grain| {
                turns.meet(&Turns::Some(along(grain).collect()))
            });
        }
        let by_grain = sheet.grains_at(x, y).flat_map(along).collect();
        self.spec.turns.meet(&Turns::Some(by_grain))
    }

    /// Rotations along a grain of a sheet, whatever else the piece asks; none where it states no grain.
    fn along(&self, sheet: &Sheet, grain: f64, mirrored: bool) -> impl Iterator<Item = (f64, f64)> {
        let opposite = if sheet.spec.directed { None } else { Some(180.0) };
        self.spec.grain.into_iter().flat_map(move |(angle, tolerance)| {
            let turn = grain - if mirrored { 180.0 - angle } else { angle };
            std::iter::once(0.0)
                .chain(opposite)
                .map(move |by| (turn + by, tolerance))
        })
    }

    /// Whether some grain of a sheet lets the piece be turned as it may.
    pub fn may_turn_on(&self, sheet: &Sheet) -> bool {
        let ways = if self.spec.mirror { &[false, true][..] } else { &[false] };
        let may = |grain, mirrored| {
            let by_grain = Turns::Some(self.along(sheet, grain, mirrored).collect());
            !self.spec.turns.meet(&by_grain).is_empty()
        };
        !self.has_grain_on(sheet) || sheet.spec.grain.iter().any(|s| ways.iter().any(|&m| may(s.2, m)))
    }

    /// Whether the piece may be turned as a pose has it, where it lies.
    pub fn may_lie_so(&self, sheet: Option<&Sheet>, pose: &Pose) -> bool {
        self.turns(sheet, pose.x, pose.y, pose.mirrored).allows(pose.rotation)
    }

    /// Whether grain binds this piece on a sheet.
    pub fn has_grain_on(&self, sheet: &Sheet) -> bool {
        self.spec.grain.is_some() && !sheet.spec.grain.is_empty()
    }
}

/// Distance two kinds must keep.
pub fn apart(a: &PieceSpec, b: &PieceSpec, spacing: f64) -> f64 {
    if a.common_line && b.common_line {
        0.0
    } else {
        spacing.max(a.spacing).max(b.spacing)
    }
}

/// Where the part of the piece lies that needs a quality higher than `quality`: the rule of docs/contracts.md, "Grades".
fn required_above(spec: &PieceSpec, quality: u32) -> Region {
    let shape = spec.shape.prepared();
    let zones: Vec<_> = spec.zones.iter().map(|(q, r)| (*q, r.prepared())).collect();
    let rings = spec.shape.all().chain(spec.zones.iter().flat_map(|(_, r)| r.all()));
    Region::from_rings(rings.map(Vec::as_slice), |p| {
        shape.has(p)
            && ((spec.base > quality && !zones.iter().any(|(q, z)| *q <= quality && z.has(p)))
                || zones.iter().any(|(q, z)| *q > quality && z.has(p)))
    })
}

/// The left-hand normals of the segment that ends and of the one that begins at a point, and how many meet there.
#[derive(Clone, Copy, Default)]
struct Corner {
    before: Option<Pt>,
    after: Option<Pt>,
    count: usize,
}

/// Boundary segments with the area on their left, all moved to the left by `by`; they stay joined where one ends and one
/// begins, and where more meet they stay.
fn inset(segs: &[Seg], by: f64) -> Vec<Seg> {
    let key = |p: Pt| (p.x.to_bits(), p.y.to_bits());
    let left = |s: &Seg| {
        let (dx, dy) = (s.b.x - s.a.x, s.b.y - s.a.y);
        let length = dx.hypot(dy);
        pt(-dy / length, dx / length)
    };
    let mut ends: HashMap<(u64, u64), Corner> = HashMap::with_capacity(segs.len());
    for s in segs {
        let end = ends.entry(key(s.b)).or_default();
        (end.before, end.count) = (Some(left(s)), end.count + 1);
        let begin = ends.entry(key(s.a)).or_default();
        (begin.after, begin.count) = (Some(left(s)), begin.count + 1);
    }
    let moved = |p: Pt| match ends.get(&key(p)) {
        Some(&Corner {
            before: Some(m),
            after: Some(n),
            count: 2,
        }) => {
            let by = mitre(m, n, by, LONGEST_MITRE);
            pt(p.x + by.x, p.y + by.y)
        }
        _ => p,
    };
    segs.iter()
        .map(|s| Seg {
            a: moved(s.a),
            b: moved(s.b),
        })
        .collect()
}

fn part(region: &Region, centroid: Pt, levels: u64, by: f64) -> Part {
    let local = |p: Pt| pt(p.x - centroid.x, p.y - centroid.y);
    let poles = poles(region)
        .into_iter()
        .map(|p| Pole {
            c: local(p.c),
            r: (p.r * (1.0 - 1e-9) - by).max(0.0),
        })
        .collect();
    let segs: Vec<Seg> = inset(&region.segs, by)
        .iter()
        .map(|s| Seg {
            a: local(s.a),
            b: local(s.b),
        })
        .collect();
    let hull = convex_hull(segs.iter().map(|s| s.a));
    let radius = hull.iter().map(|p| p.x.hypot(p.y)).fold(0.0, f64::max);
    Part {
        marks: marks(&segs),
        segs,
        hull,
        poles,
        radius,
        area: region.area,
        levels,
        levels_id: 0,
    }
}

/// What is made of a piece of the problem.
pub fn make_kind(spec: &PieceSpec, position: usize, qualities: &[u32]) -> Result<Kind, Fault> {
    let region = spec.shape.region();
    if region.is_empty() {
        return Err(fault(
            "NEST_PIECE_WITHOUT_AREA",
            format!("piece {position} has no area; give an outline that encloses some"),
        ));
    }
    let c = region.centroid;
    let farthest = region
        .segs
        .iter()
        .map(|s| (s.a.x - c.x).hypot(s.a.y - c.y))
        .fold(0.0, f64::max);
    let by = INSET * farthest;
    let mut whole_levels = OUTLINE;
    let mut extra: Vec<(f64, Part)> = Vec::new();
    for (bit, &q) in qualities.iter().enumerate() {
        let same = spec.base > q && spec.zones.iter().all(|z| z.0 > q);
        let none = spec.base <= q && spec.zones.iter().all(|z| z.0 <= q);
        if same {
            whole_levels |= 1 << bit;
        } else if !none {
            let r = required_above(spec, q);
            if r.is_empty() {
                continue;
            }
            // Neighbouring levels mostly ask for the same part.
            match extra
                .iter_mut()
                .find(|(a, p)| *a == r.area && p.segs.len() == r.segs.len())
            {
                Some((_, p)) => p.levels |= 1 << bit,
                None => extra.push((r.area, part(&r, c, 1 << bit, by))),
            }
        }
    }
    let mut parts = vec![part(&region, c, whole_levels, by)];
    parts.extend(extra.into_iter().map(|e| e.1));
    let true_hull = convex_hull(region.segs.iter().map(|s| pt(s.a.x - c.x, s.a.y - c.y)));
    Ok(Kind {
        parts,
        centroid: c,
        hull_area: ring_area(&true_hull),
        fourth_root: ring_area(&true_hull).sqrt().sqrt(),
        diameter: diameter(&true_hull),
        true_hull,
        area: region.area,
        narrow: region.bbox.width().min(region.bbox.height()),
        value: spec.value.unwrap_or(region.area / 100.0),
        spec: spec.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geom::{cross, inside, point_seg_sq};
    use crate::world_tests::{piece, ring};

    #[test]
    fn every_side_is_moved_inwards_by_as_much_round_holes_and_in_notches_too() {
        let mut spec = piece(ring(&[
            (0.0, 0.0),
            (90.0, 0.0),
            (90.0, 70.0),
            (60.0, 70.0),
            (50.0, 20.0),
            (40.0, 70.0),
            (0.0, 60.0),
        ]));
        spec.shape.holes = vec![ring(&[(5.0, 5.0), (20.0, 5.0), (12.0, 30.0)])];
        let region = spec.shape.region();
        let by = 1e-3;
        let moved = inset(&region.segs, by);
        assert_eq!(moved.len(), region.segs.len());
        for (was, is) in region.segs.iter().zip(&moved) {
            for t in [0.0, 0.3, 1.0] {
                let p = is.at(t);
                assert!(inside(&region.segs, p), "{p:?}");
                let near = region.segs.iter().map(|s| point_seg_sq(p, s));
                assert!(near.fold(f64::INFINITY, f64::min).sqrt() > by - 1e-9, "{p:?}");
                let off = cross(was.a, was.b, p) / was.length();
                assert!((off - by).abs() < 1e-9, "{off} from {was:?}");
            }
        }
        // They stay joined.
        for s in &moved {
            assert!(moved.iter().any(|o| o.a == s.b));
        }
    }

    #[test]
    fn the_tip_of_a_needle_stays_within_it() {
        let spec = piece(ring(&[(0.0, -1e-4), (100.0, 0.0), (0.0, 1e-4)]));
        let kind = make_kind(&spec, 0, &[]).expect("a needle has an area");
        let tip = kind
            .whole()
            .segs
            .iter()
            .map(|s| s.a.x + kind.centroid.x)
            .fold(0.0, f64::max);
        assert!(tip < 100.0 && tip > 99.99, "{tip}");
    }
}
