//! The problem made ready for searching: piece kinds with their poles and parts by quality, sheets with their hazards.

use crate::field::{Field, Source};
use crate::geom::{Bbox, Pt, Seg, convex_hull, point_seg_sq, pt, ring_area};
use crate::poles::{Pole, poles};
use crate::problem::{Fault, KitSpec, Objective, PieceSpec, Placement, Problem, SheetSpec, fault};
use crate::region::{Region, Rings};
use crate::rotation::Turns;
use std::sync::atomic::{AtomicBool, Ordering};

/// The outline of the sheet as a hazard level of its own, which binds every piece.
const OUTLINE: u64 = 1 << 63;
const MOST_LEVELS: usize = 60;

/// All shapes are shrunk by this part of their size about their centroid: so four squares fit where four squares fit,
/// though touching counts as a collision. A tenth of what the judges allow.
const SHRINK: f64 = 1.5e-8;

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
    pub(crate) segs: Vec<(Seg, u32)>,
    pub(crate) cells: Cells,
    fields: Vec<Field>,
    /// Field of each `levels_id`.
    field_of: Vec<usize>,
    /// Per field: nodes where something may lie, with their distance.
    free: Vec<Vec<(Pt, f64)>>,
}

pub struct Model {
    pub objective: Objective,
    pub kinds: Vec<Kind>,
    pub sheets: Vec<Sheet>,
    pub strip_height: f64,
    pub spacing: f64,
    /// The most that any two pieces must keep apart.
    pub most_spacing: f64,
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
}

/// Segment numbers by cell of a uniform grid, one after the other.
#[derive(Clone, Debug)]
pub(crate) struct Cells {
    bbox: Bbox,
    n: usize,
    pub first: Vec<u32>,
    pub segs: Vec<u32>,
}

const GRID: usize = 64;

impl Cells {
    fn build(bbox: Bbox, segs: &[(Seg, u32)]) -> Self {
        let mut cells = Self {
            bbox,
            n: GRID,
            first: Vec::new(),
            segs: Vec::new(),
        };
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); GRID * GRID];
        for (k, (s, _)) in segs.iter().enumerate() {
            cells.walk(s, 0.0, |c| {
                lists[c].push(k as u32);
                false
            });
        }
        for l in &lists {
            cells.first.push(cells.segs.len() as u32);
            cells.segs.extend_from_slice(l);
        }
        cells.first.push(cells.segs.len() as u32);
        cells
    }

    fn column(&self, x: f64) -> usize {
        ((x - self.bbox.x0) / self.bbox.width() * self.n as f64).clamp(0.0, (self.n - 1) as f64) as usize
    }

    fn row(&self, y: f64) -> usize {
        ((y - self.bbox.y0) / self.bbox.height() * self.n as f64).clamp(0.0, (self.n - 1) as f64) as usize
    }

    /// Visits the cells within `reach` of a segment, row by row, until `visit` says true.
    pub fn walk(&self, s: &Seg, reach: f64, mut visit: impl FnMut(usize) -> bool) -> bool {
        let b = s.bbox().grown(reach);
        let (r0, r1) = (self.row(b.y0), self.row(b.y1));
        let (low, high) = if s.a.y <= s.b.y { (s.a, s.b) } else { (s.b, s.a) };
        for r in r0..=r1 {
            let (mut x0, mut x1) = (b.x0, b.x1);
            if r1 > r0 && high.y > low.y {
                let h = self.bbox.height() / self.n as f64;
                let (y0, y1) = (
                    self.bbox.y0 + r as f64 * h - reach,
                    self.bbox.y0 + (r + 1) as f64 * h + reach,
                );
                let at = |y: f64| low.x + (high.x - low.x) * ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
                // The first and last row also take what the clamping of `row` pushes into them.
                let (xa, xb) = (
                    at(if r == 0 { low.y } else { y0 }),
                    at(if r == self.n - 1 { high.y } else { y1 }),
                );
                x0 = x0.max(xa.min(xb) - reach - 1e-9 * self.bbox.width());
                x1 = x1.min(xa.max(xb) + reach + 1e-9 * self.bbox.width());
            }
            for c in self.column(x0)..=self.column(x1.max(x0)) {
                if visit(r * self.n + c) {
                    return true;
                }
            }
        }
        false
    }
}

impl Sheet {
    pub fn field(&self, levels_id: usize) -> &Field {
        &self.fields[self.field_of[levels_id]]
    }

