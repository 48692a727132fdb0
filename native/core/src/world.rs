//! What lies where: sheets (or a strip) with placed pieces, and the overlap loss of a pose among them.

use crate::geom::{Bbox, Seg, inside, seg_seg_sq, segs_touch};
use crate::model::{Model, Part};
use crate::pose::Pose;
use std::f64::consts::PI;

/// One copy of a sheet of the problem, or the strip.
#[derive(Clone, Debug)]
pub struct Bay {
    /// Position of the sheet in the problem.
    pub sheet: usize,
    pub copy: usize,
    /// Items lying here, with their boxes beside them for the first sieve.
    pub items: Vec<u32>,
    boxes: Vec<Bbox>,
}

/// A placed piece with its geometry in the sheet's coordinates.
#[derive(Clone, Debug)]
pub struct Placed {
    pub bay: usize,
    pub pose: Pose,
    pub bbox: Bbox,
    poles: Vec<(f64, f64, f64)>,
    segs: Vec<Seg>,
    blocks: Vec<Bbox>,
    /// Position in the bay's list.
    slot: usize,
}

#[derive(Clone)]
pub struct World<'m> {
    pub model: &'m Model,
    pub bays: Vec<Bay>,
    pub placed: Vec<Option<Placed>>,
    /// Length of the strip; unused with sheets.
    pub width: f64,
}

/// Scratch of one worker, and its count of evaluations.
#[derive(Default)]
pub struct Probe {
    poles: Vec<(f64, f64, f64)>,
    segs: Vec<Seg>,
    blocks: Vec<Bbox>,
    part_segs: Vec<Seg>,
    maybe: Vec<(u32, f64)>,
    pub evaluations: u64,
}

/// Weights of one piece against the others and the sheet (guided local search).
pub struct Weights<'a> {
    pub sheet: f64,
    pub pair: &'a [f64],
}

/// Edges are looked at in runs of this many under one box.
const BLOCK: usize = 8;
/// The proxy turns from linear to a falling tail at this part of the larger diameter (sparrow's paper, 2025).
const TAIL: f64 = 0.01;

fn blocks(segs: &[Seg], out: &mut Vec<Bbox>) {
    out.clear();
    out.extend(segs.chunks(BLOCK).map(Bbox::of_segs));
}

/// Depth that stays positive and falls towards 0 for circles that do not meet: so that there is always a way downhill.
#[inline]
fn decayed(depth: f64, eps: f64) -> f64 {
    if depth >= eps {
        depth
    } else {
        eps * eps / (2.0 * eps - depth)
    }
}

fn edges_meet(a: &[Seg], a_blocks: &[Bbox], a_box: &Bbox, b: &Placed, gap: f64) -> bool {
    let near = b.bbox.grown(gap);
    let a_near = a_box.grown(gap);
    for (i, ab) in a_blocks.iter().enumerate() {
        if !ab.touches(&near) {
            continue;
        }
        let ab = ab.grown(gap);
        for (j, bb) in b.blocks.iter().enumerate() {
            if !bb.touches(&ab) || !bb.touches(&a_near) {
                continue;
            }
            let run = &b.segs[j * BLOCK..(j * BLOCK + BLOCK).min(b.segs.len())];
            for s in &a[i * BLOCK..(i * BLOCK + BLOCK).min(a.len())] {
                let sb = s.bbox().grown(gap);
                if !sb.touches(bb) {
                    continue;
                }
                let meets = if gap > 0.0 {
                    run.iter()
                        .any(|t| sb.touches(&t.bbox()) && seg_seg_sq(s, t) < gap * gap)
                } else {
                    run.iter().any(|t| segs_touch(s, t))
                };
                if meets {
                    return true;
                }
            }
        }
    }
    false
}

impl<'m> World<'m> {
    pub fn new(model: &'m Model, bays: &[(usize, usize)], width: f64) -> Self {
        let bays = bays
            .iter()
            .map(|&(sheet, copy)| Bay {
                sheet,
                copy,
                items: Vec::new(),
                boxes: Vec::new(),
            })
            .collect();
        Self {
            model,
            bays,
            placed: vec![None; model.items.len()],
            width,
        }
    }

    pub fn is_strip(&self) -> bool {
        self.model.sheets.is_empty()
    }

    pub fn put(&mut self, item: usize, bay: usize, pose: Pose) {
        debug_assert!(self.placed[item].is_none());
        let kind = &self.model.kinds[self.model.items[item]];
        let whole = kind.whole();
        let mut segs = Vec::new();
        pose.segs(whole, &mut segs);
        let mut b = Vec::new();
        blocks(&segs, &mut b);
        let bbox = pose.bbox(&whole.hull);
        let poles = whole
            .poles
            .iter()
            .map(|p| (pose.apply(p.c), p.r))
            .map(|(c, r)| (c.x, c.y, r))
            .collect();
        let slot = self.bays[bay].items.len();
        self.bays[bay].items.push(item as u32);
        self.bays[bay].boxes.push(bbox);
        self.placed[item] = Some(Placed {
            bay,
            pose,
            bbox,
            poles,
            segs,
            blocks: b,
            slot,
        });
    }

