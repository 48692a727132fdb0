//! Areas as soups of boundary segments: what a piece or a hazard is made of.
//!
//! Real hides have rings that cross themselves and holes that cross the rim, so an area is not read off its rings: all
//! rings are cut where they meet, and a bit of boundary stays when the area (a predicate on points) is on one side of it
//! and not on the other. Parity, crossing tests and poles need no more than that.

use crate::geom::{Bbox, Pt, Seg, cross, pt};
use crate::runs::Runs;

#[derive(Clone, Debug)]
pub struct Region {
    /// Boundary, the area on the left of each segment.
    pub segs: Vec<Seg>,
    pub bbox: Bbox,
    pub area: f64,
    pub centroid: Pt,
    /// One point on each connected part of the boundary.
    pub marks: Vec<Pt>,
    runs: Runs,
}

/// A polygon with holes as given: each ring repaired alone (even-odd), holes taken away.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rings {
    pub outline: Vec<Pt>,
    pub holes: Vec<Vec<Pt>>,
}

impl Rings {
    pub fn all(&self) -> impl Iterator<Item = &Vec<Pt>> {
        std::iter::once(&self.outline).chain(&self.holes)
    }

    pub fn prepared(&self) -> Prepared {
        Prepared {
            outline: Ring::new(&self.outline),
            holes: self.holes.iter().map(|h| Ring::new(h)).collect(),
        }
    }

    pub fn region(&self) -> Region {
        let p = self.prepared();
        Region::from_rings(self.all().map(Vec::as_slice), |q| p.has(q))
    }
}

/// Point-in-area of `Rings`.
pub struct Prepared {
    outline: Ring,
    holes: Vec<Ring>,
}

impl Prepared {
    pub fn has(&self, p: Pt) -> bool {
        self.outline.has(p) && !self.holes.iter().any(|h| h.has(p))
    }
}

struct Ring {
    segs: Vec<Seg>,
    runs: Runs,
}

impl Ring {
    fn new(points: &[Pt]) -> Self {
        let segs = ring_segs(points);
        Self {
            runs: Runs::of_segs(&segs),
            segs,
        }
    }

    fn has(&self, p: Pt) -> bool {
        self.runs.inside(&self.segs, p)
    }
}

pub fn ring_segs(ring: &[Pt]) -> Vec<Seg> {
    (0..ring.len())
        .map(|i| Seg {
            a: ring[i],
            b: ring[(i + 1) % ring.len()],
        })
        .filter(|s| s.a != s.b)
        .collect()
}

/// How far from a segment its two sides are looked at, and below which points are one: in parts of the extent.
/// Rounding of doubles is 1e-16 of it, the judges allow 1e-7 and more.
const SIDE: f64 = 2e-9;
const SAME: f64 = 1e-10;

impl Region {
    /// The area where `has` holds; `has` may change its value only on the rings.
    pub fn from_rings<'a>(rings: impl IntoIterator<Item = &'a [Pt]>, has: impl Fn(Pt) -> bool) -> Self {
        let rings: Vec<Vec<Seg>> = rings.into_iter().map(ring_segs).filter(|r| r.len() > 2).collect();
        let extent = Bbox::of_segs(&rings.concat()).larger_side();
        let cuts = cut_points(&rings, extent * SAME);
        let mut soup = Soup {
            side: extent * SIDE,
            key: extent * SAME * 10.0,
            kept: Vec::new(),
            seen: std::collections::HashSet::new(),
        };
        for (ring, cuts) in rings.iter().zip(&cuts) {
            if cuts.iter().all(Vec::is_empty) {
                soup.whole_ring(ring, &has);
            } else {
                for (seg, cuts) in ring.iter().zip(cuts) {
                    soup.cut_seg(seg, cuts, &has);
                }
            }
        }
        Self::from_segs(soup.kept)
    }

    pub fn from_segs(segs: Vec<Seg>) -> Self {
        let bbox = Bbox::of_segs(&segs);
        let o = if segs.is_empty() { pt(0.0, 0.0) } else { bbox.centre() };
        let (mut twice, mut mx, mut my) = (0.0, 0.0, 0.0);
        for s in &segs {
            let c = cross(o, s.a, s.b);
            twice += c;
            mx += c * (s.a.x + s.b.x - 2.0 * o.x);
            my += c * (s.a.y + s.b.y - 2.0 * o.y);
        }
        let centroid = if twice == 0.0 {
            o
        } else {
            pt(o.x + mx / (3.0 * twice), o.y + my / (3.0 * twice))
        };
        let marks = marks(&segs);
        Self {
            runs: Runs::of_segs(&segs),
            bbox,
            area: twice / 2.0,
            centroid,
            marks,
            segs,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.segs.is_empty() || self.area <= 0.0
    }

    pub fn has(&self, p: Pt) -> bool {
        self.bbox.holds(p) && self.runs.inside(&self.segs, p)
    }

    /// Distance to the boundary, from inside or outside.
    pub fn to_boundary(&self, p: Pt) -> f64 {
        self.runs.distance_sq(&self.segs, p).sqrt()
    }
}

