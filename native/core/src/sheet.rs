//! Sheets made ready for searching: their hazards, and how far from each every place is.

use crate::cells::Cells;
use crate::field::{Area, Field};
use crate::geom::{Bbox, Pt, Seg};
use crate::kind::OUTLINE;
use crate::problem::{Fault, SheetSpec, fault};
use crate::region::{Region, Rings};
use crate::shades::Lab;

#[derive(Clone, Debug)]
pub struct Hazard {
    pub level: u64,
    pub gap: f64,
    pub region: Region,
    /// Forbidden is what lies outside of the region.
    pub inverse: bool,
}

#[derive(Clone, Debug)]
pub struct Sheet {
    pub bbox: Bbox,
    pub hazards: Vec<Hazard>,
    pub levels: u64,
    pub area: f64,
    pub spec: SheetSpec,
    pub segs: Vec<(Seg, u32)>,
    pub cells: Cells,
    fields: Vec<Field>,
    /// Field of each `levels_id`.
    field_of: Vec<usize>,
    /// Per colour of the problem that this sheet has: its level, and how far each place is from it.
    pub shades: Vec<Option<(u64, Field)>>,
    /// Per field: nodes where something may lie, with their distance.
    free: Vec<Vec<(Pt, f64)>>,
}

impl Sheet {
    /// Of the same geometry with other terms.
    #[must_use]
    pub fn with_spec(&self, spec: &SheetSpec) -> Self {
        Self {
            spec: spec.clone(),
            ..self.clone()
        }
    }

    pub fn field(&self, levels_id: usize) -> &Field {
        &self.fields[self.field_of[levels_id]]
    }

    pub fn free_nodes(&self, levels_id: usize) -> &[(Pt, f64)] {
        &self.free[self.field_of[levels_id]]
    }

    /// The grain at a point: that of the nearest sample.
    pub fn grain_at(&self, x: f64, y: f64) -> Option<f64> {
        let away = |s: &&(f64, f64, f64)| (s.0 - x).hypot(s.1 - y);
        self.spec
            .grain
            .iter()
            .min_by(|a, b| away(a).total_cmp(&away(b)))
            .map(|s| s.2)
    }
}

/// Colours have the bits behind the qualities: no part of a piece asks for them by itself.
fn shade_hazards(spec: &SheetSpec, colours: &[Lab], from_bit: usize) -> Vec<Hazard> {
    let known = |(lab, r): &(Lab, Rings)| {
        let c = colours.iter().position(|l| l == lab)?;
        Some(Hazard {
            level: 1 << (from_bit + c),
            gap: 0.0,
            region: r.region(),
            inverse: false,
        })
    };
    spec.shades.iter().filter_map(known).collect()
}

/// What is made of a sheet of the problem.
pub fn make_sheet(
    spec: &SheetSpec,
    position: usize,
    qualities: &[u32],
    masks: &[u64],
    colours: &[Lab],
) -> Result<Sheet, Fault> {
    let bit = |q: u32| 1u64 << qualities.iter().position(|&p| p == q).unwrap_or(0);
    let outline = Rings {
        outline: spec.outline.clone(),
        holes: vec![],
    }
    .region();
    if outline.is_empty() {
        return Err(fault(
            "NEST_SHEET_WITHOUT_AREA",
            format!("sheet {position} has no area; give an outline that encloses some"),
        ));
    }
    let bbox = outline.bbox;
    let net = Rings {
        outline: spec.outline.clone(),
        holes: spec.holes.clone(),
    }
    .region();
    let mut hazards = vec![Hazard {
        level: OUTLINE,
        gap: spec.margin,
        region: outline,
        inverse: true,
    }];
    for h in &spec.holes {
        let region = Rings {
            outline: h.clone(),
            holes: vec![],
        }
        .region();
        hazards.push(Hazard {
            level: bit(0),
            gap: spec.margin,
            region,
            inverse: false,
        });
    }
    for (q, z) in &spec.zones {
        hazards.push(Hazard {
            level: bit(*q),
            gap: 0.0,
            region: z.region(),
            inverse: false,
        });
    }
    if let Some(base) = spec.base {
        if masks.iter().any(|m| m & bit(base) != 0) {
            hazards.push(Hazard {
                level: bit(base),
                gap: 0.0,
                region: rest(spec),
                inverse: false,
            });
        }
    }
    hazards.extend(shade_hazards(spec, colours, qualities.len()));
    hazards.retain(|h| !h.region.is_empty());
    let levels = hazards.iter().fold(0, |m, h| m | h.level);
    let segs: Vec<(Seg, u32)> = hazards
        .iter()
        .enumerate()
        .flat_map(|(k, h)| h.region.segs.iter().map(move |s| (*s, k as u32)))
        .collect();
    let mut out = Sheet {
        bbox,
        levels,
        area: net.area,
        spec: spec.clone(),
        cells: Cells::build(bbox, &segs),
        segs,
        hazards,
        fields: Vec::new(),
        field_of: Vec::new(),
        shades: Vec::new(),
        free: Vec::new(),
    };
    let shade = |c: usize| 1u64 << (qualities.len() + c);
    let stated = |c: usize| (levels & shade(c) != 0).then(|| (shade(c), out.make_field(shade(c))));
    out.shades = (0..colours.len()).map(stated).collect();
    let mut made: Vec<u64> = Vec::new();
    for mask in masks {
        let mask = mask & levels;
        let at = made.iter().position(|&m| m == mask).unwrap_or_else(|| {
            made.push(mask);
            let field = out.make_field(mask);
            out.free.push(field.free_nodes());
            out.fields.push(field);
            made.len() - 1
        });
        out.field_of.push(at);
    }
    Ok(out)
}

impl Sheet {
    fn make_field(&self, mask: u64) -> Field {
        let mine = self.hazards.iter().filter(|h| h.level & mask != 0);
        let areas: Vec<Area> = mine
            .map(|h| Area {
                region: &h.region,
                is_outside: h.inverse,
                gap: h.gap,
            })
            .collect();
        Field::build(self.bbox, &areas)
    }
}

/// The sheet's base quality lies where neither zone nor hole is.
fn rest(spec: &SheetSpec) -> Region {
    let outline = Rings {
        outline: spec.outline.clone(),
        holes: spec.holes.clone(),
    };
    let inner = outline.prepared();
    let zones: Vec<_> = spec
        .zones
        .iter()
        .map(|(_, z)| (Bbox::of(z.outline.iter().copied()), z.prepared()))
        .collect();
    let rings = outline.all().chain(spec.zones.iter().flat_map(|(_, r)| r.all()));
    Region::from_rings(rings.map(Vec::as_slice), |p| {
        inner.has(p) && !zones.iter().any(|(b, z)| b.holds(p) && z.has(p))
    })
}