    pub fn take(&mut self, item: usize) -> Option<(usize, Pose)> {
        let p = self.placed[item].take()?;
        let bay = &mut self.bays[p.bay];
        bay.items.swap_remove(p.slot);
        bay.boxes.swap_remove(p.slot);
        if let Some(&moved) = bay.items.get(p.slot) {
            if let Some(m) = &mut self.placed[moved as usize] {
                m.slot = p.slot;
            }
        }
        Some((p.bay, p.pose))
    }

    /// Weighted overlap loss of a piece at a pose: 0 exactly when it is free. Stops early once `bound` is reached; the
    /// answer is then at least `bound`, or, for `f64::MIN_POSITIVE`, merely above 0.
    pub fn loss(
        &self,
        probe: &mut Probe,
        item: usize,
        bay: usize,
        pose: &Pose,
        weights: &Weights,
        bound: f64,
    ) -> f64 {
        self.collect(probe, item, bay, pose, weights, bound, |_, _| {})
    }

    /// As `loss`, and tells of each collision: Some(other piece) or None for the sheet, with the unweighted loss.
    #[allow(clippy::too_many_arguments)] // the inner loop: nothing to gain from a struct that is built 10^6 times a second
    pub fn collect(
        &self,
        probe: &mut Probe,
        item: usize,
        bay: usize,
        pose: &Pose,
        weights: &Weights,
        bound: f64,
        mut tell: impl FnMut(Option<u32>, f64),
    ) -> f64 {
        probe.evaluations += 1;
        let model = self.model;
        let kind_id = model.items[item];
        let kind = &model.kinds[kind_id];
        let whole = kind.whole();
        probe.poles.clear();
        probe.poles.extend(
            whole
                .poles
                .iter()
                .map(|p| (pose.apply(p.c), p.r))
                .map(|(c, r)| (c.x, c.y, r)),
        );
        let bbox = pose.bbox(&whole.hull);
        let mut segs_ready = false;
        let mut total = 0.0;

        let of_sheet = self.sheet_loss(
            probe,
            kind_id,
            bay,
            pose,
            &bbox,
            &mut segs_ready,
            total + 0.0 < bound,
        );
        if of_sheet > 0.0 {
            tell(None, of_sheet);
            total += weights.sheet * of_sheet;
            if total >= bound {
                return total;
            }
        }

        probe.maybe.clear();
        let b = &self.bays[bay];
        let reach = model.spacing.max(kind.spec.spacing);
        let sieve = bbox.grown(reach);
        let spaced = reach > 0.0;
        for (slot, ob) in b.boxes.iter().enumerate() {
            // A neighbour may ask for more room than this piece does.
            if !(sieve.touches(ob)
                || !spaced
                    && model.kinds[model.items[b.items[slot] as usize]]
                        .spec
                        .spacing
                        > 0.0)
            {
                continue;
            }
            let other = b.items[slot] as usize;
            if other == item {
                continue;
            }
            let Some(o) = &self.placed[other] else {
                continue;
            };
            let other_kind = model.items[other];
            let gap = model.gap(kind_id, other_kind);
            if !bbox.grown(gap).touches(ob) {
                continue;
            }
            let ok = &model.kinds[other_kind];
            let (dx, dy) = (o.pose.x - pose.x, o.pose.y - pose.y);
            let far = whole.radius + ok.whole().radius + gap;
            if dx * dx + dy * dy > far * far {
                continue;
            }
            let eps = TAIL * kind.diameter.max(ok.diameter);
            let (mut sum, mut deepest) = (0.0, f64::NEG_INFINITY);
            for &(ax, ay, ar) in &probe.poles {
                for &(bx, by, br) in &o.poles {
                    let depth =
                        ar + br + gap - ((ax - bx) * (ax - bx) + (ay - by) * (ay - by)).sqrt();
                    deepest = f64::max(deepest, depth);
                    sum += decayed(depth, eps) * ar.min(br);
                }
            }
            let loss =
                (PI * sum + eps * eps).sqrt() * (kind.hull_area * ok.hull_area).sqrt().sqrt();
            if deepest > 0.0 {
                tell(Some(other as u32), loss);
                total += weights.pair[other] * loss;
                if total >= bound {
                    return total;
                }
            } else {
                probe.maybe.push((other as u32, loss));
            }
        }
        for k in 0..probe.maybe.len() {
            let (other, loss) = probe.maybe[k];
            if self.collides(probe, kind_id, pose, &bbox, other as usize, &mut segs_ready) {
                tell(Some(other), loss);
                total += weights.pair[other as usize] * loss;
                if total >= bound {
                    return total;
                }
            }
        }
        total
    }