    pub fn free_nodes(&self, levels_id: usize) -> &[(Pt, f64)] {
        &self.free[self.field_of[levels_id]]
    }

    /// The grain at a point: that of the nearest sample.
    pub fn grain_at(&self, x: f64, y: f64) -> Option<f64> {
        let away = |s: &&(f64, f64, f64)| (s.0 - x).hypot(s.1 - y);
        self.spec
            .grain
            .iter()
            .min_by(|a, b| away(a).total_cmp(&away(b)))
            .map(|s| s.2)
    }
}

impl Kind {
    pub fn whole(&self) -> &Part {
        &self.parts[0]
    }

    /// Rotations allowed at a place of a sheet: the piece's own, narrowed by the grain.
    pub fn turns(&self, sheet: Option<&Sheet>, x: f64, y: f64, mirrored: bool) -> Turns {
        let (Some((angle, tolerance)), Some(sheet)) = (self.spec.grain, sheet) else {
            return self.spec.turns.clone();
        };
        let Some(grain) = sheet.grain_at(x, y) else {
            return self.spec.turns.clone();
        };
        let turn = grain - if mirrored { 180.0 - angle } else { angle };
        let mut by_grain = vec![(turn, tolerance)];
        if !sheet.spec.directed {
            by_grain.push((turn + 180.0, tolerance));
        }
        self.spec.turns.meet(&Turns::Some(by_grain))
    }

    /// Whether grain binds this piece and differs from place to place.
    pub fn grain_varies(&self, sheet: &Sheet) -> bool {
        self.spec.grain.is_some() && sheet.spec.grain.len() > 1
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

fn part(region: &Region, centroid: Pt, levels: u64) -> Part {
    let local = |p: Pt| pt((p.x - centroid.x) * (1.0 - SHRINK), (p.y - centroid.y) * (1.0 - SHRINK));
    let poles = poles(region)
        .into_iter()
        .map(|p| Pole {
            c: local(p.c),
            r: p.r * (1.0 - 1e-9),
        })
        .collect();
    let segs: Vec<Seg> = region
        .segs
        .iter()
        .map(|s| Seg {
            a: local(s.a),
            b: local(s.b),
        })
        .collect();
    let hull = convex_hull(segs.iter().map(|s| s.a));
    let radius = hull.iter().map(|p| p.x.hypot(p.y)).fold(0.0, f64::max);
    Part {
        marks: region.marks.iter().map(|&p| local(p)).collect(),
        segs,
        hull,
        poles,
        radius,
        area: region.area,
        levels,
        levels_id: 0,
    }
}

fn kind(spec: &PieceSpec, position: usize, qualities: &[u32]) -> Result<Kind, Fault> {
    let region = spec.shape.region();
    if region.is_empty() {
        return Err(fault(
            "NEST_PIECE_WITHOUT_AREA",
            format!("piece {position} has no area; give an outline that encloses some"),
        ));
    }
    let c = region.centroid;
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
                None => extra.push((r.area, part(&r, c, 1 << bit))),
            }
        }
    }
    let mut parts = vec![part(&region, c, whole_levels)];
    parts.extend(extra.into_iter().map(|e| e.1));
    let true_hull = convex_hull(region.segs.iter().map(|s| pt(s.a.x - c.x, s.a.y - c.y)));
    let diameter = true_hull
        .iter()
        .flat_map(|p| true_hull.iter().map(move |q| (p.x - q.x).hypot(p.y - q.y)))
        .fold(0.0, f64::max);
    Ok(Kind {
        parts,
        centroid: c,
        hull_area: ring_area(&true_hull),
        fourth_root: ring_area(&true_hull).sqrt().sqrt(),
        true_hull,
        area: region.area,
        narrow: region.bbox.width().min(region.bbox.height()),
        diameter,
        value: spec.value.unwrap_or(region.area / 100.0),
        spec: spec.clone(),
    })
}

fn sheet(spec: &SheetSpec, position: usize, qualities: &[u32], masks: &[u64]) -> Result<Sheet, Fault> {
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
        fields: Vec::new(),
        field_of: Vec::new(),
        free: Vec::new(),
    };
    let mut made: Vec<u64> = Vec::new();
    for mask in masks {
        let mask = mask & levels;
        let at = made.iter().position(|&m| m == mask).unwrap_or_else(|| {
            made.push(mask);
            let field = out.make_field(mask);
            out.free.push(field.free_nodes());
            out.fields.push(field);
            made.len() - 1
        });
        out.field_of.push(at);
    }
    Ok(out)
}

