//! Points, segments and boxes in f64.

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pt {
    pub x: f64,
    pub y: f64,
}

pub const fn pt(x: f64, y: f64) -> Pt {
    Pt { x, y }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seg {
    pub a: Pt,
    pub b: Pt,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    pub x0: f64,
    pub y0: f64,
    pub x1: f64,
    pub y1: f64,
}

impl Bbox {
    pub const EMPTY: Self = Self {
        x0: f64::INFINITY,
        y0: f64::INFINITY,
        x1: f64::NEG_INFINITY,
        y1: f64::NEG_INFINITY,
    };

    pub fn of(points: impl IntoIterator<Item = Pt>) -> Self {
        points.into_iter().fold(Self::EMPTY, Self::with)
    }

    /// The box of the points turned by 45 degrees and widened by the root of 2: extents of x + y and x - y.
    pub fn diagonal(points: impl IntoIterator<Item = Pt>) -> Self {
        Self::of(points.into_iter().map(|p| pt(p.x + p.y, p.x - p.y)))
    }

    pub fn of_segs(segs: &[Seg]) -> Self {
        Self::of(segs.iter().flat_map(|s| [s.a, s.b]))
    }

    #[must_use]
    pub fn with(self, p: Pt) -> Self {
        Self {
            x0: self.x0.min(p.x),
            y0: self.y0.min(p.y),
            x1: self.x1.max(p.x),
            y1: self.y1.max(p.y),
        }
    }

    #[must_use]
    pub fn join(self, o: Self) -> Self {
        Self {
            x0: self.x0.min(o.x0),
            y0: self.y0.min(o.y0),
            x1: self.x1.max(o.x1),
            y1: self.y1.max(o.y1),
        }
    }

    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self {
            x0: self.x0 - by,
            y0: self.y0 - by,
            x1: self.x1 + by,
            y1: self.y1 + by,
        }
    }

    #[inline]
    pub fn touches(&self, o: &Self) -> bool {
        self.x0 <= o.x1 && o.x0 <= self.x1 && self.y0 <= o.y1 && o.y0 <= self.y1
    }

    pub fn holds(&self, p: Pt) -> bool {
        p.x >= self.x0 && p.x <= self.x1 && p.y >= self.y0 && p.y <= self.y1
    }

    pub fn covers(&self, o: &Self) -> bool {
        o.x0 >= self.x0 && o.x1 <= self.x1 && o.y0 >= self.y0 && o.y1 <= self.y1
    }

    pub fn width(&self) -> f64 {
        self.x1 - self.x0
    }

    pub fn height(&self) -> f64 {
        self.y1 - self.y0
    }

    pub fn larger_side(&self) -> f64 {
        self.width().max(self.height())
    }

    pub fn centre(&self) -> Pt {
        pt(f64::midpoint(self.x0, self.x1), f64::midpoint(self.y0, self.y1))
    }
}

impl Seg {
    #[inline]
    pub fn bbox(&self) -> Bbox {
        Bbox {
            x0: self.a.x.min(self.b.x),
            y0: self.a.y.min(self.b.y),
            x1: self.a.x.max(self.b.x),
            y1: self.a.y.max(self.b.y),
        }
    }

    pub fn length(&self) -> f64 {
        (self.b.x - self.a.x).hypot(self.b.y - self.a.y)
    }

    /// The parameters between which the segment lies in a box (Liang and Barsky 1984).
    pub fn within(&self, b: &Bbox) -> Option<(f64, f64)> {
        let (dx, dy) = (self.b.x - self.a.x, self.b.y - self.a.y);
        let (mut from, mut to) = (0.0f64, 1.0f64);
        for (p, q) in [
            (-dx, self.a.x - b.x0),
            (dx, b.x1 - self.a.x),
            (-dy, self.a.y - b.y0),
            (dy, b.y1 - self.a.y),
        ] {
            if p == 0.0 && q < 0.0 {
                return None;
            }
            match p.total_cmp(&0.0) {
                std::cmp::Ordering::Less => from = from.max(q / p),
                std::cmp::Ordering::Greater => to = to.min(q / p),
                std::cmp::Ordering::Equal => {}
            }
        }
        (from <= to).then_some((from, to))
    }

    pub fn at(&self, t: f64) -> Pt {
        pt(
            self.a.x + (self.b.x - self.a.x) * t,
            self.a.y + (self.b.y - self.a.y) * t,
        )
    }

