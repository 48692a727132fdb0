//! How much leather a piece asks for and a sheet has, in areas: what needs no quality may lie over a hole, nothing may
//! lie outside.

use crate::kind::Kind;
use crate::sheet::Sheet;
use std::ops::{Add, Mul, Sub};

/// Areas are rounded; what is just enough must not fall short by it.
pub(crate) const ROUNDING: f64 = 1e-9;

pub(crate) fn is_enough(has: f64, wanted: f64) -> bool {
    has >= wanted * (1.0 - ROUNDING)
}

/// Two areas that bind apart.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Leather {
    /// Of a sheet all inside of its outline, holes too; of a piece the whole.
    pub gross: f64,
    /// Of a sheet without holes; of a piece the part that may not lie over one.
    pub net: f64,
}

/// One of the two areas.
pub type Measure = fn(Leather) -> f64;

impl Leather {
    /// Whether areas alone allow what is wanted here.
    pub fn is_enough_for(self, wanted: Self) -> bool {
        is_enough(self.gross, wanted.gross) && is_enough(self.net, wanted.net)
    }

    /// As it is, none where it is below that.
    #[must_use]
    pub fn or_nothing(self) -> Self {
        Self {
            gross: self.gross.max(0.0),
            net: self.net.max(0.0),
        }
    }

    /// The areas that can bind where this is wanted: no sheet has less inside of its outline than without its holes.
    pub fn measures(self) -> &'static [Measure] {
        const MEASURES: [Measure; 2] = [|l| l.net, |l| l.gross];
        if self.net >= self.gross {
            &MEASURES[..1]
        } else {
            &MEASURES
        }
    }
}

impl Add for Leather {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            gross: self.gross + other.gross,
            net: self.net + other.net,
        }
    }
}

impl Sub for Leather {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other * -1.0
    }
}

impl Mul<f64> for Leather {
    type Output = Self;

    fn mul(self, times: f64) -> Self {
        Self {
            gross: self.gross * times,
            net: self.net * times,
        }
    }
}

impl std::iter::Sum for Leather {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |a, b| a + b)
    }
}

impl Kind {
    pub fn leather(&self) -> Leather {
        Leather {
            gross: self.area,
            net: self.wants_above(0),
        }
    }

    /// Area of the part that needs more than the quality of this bit.
    pub fn wants_above(&self, bit: usize) -> f64 {
        let part = self.parts.iter().find(|p| p.levels & (1 << bit) != 0);
        part.map_or(0.0, |p| p.area)
    }

    /// Whether a sheet is as large as the piece, by areas and by the diagonal of its box.
    pub fn may_fit(&self, sheet: &Sheet) -> bool {
        let diagonal = sheet.bbox.width().hypot(sheet.bbox.height());
        sheet.leather().is_enough_for(self.leather()) && self.diameter <= diagonal * (1.0 + ROUNDING)
    }
}

impl Sheet {
    pub fn leather(&self) -> Leather {
        let outline = self.hazards.iter().find(|h| h.inverse);
        Leather {
            gross: outline.map_or(self.area, |h| h.region.area),
            net: self.area,
        }
    }
}