impl Sheet {
    fn make_field(&self, mask: u64) -> Field {
        let mine = || self.hazards.iter().filter(|h| h.level & mask != 0);
        let source = Source {
            segs: mine().flat_map(|h| h.region.segs.iter().map(|s| (s, h.gap))).collect(),
            areas: mine().map(|h| (h.region.segs.as_slice(), h.inverse)).collect(),
        };
        Field::build(self.bbox, &source)
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

/// The pieces of each kit that must come from one sheet, by item.
fn tied(items: &[usize], kinds: &[Kind], kits: &[KitSpec]) -> Vec<Vec<u32>> {
    let mut groups: std::collections::BTreeMap<(usize, usize), Vec<u32>> = std::collections::BTreeMap::new();
    let mut seen = vec![0; kinds.len()];
    for (item, &k) in items.iter().enumerate() {
        let spec = &kinds[k].spec;
        if let Some(kit) = spec.kit.filter(|&c| kits[c].one_sheet && spec.per_kit > 0) {
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

impl Model {
    /// None when `stop` was set meanwhile: detailed outlines take a while. What `old` has made ready already is taken
    /// from there.
    pub fn build(problem: Problem, stop: &AtomicBool, old: Option<&Self>) -> Result<Option<Self>, Fault> {
        let mut qualities: Vec<u32> = problem
            .sheets
            .iter()
            .flat_map(|s| s.zones.iter().map(|z| z.0).chain(s.base).chain([0]))
            .collect();
        qualities.sort_unstable();
        qualities.dedup();
        if qualities.len() > MOST_LEVELS {
            return Err(fault(
                "NEST_UNSUPPORTED_QUALITY_COUNT",
                format!(
                    "{} different qualities on the sheets, {MOST_LEVELS} at most",
                    qualities.len()
                ),
            ));
        }
        let mut kinds = Vec::with_capacity(problem.pieces.len());
        for (k, p) in problem.pieces.iter().enumerate() {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let known = old.filter(|o| o.qualities == qualities).and_then(|o| o.kinds.get(k));
            kinds.push(match known.filter(|o| o.spec.is_drawn_as(p)) {
                Some(o) => Kind {
                    spec: p.clone(),
                    ..o.clone()
                },
                None => kind(p, k, &qualities)?,
            });
        }
        let mut masks: Vec<u64> = kinds.iter().flat_map(|k| k.parts.iter().map(|p| p.levels)).collect();
        masks.sort_unstable();
        masks.dedup();
        for p in kinds.iter_mut().flat_map(|k| &mut k.parts) {
            p.levels_id = masks.iter().position(|&m| m == p.levels).unwrap_or(0);
        }
        let mut sheets = Vec::with_capacity(problem.sheets.len());
        for (k, s) in problem.sheets.iter().enumerate() {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            let known = old.filter(|o| o.qualities == qualities && o.masks == masks);
            sheets.push(
                match known.and_then(|o| o.sheets.get(k)).filter(|o| o.spec.is_drawn_as(s)) {
                    Some(o) => Sheet {
                        spec: s.clone(),
                        ..o.clone()
                    },
                    None => sheet(s, k, &qualities, &masks)?,
                },
            );
        }
        let items: Vec<usize> = kinds
            .iter()
            .enumerate()
            .flat_map(|(k, kind)| std::iter::repeat_n(k, kind.spec.quantity))
            .collect();
        let tied = tied(&items, &kinds, &problem.kits);
        let most_spacing = kinds.iter().map(|k| k.spec.spacing).fold(problem.spacing, f64::max);
        Ok(Some(Self {
            objective: problem.objective,
            kinds,
            sheets,
            strip_height: problem.strip_height,
            spacing: problem.spacing,
            most_spacing,
            kits: problem.kits,
            start: problem.start,
            qualities,
            masks,
            items,
            tied,
        }))
    }

    pub fn gap(&self, a: usize, b: usize) -> f64 {
        apart(&self.kinds[a].spec, &self.kinds[b].spec, self.spacing)
    }
}

/// Distance of a point from the boundary of a region; for tests and the final check.
pub fn boundary_distance(segs: &[Seg], p: Pt) -> f64 {
    segs.iter()
        .map(|s| point_seg_sq(p, s))
        .fold(f64::INFINITY, f64::min)
        .sqrt()
}
