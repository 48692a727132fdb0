//! What lies where: sheets (or a strip) with placed pieces.

use crate::circles::Circles;
use crate::geom::{Bbox, Pt, Seg, pt};
use crate::hits::Laid;
use crate::model::Model;
use crate::pose::Pose;
use crate::sieve::Sieve;
use crate::turned::blocks;

/// One copy of a sheet of the problem, or the strip.
#[derive(Clone, Debug)]
pub struct Bay {
    /// Position of the sheet in the problem.
    pub sheet: usize,
    pub copy: usize,
    /// Items lying here, with their boxes beside them for the first sieve.
    pub items: Vec<u32>,
    pub boxes: Sieve,
}

/// A placed piece with its geometry in the sheet's coordinates.
#[derive(Clone, Debug)]
pub struct Placed {
    pub bay: usize,
    pub pose: Pose,
    pub bbox: Bbox,
    pub diagonal: Bbox,
    pub poles: Circles,
    pub segs: Vec<Seg>,
    pub blocks: Vec<Bbox>,
    /// Colours under it, where its kit is of like shade.
    pub shades: u64,
    /// Position in the bay's list.
    slot: usize,
}

#[derive(Clone)]
pub struct World<'m> {
    pub model: &'m Model,
    pub bays: Vec<Bay>,
    /// Of each sheet: its first copy; the others follow.
    first_bay: Vec<usize>,
    pub placed: Vec<Option<Placed>>,
    /// Length of the strip; unused with sheets.
    pub width: f64,
}

impl<'m> World<'m> {
    pub fn new(model: &'m Model, bays: &[(usize, usize)], width: f64) -> Self {
        let mut first_bay = vec![bays.len(); bays.iter().map(|b| b.0 + 1).max().unwrap_or(0)];
        for (k, b) in bays.iter().enumerate().rev() {
            first_bay[b.0] = k;
        }
        let bays = bays
            .iter()
            .map(|&(sheet, copy)| Bay {
                sheet,
                copy,
                items: Vec::new(),
                boxes: Sieve::default(),
            })
            .collect();
        Self {
            model,
            bays,
            first_bay,
            placed: vec![None; model.items.len()],
            width,
        }
    }

    pub fn bay_of(&self, sheet: usize, copy: usize) -> Option<usize> {
        let bay = self.first_bay.get(sheet)? + copy;
        self.bays
            .get(bay)
            .filter(|b| (b.sheet, b.copy) == (sheet, copy))
            .map(|_| bay)
    }

    pub fn is_strip(&self) -> bool {
        self.model.sheets.is_empty()
    }

    pub fn put(&mut self, item: usize, bay: usize, pose: Pose) {
        debug_assert!(self.placed[item].is_none());
        let kind = &self.model.kinds[self.model.items[item]];
        let whole = kind.whole();
        let mut segs = Vec::new();
        pose.segs(whole, &mut segs);
        let mut b = Vec::new();
        blocks(&segs, &mut b);
        let bbox = pose.bbox(&whole.hull);
        let diagonal = Bbox::diagonal(whole.hull.iter().map(|&p| pose.apply(p)));
        let poles = Circles::of(whole, &pose);
        let shades = match self.model.sheets.get(self.bays[bay].sheet) {
            Some(sheet) if self.model.shades.bind(item) => {
                let marks: Vec<Pt> = whole.marks.iter().map(|&m| pose.apply(m)).collect();
                let laid = Laid {
                    segs: &segs,
                    blocks: &b,
                    at: pt(0.0, 0.0),
                    marks: &marks,
                    bbox: &bbox,
                };
                sheet.shades_under(whole, &pose, &laid)
            }
            _ => 0,
        };
        let slot = self.bays[bay].items.len();
        self.bays[bay].items.push(item as u32);
        self.bays[bay].boxes.push(&bbox);
        self.placed[item] = Some(Placed {
            bay,
            pose,
            bbox,
            diagonal,
            poles,
            segs,
            blocks: b,
            shades,
            slot,
        });
    }

    /// The sheet that an item must lie on because the rest of its kit does.
    pub fn bound_to(&self, item: usize) -> Option<usize> {
        let tied = self.model.tied[item].iter();
        tied.filter_map(|&i| self.placed[i as usize].as_ref())
            .map(|p| p.bay)
            .next()
    }

    pub fn take(&mut self, item: usize) -> Option<(usize, Pose)> {
        let p = self.placed[item].take()?;
        let bay = &mut self.bays[p.bay];
        bay.items.swap_remove(p.slot);
        bay.boxes.swap_remove(p.slot);
        if let Some(&moved) = bay.items.get(p.slot) {
            if let Some(m) = &mut self.placed[moved as usize] {
                m.slot = p.slot;
            }
        }
        Some((p.bay, p.pose))
    }

    /// Largest x that a placed piece reaches, by the true shapes.
    pub fn reached(&self) -> f64 {
        let reach = |p: &Placed, item: usize| p.pose.bbox(&self.model.kinds[self.model.items[item]].true_hull).x1;
        self.placed
            .iter()
            .enumerate()
            .filter_map(|(i, p)| p.as_ref().map(|p| reach(p, i)))
            .fold(0.0, f64::max)
    }
}
