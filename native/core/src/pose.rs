//! Where a piece lies: place of its centroid, rotation, mirrored or not.

use crate::geom::{Bbox, Pt, Seg, inside, pt};
use crate::kind::{Kind, Part};
use crate::problem::Placement;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    pub x: f64,
    pub y: f64,
    /// Degrees in [0, 360).
    pub rotation: f64,
    pub mirrored: bool,
    cos: f64,
    sin: f64,
}

impl Pose {
    pub fn new(x: f64, y: f64, rotation: f64, mirrored: bool) -> Self {
        let rotation = rotation.rem_euclid(360.0);
        // Right angles are exact, so that rectangles stay rectangles.
        let (sin, cos) = match rotation {
            0.0 => (0.0, 1.0),
            90.0 => (1.0, 0.0),
            180.0 => (0.0, -1.0),
            270.0 => (-1.0, 0.0),
            r => r.to_radians().sin_cos(),
        };
        Self {
            x,
            y,
            rotation,
            mirrored,
            cos,
            sin,
        }
    }

    #[must_use]
    pub fn moved(self, dx: f64, dy: f64) -> Self {
        Self {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }

    #[inline]
    pub fn turn(&self, p: Pt) -> Pt {
        let mx = if self.mirrored { -p.x } else { p.x };
        pt(self.cos * mx - self.sin * p.y, self.sin * mx + self.cos * p.y)
    }

    #[inline]
    pub fn apply(&self, p: Pt) -> Pt {
        let q = self.turn(p);
        pt(self.x + q.x, self.y + q.y)
    }

    pub fn segs(&self, part: &Part, out: &mut Vec<Seg>) {
        out.clear();
        out.extend(part.segs.iter().map(|s| Seg {
            a: self.apply(s.a),
            b: self.apply(s.b),
        }));
    }

    /// The inverse of `apply`.
    pub fn local(&self, p: Pt) -> Pt {
        let (x, y) = (p.x - self.x, p.y - self.y);
        let (mx, y) = (self.cos * x + self.sin * y, self.cos * y - self.sin * x);
        pt(if self.mirrored { -mx } else { mx }, y)
    }

    /// Whether a point lies in a part at this pose.
    pub fn covers(&self, part: &Part, p: Pt) -> bool {
        inside(&part.segs, self.local(p))
    }

    pub fn bbox(&self, hull: &[Pt]) -> Bbox {
        Bbox::of(hull.iter().map(|&p| self.apply(p)))
    }

    /// The pose of a placement of the result, whose rotation is about the origin of the piece's own coordinates.
    pub fn of(kind: &Kind, p: &Placement) -> Self {
        let at_origin = Self::new(p.x, p.y, p.rotation, p.mirrored);
        let c = at_origin.apply(kind.centroid);
        Self::new(c.x, c.y, p.rotation, p.mirrored)
    }

    /// The inverse of `of`: the translation to write for this pose.
    pub fn translation(&self, kind: &Kind) -> Pt {
        let c = self.turn(kind.centroid);
        pt(self.x - c.x, self.y - c.y)
    }
}
