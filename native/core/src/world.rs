//! What lies where: sheets (or a strip) with placed pieces, and the overlap loss of a pose among them.

use crate::field::Field;
use crate::geom::{Bbox, Pt, Seg, inside, pt, seg_seg_sq, segs_touch};
use crate::hits::Laid;
use crate::model::{Model, Part};
use crate::poles::MOST;
use crate::pose::Pose;
use crate::sieve::Sieve;
use std::f64::consts::{PI, SQRT_2};

/// One copy of a sheet of the problem, or the strip.
#[derive(Clone, Debug)]
pub struct Bay {
    /// Position of the sheet in the problem.
    pub sheet: usize,
    pub copy: usize,
    /// Items lying here, with their boxes beside them for the first sieve.
    pub items: Vec<u32>,
    boxes: Sieve,
}

/// A placed piece with its geometry in the sheet's coordinates.
#[derive(Clone, Debug)]
pub struct Placed {
    pub bay: usize,
    pub pose: Pose,
    pub bbox: Bbox,
    diagonal: Bbox,
    poles: Poles,
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

/// Poles about the piece's centroid in single precision, side by side for the vector unit. Unused places have radius 0
/// far away: they add nothing.
#[derive(Clone, Debug)]
struct Poles {
    x: [f32; MOST],
    y: [f32; MOST],
    r: [f32; MOST],
    used: usize,
    /// All circles lie in this box: x0, y0, x1, y1.
    reach: [f32; 4],
}

impl Poles {
    fn of(part: &Part, pose: &Pose) -> Self {
        let mut out = Self {
            x: [1e15; MOST],
            y: [1e15; MOST],
            r: [0.0; MOST],
            used: part.poles.len(),
            reach: [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY],
        };
        for (k, p) in part.poles.iter().enumerate() {
            let c = pose.turn(p.c);
            let (x, y, r) = (c.x as f32, c.y as f32, p.r as f32);
            (out.x[k], out.y[k], out.r[k]) = (x, y, r);
            let [x0, y0, x1, y1] = out.reach;
            out.reach = [x0.min(x - r), y0.min(y - r), x1.max(x + r), y1.max(y + r)];
        }
        out
    }

    /// Whether a point is farther than `by` from the box of all circles.
    #[inline]
    fn is_far(&self, x: f32, y: f32, by: f32) -> bool {
        let [x0, y0, x1, y1] = self.reach;
        x + by < x0 || x - by > x1 || y + by < y0 || y - by > y1
    }

    /// Whether two circles surely overlap; `dx`, `dy` from this piece to the other.
    #[inline]
    fn overlap(&self, o: &Self, dx: f32, dy: f32, gap: f32) -> bool {
        let lanes = o.used.next_multiple_of(LANES).min(MOST);
        let (x, y, r) = (&o.x[..lanes], &o.y[..lanes], &o.r[..lanes]);
        for a in 0..self.used {
            let (ax, ay, ar) = (self.x[a] - dx, self.y[a] - dy, (self.r[a] + gap) * SURE);
            if o.is_far(ax, ay, ar) {
                continue;
            }
            let mut hits = 0u32;
            for ((x, y), r) in x.iter().zip(y).zip(r) {
                let (ex, ey, reach) = (ax - x, ay - y, ar + r * SURE);
                hits |= u32::from(ex * ex + ey * ey < reach * reach);
            }
            if hits != 0 {
                return true;
            }
        }
        false
    }

