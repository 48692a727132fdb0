//! The overlap loss of a pose among what lies on a sheet: the inner loop.

use crate::circles::{TAIL, decayed};
use crate::field::Field;
use crate::geom::{Bbox, Pt, Seg, inside, pt};
use crate::hits::Laid;
use crate::kind::Part;
use crate::pose::Pose;
use crate::turned::{Probe, Turned, edges_meet, shifted};
use crate::world::{Placed, World};
use std::f64::consts::{PI, SQRT_2};

/// Weights of one piece against the others and the sheet (guided local search).
pub struct Weights<'a> {
    pub sheet: f64,
    pub pair: &'a [f64],
}

/// Circles that are looked at before a piece is turned.
const FIRST_POLES: usize = 4;

impl World<'_> {
    /// Weighted overlap loss of a piece at a pose: 0 exactly when it is free. Stops early once `bound` is reached; the
    /// answer is then at least `bound`, or, for `f64::MIN_POSITIVE`, merely above 0.
    pub fn loss(&self, probe: &mut Probe, item: usize, bay: usize, pose: &Pose, weights: &Weights, bound: f64) -> f64 {
        if bound == f64::MIN_POSITIVE && self.is_surely_off(item, bay, pose) {
            probe.evaluations += 1;
            return f64::MIN_POSITIVE;
        }
        self.collect(probe, item, bay, pose, weights, bound, |_, _| {})
    }

    /// Whether one of the largest circles of a piece lies in what the sheet forbids: settles most random poses before
    /// anything is turned.
    fn is_surely_off(&self, item: usize, bay: usize, pose: &Pose) -> bool {
        let Some(sheet) = self.model.sheets.get(self.bays[bay].sheet) else {
            return false;
        };
        let whole = self.model.kinds[self.model.items[item]].whole();
        let field = sheet.field(whole.levels_id);
        whole.poles.iter().take(FIRST_POLES).any(|p| {
            let c = pose.apply(p.c);
            field.at(c.x, c.y) + field.slack < p.r
        })
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
        let mut of_sheet = sure + self.open_loss(probe, turned, bay, pose, &bbox, open);
        if model.shades.bind(item) {
            of_sheet += self.shade_loss(probe, turned, item, bay, pose, &bbox);
        }
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
        if self.model.grain_varies && kind.has_grain_on(sheet) && !kind.may_lie_so(Some(sheet), pose) {
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
            let laid = if k == 0 {
                turned.lay(part, pose, probe, bbox)
            } else {
                pose.segs(part, &mut probe.segs);
                probe.lay_marks(part, pose);
                Laid {
                    segs: &probe.segs,
                    blocks: &[],
                    at: pt(0.0, 0.0),
                    marks: &probe.marks,
                    bbox,
                }
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
}
