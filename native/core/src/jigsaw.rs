//! Few pieces that fill a sheet, or a strip, with hardly any rest: chance would never lay them, but there is little choice.
//!
//! The leftmost, lowest point of what is still free is a corner of something that lies already, and in a layout without
//! rest it is covered by the leftmost, lowest corner of one of the pieces left: one place for each piece and rotation.
//! Pieces that keep apart are grown by half of that, and the sheet by as much less its margin: then they touch. Where a
//! little is left over, a corner may stay free.

use crate::geom::{Pt, pt};
use crate::kind::Kind;
use crate::outset::{LONGEST_MITRE, about_centroid, grown, net_area, net_left_of};
use crate::pose::Pose;
use crate::region::{Prepared, Rings};
use crate::rotation::Turns;
use crate::search::Worker;
use crate::world::Placed;

const MOST: usize = 12;
/// Areas that differ by less than this part are the same; files are written with few digits.
const SAME_AREA: f64 = 1e-6;
/// Places that are tried at most.
const TRIES: u64 = 100_000;
/// With so much left over, in parts of the sheet, fewer pieces are laid by fewer tries: there is more choice, though none
/// is followed that leaves more than that free behind it.
const LEFT_OVER: f64 = 0.05;
const MOST_LOOSE: usize = 8;
const LOOSE_TRIES: u64 = 6_000;
/// Corners of slivers beside pieces, and those that are passed over for a better one.
const MOST_SKIPS: usize = 40;
const MOST_SPARE: usize = 3;
/// Directions in which a corner is looked at for free ground, and how far from it, in parts of the ground's size.
const DIRECTIONS: usize = 360;
const LOOK: f64 = 1e-5;
/// Corners closer than this part of the ground's size lie on one vertical line.
const SAME: f64 = 1e-7;

struct Ground {
    bay: usize,
    area: Prepared,
    rings: Rings,
    /// Area that no piece is needed for.
    left_over: f64,
    corners: Vec<Pt>,
    /// Of each kind, about its centroid, grown by half of what they keep apart.
    shapes: Vec<(Rings, Prepared)>,
    size: f64,
    /// By so much at most its shapes are larger than the true ones.
    growth: f64,
    /// Corners that may stay free where none of the pieces left fits, and where one does.
    skips: usize,
    most_spare: usize,
    most_tries: u64,
}

/// All kinds about their centroids, grown by half of one distance: many bays ask for the same.
struct GrownKinds {
    half: f64,
    shapes: Vec<Rings>,
    areas: Vec<f64>,
}

impl GrownKinds {
    fn new(kinds: &[Kind], half: f64) -> Self {
        let shapes: Vec<Rings> = kinds.iter().map(|kind| grown(&about_centroid(kind), half)).collect();
        Self {
            half,
            areas: shapes.iter().map(net_area).collect(),
            shapes,
        }
    }
}

/// How far a walk through all that can be tried has come.
struct Walk {
    /// Corners that may still stay free though a piece fits there.
    spare: usize,
    tries: u64,
    skipped: Vec<Pt>,
}

impl Ground {
    /// Whether `p` comes before `q` from left to right, then from below.
    fn is_before(&self, p: Pt, q: Pt) -> bool {
        if (p.x - q.x).abs() > SAME * self.size {
            p.x < q.x
        } else {
            p.y < q.y
        }
    }

    fn is_same(&self, p: Pt, q: Pt) -> bool {
        let same = SAME * self.size;
        (p.x - q.x).abs() < same && (p.y - q.y).abs() < same
    }
}