    /// Sum over all pairs of circles of decayed depth times the smaller radius; or, early, some sum beyond `enough`.
    /// Written so that the compiler keeps four lanes busy: comparisons instead of `min`, whose rule for NaN costs.
    #[inline]
    fn proxy(&self, o: &Self, dx: f32, dy: f32, gap: f32, eps: f32, enough: f32) -> f32 {
        let lanes = o.used.next_multiple_of(LANES).min(MOST);
        let (x, y, r) = (&o.x[..lanes], &o.y[..lanes], &o.r[..lanes]);
        let (tail_top, tail_base) = (eps * eps, 2.0 * eps);
        let mut total = 0.0;
        let mut terms = [0.0f32; MOST];
        for a in 0..self.used {
            let (ax, ay, ar) = (self.x[a] - dx, self.y[a] - dy, self.r[a]);
            let reach = ar + gap;
            // Far from the other piece its largest circles stand for all: what the small ones add is next to nothing.
            let lanes = if o.is_far(ax, ay, reach + tail_base) {
                LANES
            } else {
                lanes
            };
            let (x, y, r) = (&x[..lanes], &y[..lanes], &r[..lanes]);
            for (((term, x), y), r) in terms.iter_mut().zip(x).zip(y).zip(r) {
                let (ex, ey) = (ax - x, ay - y);
                let depth = reach + r - (ex * ex + ey * ey).sqrt();
                let shallow = if depth < eps { depth } else { eps };
                let smaller = if ar < *r { ar } else { *r };
                // Beyond the tail's end it is the depth itself: tail(eps) = eps.
                *term = (tail_top / (tail_base - shallow) + (depth - shallow)) * smaller;
            }
            let quads = terms[..lanes].chunks_exact(LANES);
            total += quads.map(|q| (q[0] + q[1]) + (q[2] + q[3])).sum::<f32>();
            if total > enough {
                break;
            }
        }
        total
    }
}

/// A whole piece turned, about its centroid: kept, because most poses that are asked about differ by a shift only.
struct Turned {
    kind: usize,
    rotation: u64,
    mirrored: bool,
    poles: Poles,
    bbox: Bbox,
    diagonal: Bbox,
    /// Filled when first needed.
    segs: Vec<Seg>,
    blocks: Vec<Bbox>,
}

/// Scratch of one worker, and its count of evaluations.
#[derive(Default)]
pub struct Probe {
    turned: Vec<Option<Box<Turned>>>,
    segs: Vec<Seg>,
    marks: Vec<Pt>,
    maybe: Vec<u32>,
    near: Vec<u32>,
    touching: Vec<u32>,
    flags: Vec<u8>,
    pub evaluations: u64,
}

/// Places of the cache of turned pieces.
const TURNS_KEPT: u64 = 1024;
const LANES: usize = 4;
/// Single precision is off by 1e-7 of a radius: overlaps this clear are overlaps.
const SURE: f32 = 1.0 - 1e-5;

impl Turned {
    fn fill(&mut self, part: &Part, pose: &Pose) {
        if self.segs.is_empty() {
            self.segs.extend(part.segs.iter().map(|s| Seg {
                a: pose.turn(s.a),
                b: pose.turn(s.b),
            }));
            blocks(&self.segs, &mut self.blocks);
        }
    }
}

/// Weights of one piece against the others and the sheet (guided local search).
pub struct Weights<'a> {
    pub sheet: f64,
    pub pair: &'a [f64],
}

/// Edges are looked at in runs of this many under one box.
pub(crate) const BLOCK: usize = 8;
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

#[inline]
fn shifted(b: &Bbox, x: f64, y: f64) -> Bbox {
    Bbox {
        x0: b.x0 + x,
        y0: b.y0 + y,
        x1: b.x1 + x,
        y1: b.y1 + y,
    }
}

#[inline]
pub(crate) fn shifted_seg(s: &Seg, x: f64, y: f64) -> Seg {
    Seg {
        a: pt(s.a.x + x, s.a.y + y),
        b: pt(s.b.x + x, s.b.y + y),
    }
}

