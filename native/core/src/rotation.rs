//! Which rotations a piece may have: everything, or intervals of degrees.

use crate::rng::Rng;

/// Closed intervals (centre, half width) in degrees; half width 0 is one angle.
#[derive(Clone, Debug, PartialEq)]
pub enum Turns {
    Free,
    Some(Vec<(f64, f64)>),
}

/// The least difference of two angles where `full` degrees are the same again.
pub fn between(a: f64, b: f64, full: f64) -> f64 {
    let d = (a - b).rem_euclid(full);
    d.min(full - d)
}

/// Signed difference a - b in [-180, 180).
fn offset(a: f64, b: f64) -> f64 {
    (a - b + 180.0).rem_euclid(360.0) - 180.0
}

const ANGLE_SLACK: f64 = 1e-9;

impl Turns {
    pub fn allows(&self, angle: f64) -> bool {
        match self {
            Self::Free => true,
            Self::Some(v) => v.iter().any(|&(c, h)| between(angle, c, 360.0) <= h + ANGLE_SLACK),
        }
    }

    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Some(v) if v.is_empty())
    }

    /// Whether an angle can be changed by small steps somewhere.
    pub fn continuous(&self) -> bool {
        match self {
            Self::Free => true,
            Self::Some(v) => v.iter().any(|i| i.1 > 0.0),
        }
    }

    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Free, o) => o.clone(),
            (s, Self::Free) => s.clone(),
            (Self::Some(a), Self::Some(b)) => {
                let mut out = Vec::new();
                for &(ca, ha) in a {
                    for &(cb, hb) in b {
                        // Wide intervals can meet at both ends of the circle.
                        for shift in [0.0, 360.0, -360.0] {
                            let c = ca + offset(cb, ca) + shift;
                            let (lo, hi) = ((ca - ha).max(c - hb), (ca + ha).min(c + hb));
                            if hi >= lo - ANGLE_SLACK {
                                out.push((f64::midpoint(lo, hi), ((hi - lo) / 2.0).max(0.0)));
                            }
                        }
                    }
                }
                Self::Some(out)
            }
        }
    }

    pub fn pick(&self, rng: &mut Rng) -> Option<f64> {
        match self {
            Self::Free => Some(rng.range(0.0, 360.0)),
            Self::Some(v) if v.is_empty() => None,
            Self::Some(v) => {
                let (c, h) = v[rng.below(v.len())];
                Some(if h > 0.0 {
                    (c + rng.range(-h, h)).rem_euclid(360.0)
                } else {
                    c.rem_euclid(360.0)
                })
            }
        }
    }

    /// The allowed angle nearest to `angle`.
    pub fn nearest(&self, angle: f64) -> Option<f64> {
        match self {
            Self::Free => Some(angle.rem_euclid(360.0)),
            Self::Some(v) => v
                .iter()
                .map(|&(c, h)| c + offset(angle, c).clamp(-h, h))
                .min_by(|a, b| between(*a, angle, 360.0).total_cmp(&between(*b, angle, 360.0)))
                .map(|a| a.rem_euclid(360.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_meet_where_both_allow() {
        let a = Turns::Some(vec![(0.0, 10.0), (180.0, 10.0)]);
        let b = Turns::Some(vec![(8.0, 4.0)]);
        let m = a.meet(&b);
        assert!(m.allows(4.0) && m.allows(10.0) && !m.allows(3.9) && !m.allows(180.0));
        assert!(a.meet(&Turns::Some(vec![(90.0, 5.0)])).is_empty());
    }

    #[test]
    fn every_angle_picked_is_allowed() {
        let t = Turns::Some(vec![(350.0, 20.0), (90.0, 0.0)]);
        let mut rng = Rng::new(1);
        for _ in 0..1000 {
            assert!(t.allows(t.pick(&mut rng).unwrap()));
        }
        assert_eq!(t.nearest(60.0), Some(90.0));
        assert_eq!(t.nearest(200.0), Some(90.0));
        assert_eq!(t.nearest(320.0), Some(330.0));
    }
}