impl Worker<'_, '_, '_> {
    /// Lays all that is unplaced on the one bay that it would fill, or nearly; false, and nothing moved, where there is no
    /// such bay, rotations are free, or pieces keep different distances.
    pub fn lay_jigsaw(&mut self) -> bool {
        let left: Vec<usize> = (0..self.model.items.len())
            .filter(|&i| self.world.placed[i].is_none())
            .collect();
        let fixed = |i: &usize| matches!(&self.kind(*i).spec.turns, Turns::Some(v) if v.iter().all(|t| t.1 == 0.0));
        if left.is_empty() || left.len() > MOST || !left.iter().all(fixed) {
            return false;
        }
        let width = self.world.width;
        let mut grown_kinds = None;
        for bay in 0..self.world.bays.len() {
            let bound = |i: &usize| self.world.bound_to(*i).is_some_and(|only| only != bay);
            if left.iter().any(bound) {
                continue;
            }
            let Some(ground) = self.ground_of(bay, &left, &mut grown_kinds) else {
                continue;
            };
            let mut walk = Walk {
                spare: 0,
                tries: 0,
                skipped: Vec::new(),
            };
            for spare in 0..=ground.most_spare {
                walk.spare = spare;
                if self.lay_rest(&ground, &left, &mut walk) {
                    return true;
                }
            }
            self.world.width = width;
        }
        false
    }

    /// What is to be filled, and by what; None where it would not be filled. The strip becomes as long as is needed.
    fn ground_of(&mut self, bay: usize, left: &[usize], grown_kinds: &mut Option<GrownKinds>) -> Option<Ground> {
        let lying: Vec<usize> = self.world.bays[bay].items.iter().map(|&i| i as usize).collect();
        let half = self.distance_of(left, &lying)? / 2.0;
        if grown_kinds.as_ref().is_none_or(|g| g.half != half) {
            *grown_kinds = Some(GrownKinds::new(&self.model.kinds, half));
        }
        let GrownKinds { shapes, areas, .. } = grown_kinds.as_ref()?;
        let needed: f64 = left.iter().chain(&lying).map(|&i| areas[self.model.items[i]]).sum();
        let rings = self.outline_of(bay, needed, half);
        let whole = net_area(&rings);
        let left_over = whole - needed;
        let is_exact = left_over.abs() <= SAME_AREA * whole;
        let is_loose = !self.world.is_strip() && left.len() <= MOST_LOOSE && left_over > 0.0;
        if !(is_exact || is_loose && left_over <= LEFT_OVER * whole) {
            return None;
        }
        if self.world.is_strip() {
            self.world.width = rings.outline.iter().map(|p| p.x).fold(0.0, f64::max) - half;
        }
        let corners: Vec<Pt> = rings.all().flatten().copied().collect();
        let from = corners[0];
        Some(Ground {
            bay,
            area: rings.prepared(),
            left_over: left_over + SAME_AREA * whole,
            size: corners
                .iter()
                .fold(0.0, |m, p| (p.x - from.x).hypot(p.y - from.y).max(m)),
            corners,
            shapes: shapes.iter().map(|rings| (rings.clone(), rings.prepared())).collect(),
            growth: LONGEST_MITRE * half,
            rings,
            skips: if is_exact { 0 } else { MOST_SKIPS },
            most_spare: if is_exact { 0 } else { MOST_SPARE },
            most_tries: if is_exact { TRIES } else { LOOSE_TRIES },
        })
    }

    /// What these keep from another and from what lies there, where all keep the same.
    fn distance_of(&self, left: &[usize], lying: &[usize]) -> Option<f64> {
        let all: Vec<usize> = left.iter().chain(lying).map(|&i| self.model.items[i]).collect();
        let mut pairs = (0..left.len()).flat_map(|k| all[k + 1..].iter().map(move |&other| (k, other)));
        let Some(first) = pairs.next() else {
            return Some(0.0);
        };
        let gap = |(k, other): (usize, usize)| self.model.gap(all[k], other);
        let same = gap(first);
        pairs.all(|pair| gap(pair) == same).then_some(same)
    }

    /// Outline and holes of a bay, less its margin and grown by `half`; of the strip as much as `needed` fills.
    fn outline_of(&self, bay: usize, needed: f64, half: f64) -> Rings {
        if self.world.is_strip() {
            let (x0, h) = (-half, self.model.strip_height + half);
            let w = needed / (h - x0) + x0;
            return Rings {
                outline: vec![pt(x0, x0), pt(w, x0), pt(w, h), pt(x0, h)],
                holes: Vec::new(),
            };
        }
        let spec = &self.model.sheets[self.world.bays[bay].sheet].spec;
        let rings = Rings {
            outline: spec.outline.clone(),
            holes: spec.holes.clone(),
        };
        grown(&rings, half - spec.margin)
    }

    fn lay_rest(&mut self, ground: &Ground, left: &[usize], walk: &mut Walk) -> bool {
        if left.is_empty() {
            return true;
        }
        let Some(corner) = self.first_free(ground, &walk.skipped) else {
            return false;
        };
        // What is laid from here on begins at this corner or to the right of it.
        if ground.skips > 0 && self.free_left_of(ground, corner.x) > ground.left_over {
            return false;
        }
        let mut tried: Vec<usize> = Vec::new();
        let mut is_forced = true;
        for (k, &item) in left.iter().enumerate() {
            let kind = self.kind(item);
            if tried.contains(&self.model.items[item]) {
                continue;
            }
            tried.push(self.model.items[item]);
            let Turns::Some(angles) = &kind.spec.turns else {
                continue;
            };
            for (angle, mirrored) in angles.iter().flat_map(|&(a, _)| [(a, false), (a, true)]) {
                if mirrored && !kind.spec.mirror {
                    continue;
                }
                walk.tries += 1;
                if walk.tries > ground.most_tries || self.over() {
                    return false;
                }
                let turned = Pose::new(0.0, 0.0, angle, mirrored);
                let own = ground.shapes[self.model.items[item]].0.outline.iter();
                let own = own.map(|&p| turned.turn(p));
                let Some(first) = own.reduce(|p, q| if ground.is_before(q, p) { q } else { p }) else {
                    continue;
                };
                let pose = turned.moved(corner.x - first.x, corner.y - first.y);
                let sheet = self.model.sheets.get(self.world.bays[ground.bay].sheet);
                if !kind.may_lie_so(sheet, &pose) || !self.is_free(item, ground.bay, &pose) {
                    continue;
                }
                is_forced = false;
                self.world.put(item, ground.bay, pose);
                let rest: Vec<usize> = left.iter().enumerate().filter(|o| o.0 != k).map(|o| *o.1).collect();
                if self.lay_rest(ground, &rest, walk) {
                    return true;
                }
                self.world.take(item);
            }
        }
        if walk.skipped.len() >= ground.skips || (!is_forced && walk.spare == 0) {
            return false;
        }
        walk.spare -= usize::from(!is_forced);
        walk.skipped.push(corner);
        let is_laid = self.lay_rest(ground, left, walk);
        walk.skipped.pop();
        walk.spare += usize::from(!is_forced);
        is_laid
    }

    /// How much lies free to the left of `x`.
    fn free_left_of(&self, ground: &Ground, x: f64) -> f64 {
        let lying = self.world.bays[ground.bay].items.iter();
        let laid = lying.filter_map(|&i| {
            let at = self.world.placed[i as usize].as_ref()?.pose;
            let (rings, _) = &ground.shapes[self.model.items[i as usize]];
            Some(net_left_of(rings, x, |p| at.apply(p)))
        });
        net_left_of(&ground.rings, x, |p| p) - laid.sum::<f64>()
    }

    /// The first corner of ground and pieces beside which something is free.
    fn first_free(&self, ground: &Ground, skipped: &[Pt]) -> Option<Pt> {
        let lying = &self.world.bays[ground.bay].items;
        let mut corners = ground.corners.clone();
        for &i in lying {
            if let Some(p) = &self.world.placed[i as usize] {
                let (rings, _) = &ground.shapes[self.model.items[i as usize]];
                corners.extend(rings.all().flatten().map(|&q| p.pose.apply(q)));
            }
        }
        let reach = LOOK * ground.size;
        let is_free = |c: &Pt| {
            !skipped.iter().any(|s| ground.is_same(*s, *c))
                && (0..DIRECTIONS).any(|k| {
                    let t = std::f64::consts::TAU * (k as f64 + 0.37) / DIRECTIONS as f64;
                    let q = pt(c.x + t.cos() * reach, c.y + t.sin() * reach);
                    // By the true shapes: those that collisions are asked of leave hair cracks.
                    let covered = |i: &u32| {
                        let placed = self.world.placed[*i as usize].as_ref();
                        let local = |p: &Placed| p.pose.local(q);
                        let kind = self.model.items[*i as usize];
                        placed.is_some_and(|p| {
                            p.bbox.grown(reach + ground.growth).holds(q) && ground.shapes[kind].1.has(local(p))
                        })
                    };
                    ground.area.has(q) && !lying.iter().any(covered)
                })
        };
        corners.sort_by(|p, q| p.x.total_cmp(&q.x).then(p.y.total_cmp(&q.y)));
        corners.dedup_by(|p, q| ground.is_same(*p, *q));
        let same = SAME * ground.size;
        let first = corners.iter().position(is_free)?;
        // Of those on one vertical line the lowest.
        let line = corners[first..].iter().take_while(|c| c.x - corners[first].x <= same);
        line.filter(|c| is_free(c))
            .copied()
            .reduce(|p, q| if ground.is_before(q, p) { q } else { p })
    }
}