/// Whether an edge of `t`, shifted by (x, y), meets one of `b` or comes nearer than `gap`. `near` is scratch.
fn edges_meet(t: &Turned, x: f64, y: f64, t_box: &Bbox, b: &Placed, gap: f64, near: &mut Vec<u32>) -> bool {
    // Only what lies where both boxes are can meet: mostly a small corner of each.
    let t_near = t_box.grown(gap);
    near.clear();
    near.extend(
        (0u32..)
            .zip(&b.blocks)
            .filter(|(_, bb)| bb.touches(&t_near))
            .map(|(j, _)| j),
    );
    if near.is_empty() {
        return false;
    }
    let b_near = shifted(&b.bbox.grown(gap), -x, -y);
    for (i, tb) in t.blocks.iter().enumerate() {
        if !tb.touches(&b_near) {
            continue;
        }
        let tb = shifted(&tb.grown(gap), x, y);
        let mine = &t.segs[i * BLOCK..(i * BLOCK + BLOCK).min(t.segs.len())];
        for &j in near.iter() {
            let (j, bb) = (j as usize, &b.blocks[j as usize]);
            if !bb.touches(&tb) {
                continue;
            }
            let theirs = &b.segs[j * BLOCK..(j * BLOCK + BLOCK).min(b.segs.len())];
            for s in mine {
                let s = shifted_seg(s, x, y);
                let sb = s.bbox().grown(gap);
                if !sb.touches(bb) {
                    continue;
                }
                let meets = if gap > 0.0 {
                    let close = |t: &Seg| sb.touches(&t.bbox()) && seg_seg_sq(&s, t) < gap * gap;
                    theirs.iter().any(close)
                } else {
                    theirs.iter().any(|t| segs_touch(&s, t))
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
                boxes: Sieve::default(),
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
        let diagonal = Bbox::diagonal(whole.hull.iter().map(|&p| pose.apply(p)));
        let poles = Poles::of(whole, &pose);
        let slot = self.bays[bay].items.len();
        self.bays[bay].items.push(item as u32);
        self.bays[bay].boxes.push(&bbox);
        self.placed[item] = Some(Placed {
            bay,
            pose,
            bbox,
            diagonal,
            poles,
            segs,
            blocks: b,
            slot,
        });
    }

    /// The sheet that an item must lie on because the rest of its kit does.
    pub fn bound_to(&self, item: usize) -> Option<usize> {
        let tied = self.model.tied[item].iter();
        tied.filter_map(|&i| self.placed[i as usize].as_ref())
            .map(|p| p.bay)
            .next()
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
    pub fn loss(&self, probe: &mut Probe, item: usize, bay: usize, pose: &Pose, weights: &Weights, bound: f64) -> f64 {
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
        let (slot, mut turned) = self.turned(probe, self.model.items[item], pose);
        let total = self.collect_turned(probe, &mut turned, item, bay, pose, weights, bound, &mut tell);
        probe.turned[slot] = Some(turned);
        total
    }

    /// Takes the turned piece out of the cache, or makes it; it is to be laid back.
    fn turned(&self, probe: &mut Probe, kind: usize, pose: &Pose) -> (usize, Box<Turned>) {
        let slot = Self::turned_slot(kind, pose);
        if probe.turned.is_empty() {
            probe.turned.resize_with(TURNS_KEPT as usize, || None);
        }
        let turned = match probe.turned[slot].take() {
            Some(t) if t.kind == kind && t.rotation == pose.rotation.to_bits() && t.mirrored == pose.mirrored => t,
            _ => Box::new(Self::turn(kind, self.model.kinds[kind].whole(), pose)),
        };
        (slot, turned)
    }

    /// The box of an item at a pose.
    pub fn bbox_at(&self, probe: &mut Probe, item: usize, pose: &Pose) -> Bbox {
        let (slot, turned) = self.turned(probe, self.model.items[item], pose);
        let b = shifted(&turned.bbox, pose.x, pose.y);
        probe.turned[slot] = Some(turned);
        b
    }

    fn turned_slot(kind: usize, pose: &Pose) -> usize {
        let key = pose.rotation.to_bits() ^ ((kind as u64) << 1 | u64::from(pose.mirrored));
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % TURNS_KEPT as usize
    }

    fn turn(kind: usize, whole: &Part, pose: &Pose) -> Turned {
        Turned {
            kind,
            rotation: pose.rotation.to_bits(),
            mirrored: pose.mirrored,
            poles: Poles::of(whole, pose),
            bbox: Bbox::of(whole.hull.iter().map(|&p| pose.turn(p))),
            diagonal: Bbox::diagonal(whole.hull.iter().map(|&p| pose.turn(p))),
            segs: Vec::new(),
            blocks: Vec::new(),
        }
    }

    #[allow(clippy::too_many_arguments)] // as `collect`
    fn collect_turned(
        &self,
        probe: &mut Probe,
        turned: &mut Turned,
        item: usize,
        bay: usize,
        pose: &Pose,
        weights: &Weights,
        bound: f64,
        tell: &mut impl FnMut(Option<u32>, f64),
    ) -> f64 {
        let model = self.model;
        let kind_id = turned.kind;
        let kind = &model.kinds[kind_id];
        let bbox = shifted(&turned.bbox, pose.x, pose.y);
        let diagonal = shifted(&turned.diagonal, pose.x + pose.y, pose.x - pose.y);
        let mut total = 0.0;

        let (sure, open) = self.sheet_loss(turned, bay, pose, &bbox, bound / weights.sheet);
        total += weights.sheet * sure;
        if total >= bound {
            tell(None, sure);
            return total;
        }

        probe.maybe.clear();
        let b = &self.bays[bay];
        b.boxes
            .touching(&bbox.grown(model.most_spacing), &mut probe.flags, &mut probe.touching);
        // What weighs most mostly passes the bound alone: it is looked at first.
        let mut heaviest = (0, 0.0);
        for k in 0..probe.touching.len() {
            let other = b.items[probe.touching[k] as usize];
            probe.touching[k] = other;
            if weights.pair[other as usize] > heaviest.1 {
                heaviest = (k, weights.pair[other as usize]);
            }
        }
        if heaviest.0 > 0 {
            probe.touching.swap(0, heaviest.0);
        }
        for k in 0..probe.touching.len() {
            let other = probe.touching[k] as usize;
            let Some(o) = &self.placed[other] else {
                continue;
            };
            if other == item {
                continue;
            }
            let other_kind = model.items[other];
            let gap = model.gap(kind_id, other_kind);
            if !bbox.grown(gap).touches(&o.bbox) || !diagonal.grown(gap * SQRT_2).touches(&o.diagonal) {
                continue;
            }
            let (dx, dy) = (o.pose.x - pose.x, o.pose.y - pose.y);
            let far = kind.whole().radius + model.kinds[other_kind].whole().radius + gap;
            if dx * dx + dy * dy > far * far {
                continue;
            }
            if turned.poles.overlap(&o.poles, dx as f32, dy as f32, gap as f32) {
                let loss = self.pair_loss(turned, pose, other_kind, o, gap, (bound - total) / weights.pair[other]);
                tell(Some(other as u32), loss);
                total += weights.pair[other] * loss;
                if total >= bound {
                    return total;
                }
            } else {
                probe.maybe.push(other as u32);
            }
        }
        let of_sheet = sure + self.open_loss(probe, turned, bay, pose, &bbox, open);
        if of_sheet > 0.0 {
            tell(None, of_sheet);
            total += weights.sheet * (of_sheet - sure);
            if total >= bound {
                return total;
            }
        }
        for k in 0..probe.maybe.len() {
            let other = probe.maybe[k] as usize;
            let Some(o) = &self.placed[other] else {
                continue;
            };
            let other_kind = model.items[other];
            let gap = model.gap(kind_id, other_kind);
            if self.collides(turned, pose, &bbox, other_kind, o, gap, &mut probe.near) {
                let loss = self.pair_loss(turned, pose, other_kind, o, gap, (bound - total) / weights.pair[other]);
                tell(Some(other as u32), loss);
                total += weights.pair[other] * loss;
                if total >= bound {
                    return total;
                }
            }
        }
        total
    }

    /// How badly two pieces overlap, in area: root of the proxy times the pieces' size (Gardeyn et al. 2025).
    /// Need not be whole once it is beyond `enough`.
    #[allow(clippy::too_many_arguments)] // as `collect`
    fn pair_loss(&self, turned: &Turned, pose: &Pose, other_kind: usize, o: &Placed, gap: f64, enough: f64) -> f64 {
        let (kind, ok) = (&self.model.kinds[turned.kind], &self.model.kinds[other_kind]);
        let eps = TAIL * kind.diameter.max(ok.diameter);
        let (dx, dy) = (o.pose.x - pose.x, o.pose.y - pose.y);
        let shape = kind.fourth_root * ok.fourth_root;
        let enough = ((enough / shape) * (enough / shape) - eps * eps) / PI * (1.0 + 1e-5);
        let sum = turned
            .poles
            .proxy(&o.poles, dx as f32, dy as f32, gap as f32, eps as f32, enough as f32);
        (PI * f64::from(sum) + eps * eps).sqrt() * shape
    }

    #[allow(clippy::too_many_arguments)] // as `collect`
    fn collides(
        &self,
        turned: &mut Turned,
        pose: &Pose,
        bbox: &Bbox,
        other_kind: usize,
        o: &Placed,
        gap: f64,
        near: &mut Vec<u32>,
    ) -> bool {
        let whole = self.model.kinds[turned.kind].whole();
        turned.fill(whole, pose);
        if edges_meet(turned, pose.x, pose.y, bbox, o, gap, near) {
            return true;
        }
        let has = |segs: &[Seg], b: &Bbox, p: Pt| b.holds(p) && inside(segs, p);
        (o.bbox.covers(bbox) && whole.marks.iter().any(|&m| has(&o.segs, &o.bbox, pose.apply(m))))
            || (bbox.covers(&o.bbox)
                && self.model.kinds[other_kind].whole().marks.iter().any(|&m| {
                    let p = o.pose.apply(m);
                    has(&turned.segs, &turned.bbox, pt(p.x - pose.x, p.y - pose.y))
                }))
    }

    /// Loss of the parts that surely lie where they may not, and the parts that edges have to decide on, one bit each.
    /// Need not be whole once it is beyond `enough`.
    fn sheet_loss(&self, turned: &Turned, bay: usize, pose: &Pose, bbox: &Bbox, enough: f64) -> (f64, u64) {
        if self.is_strip() {
            return (self.strip_loss(turned, pose, bbox), 0);
        }
        let kind = &self.model.kinds[turned.kind];
        let sheet = &self.model.sheets[self.bays[bay].sheet];
        if kind.grain_varies(sheet)
            && !kind
                .turns(Some(sheet), pose.x, pose.y, pose.mirrored)
                .allows(pose.rotation)
        {
            return (f64::MAX / 1e6, 0);
        }
        let (mut total, mut open) = (0.0, 0);
        for (k, part) in kind.parts.iter().enumerate() {
            let field = sheet.field(part.levels_id);
            if part.levels & sheet.levels == 0 || field.at(pose.x, pose.y) > part.radius + field.slack {
                continue;
            }
            let (loss, sure) = self.part_loss(turned.kind, part, field, pose, enough - total);
            if sure {
                total += loss;
            } else {
                open |= 1 << k;
            }
            if total >= enough {
                break;
            }
        }
        (total, open)
    }

    /// Loss of a part against a field, and whether it surely lies where it may not.
    fn part_loss(&self, kind: usize, part: &Part, field: &Field, pose: &Pose, enough: f64) -> (f64, bool) {
        let kind = &self.model.kinds[kind];
        let eps = TAIL * kind.diameter;
        let shape = kind.fourth_root * kind.fourth_root;
        let enough = ((enough / shape) * (enough / shape) - eps * eps) / PI;
        let (mut sum, mut sure) = (0.0, false);
        for p in &part.poles {
            let c = pose.apply(p.c);
            let d = field.at(c.x, c.y);
            sure |= d + field.slack < p.r;
            sum += decayed(p.r - d, eps) * p.r;
            if sure && sum > enough {
                break;
            }
        }
        ((PI * sum + eps * eps).sqrt() * shape, sure)
    }

    /// Loss of the parts in `open` that do meet what they may not touch.
    fn open_loss(
        &self,
        probe: &mut Probe,
        turned: &mut Turned,
        bay: usize,
        pose: &Pose,
        bbox: &Bbox,
        open: u64,
    ) -> f64 {
        if open == 0 {
            return 0.0;
        }
        let kind = &self.model.kinds[turned.kind];
        let sheet = &self.model.sheets[self.bays[bay].sheet];
        let mut total = 0.0;
        for (k, part) in kind.parts.iter().enumerate().filter(|(k, _)| open >> k & 1 == 1) {
            let field = sheet.field(part.levels_id);
            probe.marks.clear();
            probe.marks.extend(part.marks.iter().map(|&m| pose.apply(m)));
            let (segs, blocks, at) = if k == 0 {
                turned.fill(part, pose);
                (&turned.segs, turned.blocks.as_slice(), pt(pose.x, pose.y))
            } else {
                pose.segs(part, &mut probe.segs);
                (&probe.segs, [].as_slice(), pt(0.0, 0.0))
            };
            let marks = &probe.marks;
            let laid = Laid {
                segs,
                blocks,
                at,
                marks,
                bbox,
            };
            if sheet.hits(part.levels & sheet.levels, field, &laid) {
                total += self.part_loss(turned.kind, part, field, pose, f64::INFINITY).0;
            }
        }
        total
    }

    fn strip_loss(&self, turned: &Turned, pose: &Pose, bbox: &Bbox) -> f64 {
        let kind = &self.model.kinds[turned.kind];
        let eps = TAIL * kind.diameter;
        let shape = kind.fourth_root * kind.fourth_root;
        let (w, h) = (self.width, self.model.strip_height);
        let slack = h * crate::verify::STRIP_SLACK;
        let over_x = (-bbox.x0).max(0.0) + (bbox.x1 - w).max(0.0);
        let over_y = (-bbox.y0 - slack).max(0.0) + (bbox.y1 - h - slack).max(0.0);
        if over_x + over_y <= 0.0 {
            return 0.0;
        }
        let p = &turned.poles;
        let deep = |k: usize| {
            let (x, y) = (pose.x + f64::from(p.x[k]), pose.y + f64::from(p.y[k]));
            let r = f64::from(p.r[k]);
            decayed(r - x.min(w - x).min(y).min(h - y), eps) * r
        };
        let sum: f64 = (0..p.used).map(deep).sum();
        (PI * sum + (over_x + over_y) * kind.diameter * 0.5 + eps * eps).sqrt() * shape
    }

    /// Largest x that a placed piece reaches, by the true shapes.
    pub fn reached(&self) -> f64 {
        let reach = |p: &Placed, item: usize| p.pose.bbox(&self.model.kinds[self.model.items[item]].true_hull).x1;
        self.placed
            .iter()
            .enumerate()
            .filter_map(|(i, p)| p.as_ref().map(|p| reach(p, i)))
            .fold(0.0, f64::max)
    }
}
