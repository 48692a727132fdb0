//! The problem as it comes through the door: one stream of numbers, read with every length and value checked.
//! `src/nest/encode-problem.ts` writes it; the order of the fields stands in both and nowhere else.

use crate::geom::{Pt, pt};
use crate::region::Rings;
use crate::rotation::Turns;
use crate::shades::Lab;

/// An error as data: a code of Kerf's (`NEST_…`) and what was found, expected, to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub code: &'static str,
    pub message: String,
}

pub fn fault(code: &'static str, message: impl Into<String>) -> Fault {
    Fault {
        code,
        message: message.into(),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Objective {
    Strip,
    Sheets,
    Value,
    Kits,
}

#[derive(Clone, Debug, PartialEq)]
pub struct PieceSpec {
    pub quantity: usize,
    pub base: u32,
    pub mirror: bool,
    pub priority: f64,
    /// None: the area in cm².
    pub value: Option<f64>,
    pub kit: Option<usize>,
    pub per_kit: usize,
    /// The piece whose mirror image this one is.
    pub pair_of: Option<usize>,
    pub spacing: f64,
    pub common_line: bool,
    /// (angle, tolerance)
    pub grain: Option<(f64, f64)>,
    /// How far from its centre another reader of its curves may find it: the grain there counts as well.
    pub centre_doubt: f64,
    pub turns: Turns,
    pub shape: Rings,
    pub zones: Vec<(u32, Rings)>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placement {
    pub sheet: usize,
    /// Which of the sheet's copies.
    pub copy: usize,
    pub piece: usize,
    pub x: f64,
    pub y: f64,
    pub rotation: f64,
    pub mirrored: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SheetSpec {
    pub quantity: usize,
    /// None: no least quality beside the zones (foreign files).
    pub base: Option<u32>,
    pub cost: f64,
    pub margin: f64,
    pub directed: bool,
    /// (x, y, angle)
    pub grain: Vec<(f64, f64, f64)>,
    pub outline: Vec<Pt>,
    pub holes: Vec<Vec<Pt>>,
    pub zones: Vec<(u32, Rings)>,
    /// Colours (L*, a*, b*) of parts of the sheet.
    pub shades: Vec<(Lab, Rings)>,
    pub locked: Vec<Placement>,
}

impl PieceSpec {
    /// Alike in all that geometry is made of.
    pub fn is_drawn_as(&self, o: &Self) -> bool {
        self.base == o.base && self.value == o.value && self.shape == o.shape && self.zones == o.zones
    }
}

impl SheetSpec {
    /// Alike in all that geometry is made of.
    pub fn is_drawn_as(&self, o: &Self) -> bool {
        self.base == o.base
            && self.margin == o.margin
            && self.outline == o.outline
            && self.holes == o.holes
            && self.zones == o.zones
            && self.shades == o.shades
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KitSpec {
    /// How many are ordered.
    pub quantity: usize,
    /// All pieces of one kit come from one sheet.
    pub one_sheet: bool,
    /// Shades under the pieces of one kit are at most that far apart.
    pub delta_e: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct Problem {
    pub objective: Objective,
    pub strip_height: f64,
    pub spacing: f64,
    pub kits: Vec<KitSpec>,
    pub pieces: Vec<PieceSpec>,
    pub sheets: Vec<SheetSpec>,
    /// A layout to start from.
    pub start: Vec<Placement>,
}

const VERSION: f64 = 4.0;
/// Beyond these the memory of the search would run to gigabytes.
const MOST_PIECES: usize = 20_000;
const MOST_POINTS: usize = 4_000_000;
/// Any count that the door lets in, to be refused by its name.
const ANY_COUNT: usize = u32::MAX as usize;
/// Coordinates beyond this are refused: the judges read placements up to 1e8, and a piece may be moved by its own
/// distance from the origin and the sheet's.
const FARTHEST: f64 = 4e7;

struct Reader<'a> {
    data: &'a [f64],
    at: usize,
    points: usize,
}

type Read<T> = Result<T, Fault>;

impl Reader<'_> {
    fn number(&mut self) -> Read<f64> {
        let v = self
            .data
            .get(self.at)
            .copied()
            .ok_or_else(|| self.broken("more numbers"))?;
        self.at += 1;
        if v.is_finite() {
            Ok(v)
        } else {
            Err(self.broken("a finite number"))
        }
    }

    fn broken(&self, expected: &str) -> Fault {
        fault(
            "NEST_PROBLEM_MALFORMED",
            format!(
                "encoded problem: {} numbers, at {} expected {expected}; encode it with encodeProblem of the same version",
                self.data.len(),
                self.at
            ),
        )
    }

    fn count(&mut self, most: usize) -> Read<usize> {
        let v = self.number()?;
        if v >= 0.0 && v.fract() == 0.0 && v <= most as f64 {
            Ok(v as usize)
        } else {
            Err(self.broken(&format!("a count up to {most}, found {v}")))
        }
    }

    fn flag(&mut self) -> Read<bool> {
        Ok(self.count(1)? == 1)
    }

    fn least(&mut self) -> Read<f64> {
        let v = self.number()?;
        if v >= 0.0 {
            Ok(v)
        } else {
            Err(self.broken(&format!("a number of at least 0, found {v}")))
        }
    }

    fn quality(&mut self) -> Read<u32> {
        Ok(self.count(u32::MAX as usize)? as u32)
    }

    /// A number where -1 says none.
    fn optional(&mut self) -> Read<Option<f64>> {
        let v = self.number()?;
        if v == -1.0 {
            Ok(None)
        } else if v >= 0.0 {
            Ok(Some(v))
        } else {
            Err(self.broken(&format!("-1 or a number of at least 0, found {v}")))
        }
    }

    fn ring(&mut self) -> Read<Vec<Pt>> {
        let n = self.count(MOST_POINTS)?;
        self.points += n;
        if self.points > MOST_POINTS {
            return Err(fault(
                "NEST_TOO_MANY_POINTS",
                format!("more than {MOST_POINTS} points in all outlines; simplify them first"),
            ));
        }
        (0..n).map(|_| Ok(pt(self.coordinate()?, self.coordinate()?))).collect()
    }

    fn coordinate(&mut self) -> Read<f64> {
        let v = self.number()?;
        if v.abs() <= FARTHEST {
            return Ok(v);
        }
        Err(fault(
            "NEST_COORDINATE_TOO_LARGE",
            format!(
                "an outline reaches to {v:e}, {FARTHEST:e} at most; move it near the origin, or give the unit that it is drawn in"
            ),
        ))
    }

    fn rings(&mut self) -> Read<Rings> {
        let holes = self.count(MOST_POINTS)?;
        let outline = self.ring()?;
        Ok(Rings {
            outline,
            holes: (0..holes).map(|_| self.ring()).collect::<Read<_>>()?,
        })
    }

    fn zones(&mut self) -> Read<Vec<(u32, Rings)>> {
        let n = self.count(MOST_POINTS)?;
        (0..n).map(|_| Ok((self.quality()?, self.rings()?))).collect()
    }

    fn placement(&mut self, sheets: usize, pieces: usize) -> Read<Placement> {
        Ok(Placement {
            sheet: self.count(sheets.max(1) - 1)?,
            copy: self.count(MOST_PIECES)?,
            piece: self.count(pieces - 1)?,
            x: self.number()?,
            y: self.number()?,
            rotation: self.number()?,
            mirrored: self.flag()?,
        })
    }

    fn piece(&mut self, kits: usize) -> Read<PieceSpec> {
        let quantity = self.count(ANY_COUNT)?;
        let (base, mirror) = (self.quality()?, self.flag()?);
        let (priority, value) = (self.number()?, self.optional()?);
        let kit = self.optional()?.map(|k| k as usize);
        if kit.is_some_and(|k| k >= kits) {
            return Err(self.broken("a kit of this problem"));
        }
        let per_kit = self.count(ANY_COUNT)?;
        let pair_of = self.optional()?.map(|k| k as usize);
        let (spacing, common_line) = (self.least()?, self.flag()?);
        // 2: of a piece with curves.
        let stated = self.count(2)?;
        let grain = if stated > 0 {
            Some((self.number()?, self.least()?))
        } else {
            None
        };
        let centre_doubt = if stated == 2 { self.least()? } else { 0.0 };
        let turns = match self.optional()? {
            None => Turns::Free,
            Some(n) => Turns::Some(
                (0..n as usize)
                    .map(|_| Ok((self.number()?, self.least()?)))
                    .collect::<Read<_>>()?,
            ),
        };
        Ok(PieceSpec {
            quantity,
            base,
            mirror,
            priority,
            value,
            kit,
            per_kit,
            pair_of,
            spacing,
            common_line,
            grain,
            centre_doubt,
            turns,
            shape: self.rings()?,
            zones: self.zones()?,
        })
    }

    fn sheet(&mut self, sheets: usize, pieces: usize) -> Read<SheetSpec> {
        let quantity = self.count(ANY_COUNT)?;
        let base = self.optional()?.map(|q| q as u32);
        let (cost, margin, directed) = (self.least()?, self.least()?, self.flag()?);
        let samples = self.count(MOST_POINTS)?;
        let grain = (0..samples)
            .map(|_| Ok((self.number()?, self.number()?, self.number()?)))
            .collect::<Read<_>>()?;
        let Rings { outline, holes } = self.rings()?;
        let zones = self.zones()?;
        let n = self.count(MOST_POINTS)?;
        let shades = (0..n)
            .map(|_| Ok(([self.number()?, self.number()?, self.number()?], self.rings()?)))
            .collect::<Read<_>>()?;
        let n = self.count(MOST_PIECES)?;
        let locked = (0..n).map(|_| self.placement(sheets, pieces)).collect::<Read<_>>()?;
        Ok(SheetSpec {
            quantity,
            base,
            cost,
            margin,
            directed,
            grain,
            outline,
            holes,
            zones,
            shades,
            locked,
        })
    }
}

impl Problem {
    pub fn decode(data: &[f64]) -> Result<Self, Fault> {
        let mut r = Reader { data, at: 0, points: 0 };
        if r.number()? != VERSION {
            return Err(r.broken("version 4"));
        }
        let objective = [Objective::Strip, Objective::Sheets, Objective::Value, Objective::Kits][r.count(3)?];
        let (strip_height, spacing) = (r.least()?, r.least()?);
        let (np, ns, nk) = (r.count(MOST_PIECES)?, r.count(MOST_PIECES)?, r.count(MOST_PIECES)?);
        let kits = (0..nk)
            .map(|_| {
                Ok(KitSpec {
                    quantity: r.count(ANY_COUNT)?,
                    one_sheet: r.flag()?,
                    delta_e: r.optional()?,
                })
            })
            .collect::<Read<_>>()?;
        let pieces: Vec<PieceSpec> = (0..np).map(|_| r.piece(nk)).collect::<Read<_>>()?;
        if pieces.is_empty() {
            return Err(r.broken("at least one piece"));
        }
        if pieces.iter().any(|p| p.pair_of.is_some_and(|k| k >= np)) {
            return Err(r.broken("pairs among the pieces"));
        }
        let sheets: Vec<SheetSpec> = (0..ns).map(|_| r.sheet(ns, np)).collect::<Read<_>>()?;
        let n = r.count(MOST_PIECES)?;
        let start = (0..n).map(|_| r.placement(ns, np)).collect::<Read<_>>()?;
        if r.at != data.len() {
            return Err(r.broken("the end"));
        }
        let ordered: usize = pieces.iter().map(|p| p.quantity).sum();
        if ordered > MOST_PIECES {
            return Err(fault(
                "NEST_TOO_MANY_PIECES",
                format!("{ordered} pieces ordered, {MOST_PIECES} at most; split the order"),
            ));
        }
        if (objective == Objective::Strip) != sheets.is_empty()
            || (objective == Objective::Strip && strip_height <= 0.0)
        {
            return Err(r.broken("sheets, or a strip with a height"));
        }
        Ok(Self {
            objective,
            strip_height,
            spacing,
            kits,
            pieces,
            sheets,
            start,
        })
    }
}
