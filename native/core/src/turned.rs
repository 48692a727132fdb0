//! Turned pieces, kept because most poses that are asked about differ by a shift only, and whether their edges meet.

use crate::circles::Circles;
use crate::geom::{Bbox, Pt, Seg, pt, seg_seg_sq, segs_touch};
use crate::hits::Laid;
use crate::kind::Part;
use crate::pose::Pose;
use crate::world::{Placed, World};

/// Places of the cache of turned pieces.
const TURNS_KEPT: u64 = 1024;
/// Edges are looked at in runs of this many under one box.
pub const BLOCK: usize = 8;

/// A whole piece turned, about its centroid: kept, because most poses that are asked about differ by a shift only.
pub struct Turned {
    pub kind: usize,
    pub rotation: u64,
    pub mirrored: bool,
    pub poles: Circles,
    pub bbox: Bbox,
    pub diagonal: Bbox,
    /// Filled when first needed.
    pub segs: Vec<Seg>,
    pub blocks: Vec<Bbox>,
}

/// Scratch of one worker, and its count of evaluations.
#[derive(Default)]
pub struct Probe {
    pub turned: Vec<Option<Box<Turned>>>,
    pub segs: Vec<Seg>,
    pub marks: Vec<Pt>,
    pub maybe: Vec<u32>,
    pub near: Vec<u32>,
    pub touching: Vec<u32>,
    pub flags: Vec<u8>,
    pub evaluations: u64,
}

impl Turned {
    pub fn fill(&mut self, part: &Part, pose: &Pose) {
        if self.segs.is_empty() {
            self.segs.extend(part.segs.iter().map(|s| Seg {
                a: pose.turn(s.a),
                b: pose.turn(s.b),
            }));
            blocks(&self.segs, &mut self.blocks);
        }
    }

    /// The piece at a pose; `bbox` is its box there. Its marks go into the probe.
    pub fn lay<'a>(&'a mut self, whole: &Part, pose: &Pose, probe: &'a mut Probe, bbox: &'a Bbox) -> Laid<'a> {
        self.fill(whole, pose);
        probe.lay_marks(whole, pose);
        Laid {
            segs: &self.segs,
            blocks: &self.blocks,
            at: pt(pose.x, pose.y),
            marks: &probe.marks,
            bbox,
        }
    }
}

impl Probe {
    pub fn lay_marks(&mut self, part: &Part, pose: &Pose) {
        self.marks.clear();
        self.marks.extend(part.marks.iter().map(|&m| pose.apply(m)));
    }
}

pub fn blocks(segs: &[Seg], out: &mut Vec<Bbox>) {
    out.clear();
    out.extend(segs.chunks(BLOCK).map(Bbox::of_segs));
}

#[inline]
pub fn shifted(b: &Bbox, x: f64, y: f64) -> Bbox {
    Bbox {
        x0: b.x0 + x,
        y0: b.y0 + y,
        x1: b.x1 + x,
        y1: b.y1 + y,
    }
}

#[inline]
pub fn shifted_seg(s: &Seg, x: f64, y: f64) -> Seg {
    Seg {
        a: pt(s.a.x + x, s.a.y + y),
        b: pt(s.b.x + x, s.b.y + y),
    }
}

/// Whether an edge of `t`, shifted by (x, y), meets one of `b` or comes nearer than `gap`. `near` is scratch.
pub fn edges_meet(t: &Turned, x: f64, y: f64, t_box: &Bbox, b: &Placed, gap: f64, near: &mut Vec<u32>) -> bool {
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

impl World<'_> {
    /// Takes the turned piece out of the cache, or makes it; it is to be laid back.
    pub fn turned(&self, probe: &mut Probe, kind: usize, pose: &Pose) -> (usize, Box<Turned>) {
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
            poles: Circles::of(whole, pose),
            bbox: Bbox::of(whole.hull.iter().map(|&p| pose.turn(p))),
            diagonal: Bbox::diagonal(whole.hull.iter().map(|&p| pose.turn(p))),
            segs: Vec::new(),
            blocks: Vec::new(),
        }
    }
}
