//! Rings with their sides moved outwards, and what of them lies left of a line.

use crate::geom::{Pt, mitre, pt, ring_area};
use crate::kind::Kind;
use crate::region::Rings;

/// Corners of needles move no further, in parts of what sides are moved by.
pub(crate) const LONGEST_MITRE: f64 = 150.0;

pub(crate) fn about_centroid(kind: &Kind) -> Rings {
    let local = |ring: &Vec<Pt>| -> Vec<Pt> {
        let moved = ring.iter().map(|p| pt(p.x - kind.centroid.x, p.y - kind.centroid.y));
        moved.collect()
    };
    let shape = &kind.spec.shape;
    Rings {
        outline: local(&shape.outline),
        holes: shape.holes.iter().map(local).collect(),
    }
}

pub(crate) fn net_area(rings: &Rings) -> f64 {
    ring_area(&rings.outline) - rings.holes.iter().map(|h| ring_area(h)).sum::<f64>()
}

/// The part of `net_area` to the left of `x`, once every point is moved.
pub(crate) fn net_left_of(rings: &Rings, x: f64, moved: impl Fn(Pt) -> Pt) -> f64 {
    let area = |ring: &[Pt]| {
        let n = ring.len();
        let sides = (0..n).map(|i| (moved(ring[i]), moved(ring[(i + 1) % n])));
        sides.map(|(a, b)| swept_left_of(a, b, x)).sum::<f64>().abs()
    };
    area(&rings.outline) - rings.holes.iter().map(|h| area(h)).sum::<f64>()
}

/// The integral of the lesser of `x` and the side's abscissa over its ordinate: the sides' sum is the area there.
fn swept_left_of(a: Pt, b: Pt, x: f64) -> f64 {
    let mean = if (a.x < x) == (b.x < x) {
        f64::midpoint(a.x.min(x), b.x.min(x))
    } else {
        let (least, most) = (a.x.min(b.x), a.x.max(b.x));
        let part = (x - least) / (most - least);
        part * f64::midpoint(least, x) + (1.0 - part) * x
    };
    mean * (b.y - a.y)
}

/// Every side moved outwards by as much, holes inwards; corners stay sharp. Good enough to say where to try: what lies
/// there is asked of the true shapes.
pub(crate) fn grown(rings: &Rings, by: f64) -> Rings {
    if by == 0.0 {
        return rings.clone();
    }
    Rings {
        outline: moved_out(&rings.outline, by),
        holes: rings.holes.iter().map(|h| moved_out(h, -by)).collect(),
    }
}

pub(crate) fn moved_out(ring: &[Pt], by: f64) -> Vec<Pt> {
    let n = ring.len();
    let twice: f64 = (0..n)
        .map(|i| ring[i].x * ring[(i + 1) % n].y - ring[(i + 1) % n].x * ring[i].y)
        .sum();
    let out = by * twice.signum();
    let normal = |a: Pt, b: Pt| {
        let length = (b.x - a.x).hypot(b.y - a.y).max(f64::MIN_POSITIVE);
        pt((b.y - a.y) / length, (a.x - b.x) / length)
    };
    (0..n)
        .map(|i| {
            let (before, at, after) = (ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
            let (m, k) = (normal(before, at), normal(at, after));
            let by = mitre(m, k, out, LONGEST_MITRE);
            pt(at.x + by.x, at.y + by.y)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_of_a_line_lies_what_a_cut_there_leaves() {
        let ring = |points: &[(f64, f64)]| points.iter().map(|&(x, y)| pt(x, y)).collect::<Vec<_>>();
        let rings = Rings {
            outline: ring(&[(0.0, 0.0), (8.0, 0.0), (8.0, 4.0), (4.0, 8.0), (0.0, 4.0)]),
            holes: vec![ring(&[(2.0, 1.0), (6.0, 1.0), (6.0, 3.0), (2.0, 3.0)])],
        };
        let turned = Rings {
            outline: rings.outline.iter().rev().copied().collect(),
            ..rings.clone()
        };
        for rings in [rings, turned] {
            for (x, area) in [(-1.0, 0.0), (2.0, 10.0), (4.0, 20.0), (6.0, 30.0), (9.0, 40.0)] {
                let found = net_left_of(&rings, x, |p| p);
                assert!((found - area).abs() < 1e-12, "{found} left of {x}");
                let moved = net_left_of(&rings, x + 3.0, |p| pt(p.x + 3.0, p.y - 5.0));
                assert!((moved - area).abs() < 1e-12, "{moved} left of {x}");
            }
            assert_eq!(net_left_of(&rings, 9.0, |p| p), net_area(&rings));
        }
    }
}