    #[must_use]
    pub fn reversed(self) -> Self {
        Self { a: self.b, b: self.a }
    }
}

/// Twice the signed area of the triangle o, p, q.
#[inline]
pub fn cross(o: Pt, p: Pt, q: Pt) -> f64 {
    (p.x - o.x) * (q.y - o.y) - (p.y - o.y) * (q.x - o.x)
}

/// Whether two closed segments share a point: touching counts.
#[inline]
pub fn segs_touch(s: &Seg, t: &Seg) -> bool {
    let d1 = cross(t.a, t.b, s.a);
    let d2 = cross(t.a, t.b, s.b);
    if d1 * d2 > 0.0 {
        return false;
    }
    let d3 = cross(s.a, s.b, t.a);
    let d4 = cross(s.a, s.b, t.b);
    if d3 * d4 > 0.0 {
        return false;
    }
    if d1 == 0.0 && d2 == 0.0 {
        return s.bbox().touches(&t.bbox());
    }
    true
}

/// Squared distance of a point from a closed segment.
#[inline]
pub fn point_seg_sq(p: Pt, s: &Seg) -> f64 {
    let (dx, dy) = (s.b.x - s.a.x, s.b.y - s.a.y);
    let len = dx * dx + dy * dy;
    let t = if len > 0.0 {
        (((p.x - s.a.x) * dx + (p.y - s.a.y) * dy) / len).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let (ex, ey) = (p.x - s.a.x - t * dx, p.y - s.a.y - t * dy);
    ex * ex + ey * ey
}

/// Squared distance of two closed segments; 0 where they share a point.
pub fn seg_seg_sq(s: &Seg, t: &Seg) -> f64 {
    if segs_touch(s, t) {
        return 0.0;
    }
    point_seg_sq(s.a, t)
        .min(point_seg_sq(s.b, t))
        .min(point_seg_sq(t.a, s))
        .min(point_seg_sq(t.b, s))
}

/// Even-odd parity of a point against a closed boundary given as segments in any order.
pub fn inside(segs: &[Seg], p: Pt) -> bool {
    let mut odd = false;
    for s in segs {
        if crosses_right_of(s, p) {
            odd = !odd;
        }
    }
    odd
}

/// Whether a segment crosses the ray from a point to the right.
#[inline]
pub fn crosses_right_of(s: &Seg, p: Pt) -> bool {
    (s.a.y > p.y) != (s.b.y > p.y) && p.x < s.a.x + (p.y - s.a.y) * (s.b.x - s.a.x) / (s.b.y - s.a.y)
}

/// Convex hull, counter-clockwise (Andrew's monotone chain).
pub fn convex_hull(points: impl IntoIterator<Item = Pt>) -> Vec<Pt> {
    let mut p: Vec<Pt> = points.into_iter().collect();
    p.sort_by(|a, b| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)));
    p.dedup();
    if p.len() < 3 {
        return p;
    }
    let mut hull = half_hull(p.iter().copied());
    hull.pop();
    let mut upper = half_hull(p.iter().rev().copied());
    upper.pop();
    hull.append(&mut upper);
    hull
}

fn half_hull(points: impl Iterator<Item = Pt>) -> Vec<Pt> {
    let mut chain: Vec<Pt> = Vec::new();
    for q in points {
        while chain.len() >= 2 && cross(chain[chain.len() - 2], chain[chain.len() - 1], q) <= 0.0 {
            chain.pop();
        }
        chain.push(q);
    }
    chain
}

/// How far a corner between two sides goes when both are moved by `by` along their normals `m` and `n` (of length 1): at
/// most `longest` times as far, as the tips of needles would go beyond the next corner.
pub fn mitre(m: Pt, n: Pt, by: f64, longest: f64) -> Pt {
    let (x, y) = (m.x + n.x, m.y + n.y);
    // Half the squared length is one and the cosine between both.
    let half = 0.5 * (x * x + y * y);
    let far = by / half.max(2.0 / longest.powi(2));
    pt(x * far, y * far)
}

/// Area of a simple ring, without sign.
pub fn ring_area(ring: &[Pt]) -> f64 {
    let n = ring.len();
    (0..n)
        .map(|i| ring[i].x * ring[(i + 1) % n].y - ring[(i + 1) % n].x * ring[i].y)
        .sum::<f64>()
        .abs()
        / 2.0
}