struct Soup {
    side: f64,
    key: f64,
    kept: Vec<Seg>,
    seen: std::collections::HashSet<[i64; 4]>,
}

impl Soup {
    /// A ring that meets nothing is on one side of the area all along: its longest segment tells which.
    fn whole_ring(&mut self, ring: &[Seg], has: &impl Fn(Pt) -> bool) {
        let longest = ring.iter().max_by(|s, t| s.length().total_cmp(&t.length()));
        match longest.and_then(|s| self.facing(s, has)) {
            Some(true) => self.kept.extend_from_slice(ring),
            Some(false) => self.kept.extend(ring.iter().rev().map(|s| s.reversed())),
            None => {}
        }
    }

    fn cut_seg(&mut self, seg: &Seg, cuts: &[f64], has: &impl Fn(Pt) -> bool) {
        let mut from = seg.a;
        for t in cuts.iter().copied().chain([1.0]) {
            let to = if t == 1.0 { seg.b } else { seg.at(t) };
            let bit = Seg { a: from, b: to };
            from = to;
            if bit.length() < self.key || !self.seen.insert(self.key_of(&bit)) {
                continue;
            }
            match self.facing(&bit, has) {
                Some(true) => self.kept.push(bit),
                Some(false) => self.kept.push(bit.reversed()),
                None => {}
            }
        }
    }

    /// Some(true): the area is on the left only; Some(false): on the right only; None: no boundary.
    fn facing(&self, s: &Seg, has: &impl Fn(Pt) -> bool) -> Option<bool> {
        let (m, len) = (s.at(0.5), s.length());
        let (nx, ny) = (-(s.b.y - s.a.y) / len * self.side, (s.b.x - s.a.x) / len * self.side);
        let (left, right) = (has(pt(m.x + nx, m.y + ny)), has(pt(m.x - nx, m.y - ny)));
        (left != right).then_some(left)
    }

    /// The same for a segment and its reverse: pieces of boundary drawn twice are kept once.
    fn key_of(&self, s: &Seg) -> [i64; 4] {
        let r = |v: f64| (v / self.key).round() as i64;
        let (a, b) = ([r(s.a.x), r(s.a.y)], [r(s.b.x), r(s.b.y)]);
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        [a[0], a[1], b[0], b[1]]
    }
}

/// For each segment of each ring the sorted parameters where another segment meets it, its neighbours' ends left out.
fn cut_points(rings: &[Vec<Seg>], same: f64) -> Vec<Vec<Vec<f64>>> {
    let mut cuts: Vec<Vec<Vec<f64>>> = rings.iter().map(|r| vec![Vec::new(); r.len()]).collect();
    let place = |(r, ring): (usize, &Vec<Seg>)| (0..ring.len()).map(move |i| (r, i));
    let places: Vec<(usize, usize)> = rings.iter().enumerate().flat_map(place).collect();
    let boxes: Vec<Bbox> = rings.iter().flatten().map(|s| s.bbox().grown(same)).collect();
    let runs = Runs::new(boxes.iter().copied());
    for (k, (&(r, i), b)) in places.iter().zip(&boxes).enumerate() {
        runs.touching(b, k + 1, |o| {
            if !b.touches(&boxes[o]) {
                return;
            }
            let (q, j) = places[o];
            let (s, t) = (rings[r][i], rings[q][j]);
            let n = rings[r].len();
            let neighbours = r == q && ((i + 1) % n == j || (j + 1) % n == i);
            let (on_s, on_t) = meetings(&s, &t, same);
            let touching = !on_s.is_empty() || !on_t.is_empty() || !neighbours && share_end(&s, &t, same);
            cuts[r][i].extend(on_s);
            cuts[q][j].extend(on_t);
            // Where two only touch nothing is split, but sides must be asked bit by bit: 1.0 says so.
            if touching {
                cuts[r][i].push(1.0);
                cuts[q][j].push(1.0);
            }
        });
    }
    for ts in cuts.iter_mut().flatten() {
        ts.sort_by(f64::total_cmp);
    }
    cuts
}

fn share_end(s: &Seg, t: &Seg, same: f64) -> bool {
    [s.a, s.b].iter().any(|p| {
        [t.a, t.b]
            .iter()
            .any(|q| (p.x - q.x).abs() <= same && (p.y - q.y).abs() <= same)
    })
}