    fn ready(probe: &mut Probe, part: &Part, pose: &Pose, ready: &mut bool) {
        if !*ready {
            pose.segs(part, &mut probe.segs);
            blocks(&probe.segs, &mut probe.blocks);
            *ready = true;
        }
    }

    fn collides(
        &self,
        probe: &mut Probe,
        kind_id: usize,
        pose: &Pose,
        bbox: &Bbox,
        other: usize,
        ready: &mut bool,
    ) -> bool {
        let Some(o) = &self.placed[other] else {
            return false;
        };
        let whole = self.model.kinds[kind_id].whole();
        Self::ready(probe, whole, pose, ready);
        let other_kind = self.model.items[other];
        if edges_meet(
            &probe.segs,
            &probe.blocks,
            bbox,
            o,
            self.model.gap(kind_id, other_kind),
        ) {
            return true;
        }
        let within = |marks: &[crate::geom::Pt], p: &Pose, segs: &[Seg], b: &Bbox| {
            marks
                .iter()
                .map(|&m| p.apply(m))
                .any(|m| b.holds(m) && inside(segs, m))
        };
        (o.bbox.covers(bbox) && within(&whole.marks, pose, &o.segs, &o.bbox))
            || (bbox.covers(&o.bbox)
                && within(
                    &self.model.kinds[other_kind].whole().marks,
                    &o.pose,
                    &probe.segs,
                    bbox,
                ))
    }

    #[allow(clippy::too_many_arguments)] // as `collect`
    fn sheet_loss(
        &self,
        probe: &mut Probe,
        kind_id: usize,
        bay: usize,
        pose: &Pose,
        bbox: &Bbox,
        ready: &mut bool,
        _go: bool,
    ) -> f64 {
        let kind = &self.model.kinds[kind_id];
        let eps = TAIL * kind.diameter;
        let shape = kind.hull_area.sqrt();
        if self.is_strip() {
            let (w, h) = (self.width, self.model.strip_height);
            let slack = h * crate::verify::STRIP_SLACK;
            let over_x = (-bbox.x0).max(0.0) + (bbox.x1 - w).max(0.0);
            let over_y = (-bbox.y0 - slack).max(0.0) + (bbox.y1 - h - slack).max(0.0);
            if over_x + over_y <= 0.0 {
                return 0.0;
            }
            let sum: f64 = probe
                .poles
                .iter()
                .map(|&(x, y, r)| decayed(r - x.min(w - x).min(y).min(h - y), eps) * r)
                .sum::<f64>();
            return (PI * sum + (over_x + over_y) * kind.diameter * 0.5 + eps * eps).sqrt() * shape;
        }
        let sheet = &self.model.sheets[self.bays[bay].sheet];
        if kind.grain_varies(sheet)
            && !kind
                .turns(Some(sheet), pose.x, pose.y, pose.mirrored)
                .allows(pose.rotation)
        {
            return f64::MAX / 1e6;
        }
        let mut total = 0.0;
        for (k, part) in kind.parts.iter().enumerate() {
            let mask = part.levels & sheet.levels;
            if mask == 0 {
                continue;
            }
            let field = sheet.field(part.levels_id);
            if field.at(pose.x, pose.y) > part.radius + field.slack {
                continue;
            }
            let (mut sum, mut sure) = (0.0, false);
            let mut add = |x: f64, y: f64, r: f64| {
                let d = field.at(x, y);
                sure |= d + field.slack < r;
                sum += decayed(r - d, eps) * r;
            };
            if k == 0 {
                probe.poles.iter().for_each(|&(x, y, r)| add(x, y, r));
            } else {
                part.poles.iter().for_each(|p| {
                    let c = pose.apply(p.c);
                    add(c.x, c.y, p.r);
                });
            }
            if !sure {
                let hit = if k == 0 {
                    Self::ready(probe, part, pose, ready);
                    let marks: Vec<_> = part.marks.iter().map(|&m| pose.apply(m)).collect();
                    sheet.hits(mask, &probe.segs, &marks, bbox)
                } else {
                    pose.segs(part, &mut probe.part_segs);
                    let marks: Vec<_> = part.marks.iter().map(|&m| pose.apply(m)).collect();
                    sheet.hits(mask, &probe.part_segs, &marks, bbox)
                };
                if !hit {
                    continue;
                }
            }
            total += (PI * sum + eps * eps).sqrt() * shape;
        }
        total
    }

    /// Largest x that a placed piece reaches, by the true shapes.
    pub fn reached(&self) -> f64 {
        let reach = |p: &Placed, item: usize| {
            p.pose
                .bbox(&self.model.kinds[self.model.items[item]].true_hull)
                .x1
        };
        self.placed
            .iter()
            .enumerate()
            .filter_map(|(i, p)| p.as_ref().map(|p| reach(p, i)))
            .fold(0.0, f64::max)
    }
}