/// Parameters strictly inside s and inside t where the two meet.
fn meetings(s: &Seg, t: &Seg, same: f64) -> (Vec<f64>, Vec<f64>) {
    let (mut on_s, mut on_t) = (Vec::new(), Vec::new());
    for p in [t.a, t.b] {
        on_s.extend(foot(s, p, same));
    }
    for p in [s.a, s.b] {
        on_t.extend(foot(t, p, same));
    }
    let (d1, d2) = (cross(t.a, t.b, s.a), cross(t.a, t.b, s.b));
    let (d3, d4) = (cross(s.a, s.b, t.a), cross(s.a, s.b, t.b));
    if on_s.is_empty() && on_t.is_empty() && d1 * d2 < 0.0 && d3 * d4 < 0.0 {
        on_s.push(d1 / (d1 - d2));
        on_t.push(d3 / (d3 - d4));
    }
    (on_s, on_t)
}

/// Where p lies on s, its ends left out.
fn foot(s: &Seg, p: Pt, same: f64) -> Option<f64> {
    let len = s.length();
    let off = cross(s.a, s.b, p) / len;
    let t = ((p.x - s.a.x) * (s.b.x - s.a.x) + (p.y - s.a.y) * (s.b.y - s.a.y)) / (len * len);
    (off.abs() <= same && t * len > same && (1.0 - t) * len > same).then_some(t)
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

/// One end of each chain of segments that hang together.
pub(crate) fn marks(segs: &[Seg]) -> Vec<Pt> {
    let extent = Bbox::of_segs(segs).larger_side();
    let key = |p: Pt| {
        (
            (p.x / (extent * 1e-8)).round() as i64,
            (p.y / (extent * 1e-8)).round() as i64,
        )
    };
    let mut parent: Vec<usize> = (0..segs.len()).collect();
    let mut at = std::collections::HashMap::new();
    for (i, s) in segs.iter().enumerate() {
        for p in [s.a, s.b] {
            if let Some(&j) = at.get(&key(p)) {
                let (a, b) = (root(&mut parent, i), root(&mut parent, j));
                parent[a.max(b)] = a.min(b);
            } else {
                at.insert(key(p), i);
            }
        }
    }
    (0..segs.len())
        .filter(|&i| root(&mut parent, i) == i)
        .map(|i| segs[i].a)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(x: f64, y: f64, s: f64) -> Vec<Pt> {
        vec![pt(x, y), pt(x + s, y), pt(x + s, y + s), pt(x, y + s)]
    }

    #[test]
    fn a_hole_across_the_rim_takes_only_what_is_inside() {
        let r = Rings {
            outline: square(0.0, 0.0, 10.0),
            holes: vec![square(8.0, 2.0, 4.0)],
        }
        .region();
        assert!((r.area - 92.0).abs() < 1e-6, "{}", r.area);
        assert!(!r.has(pt(9.0, 3.0)) && r.has(pt(7.0, 3.0)) && !r.has(pt(11.0, 3.0)));
    }

    #[test]
    fn holes_that_overlap_are_one() {
        let r = Rings {
            outline: square(0.0, 0.0, 10.0),
            holes: vec![square(2.0, 2.0, 4.0), square(4.0, 4.0, 4.0)],
        }
        .region();
        assert!((r.area - (100.0 - 28.0)).abs() < 1e-6, "{}", r.area);
    }

    #[test]
    fn a_bow_tie_keeps_both_triangles() {
        let r = Rings {
            outline: vec![pt(0.0, 0.0), pt(4.0, 4.0), pt(4.0, 0.0), pt(0.0, 4.0)],
            holes: vec![],
        }
        .region();
        assert!((r.area - 8.0).abs() < 1e-6, "{}", r.area);
    }

    #[test]
    fn a_hole_sharing_an_edge_with_the_rim_opens_it() {
        let r = Rings {
            outline: square(0.0, 0.0, 10.0),
            holes: vec![square(0.0, 2.0, 3.0)],
        }
        .region();
        assert!((r.area - 91.0).abs() < 1e-6, "{}", r.area);
        assert_eq!(r.marks.len(), 1);
    }

    #[test]
    fn direction_of_rings_does_not_matter() {
        let mut hole = square(2.0, 2.0, 3.0);
        hole.reverse();
        let r = Rings {
            outline: square(0.0, 0.0, 10.0).into_iter().rev().collect(),
            holes: vec![hole],
        }
        .region();
        assert!((r.area - 91.0).abs() < 1e-9);
        assert_eq!(r.marks.len(), 2);
    }
}
