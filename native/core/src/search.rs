//! One worker: its world, its chance, its guide, and the moves that all objectives share.

use crate::exchange::Surplus;
use crate::geom::{Bbox, pt};
use crate::hub::Solution;
use crate::kind::Kind;
use crate::line::Line;
use crate::loss::Weights;
use crate::model::Model;
use crate::pose::Pose;
use crate::rng::Rng;
use crate::turned::Probe;
use crate::verify;
use crate::world::World;

/// Share of random poses that are laid in line with others.
const ALIGNED: f64 = 0.2;
/// Of these, with a corner on a corner.
const CORNERED: f64 = 0.25;
/// Evaluations that a turn of an outer loop counts for.
const TURN: u64 = 16;

/// Where each item lies: (bay, pose).
pub type Places = Vec<Option<(usize, Pose)>>;

pub struct Worker<'m, 'h, 'a> {
    pub model: &'m Model,
    pub world: World<'m>,
    pub rng: Rng,
    pub probe: Probe,
    pub line: Line<'h, 'a>,
    /// Items that stay where they are: locked, or kept from the layout to start from.
    pub pinned: Vec<bool>,
    /// Bays that moves may use.
    pub open: Vec<bool>,
    pub guide: Guide,
    pub(crate) surplus: Surplus,
    pub(crate) row: Vec<f64>,
}

/// Weights of guided local search, and the collisions of the present layout.
#[derive(Default)]
pub struct Guide {
    pub pair: Vec<Vec<(u32, f64)>>,
    pub sheet: Vec<f64>,
    pub hits: Vec<Vec<(u32, f64)>>,
    pub sheet_loss: Vec<f64>,
}

impl Guide {
    pub fn new(n: usize) -> Self {
        Self {
            pair: vec![Vec::new(); n],
            sheet: vec![1.0; n],
            hits: vec![Vec::new(); n],
            sheet_loss: vec![0.0; n],
        }
    }
}

impl<'m, 'h, 'a> Worker<'m, 'h, 'a> {
    pub fn new(model: &'m Model, world: World<'m>, line: Line<'h, 'a>) -> Self {
        let n = model.items.len();
        let seed = line.hub.budget.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (line.index as u64 + 1);
        let open = vec![true; world.bays.len()];
        Self {
            model,
            world,
            rng: Rng::new(seed),
            probe: Probe::default(),
            line,
            pinned: vec![false; n],
            open,
            guide: Guide::new(n),
            surplus: Surplus::default(),
            row: vec![1.0; n],
        }
    }

    pub fn over(&mut self) -> bool {
        self.line.over(self.probe.evaluations)
    }

    /// Each turn of an outer loop counts a little, so that a search with nothing to evaluate ends as well.
    pub fn count_turn(&mut self) {
        self.probe.evaluations += TURN;
    }

    pub fn kind(&self, item: usize) -> &'m Kind {
        &self.model.kinds[self.model.items[item]]
    }

    pub fn places(&self) -> Places {
        self.world
            .placed
            .iter()
            .map(|p| p.as_ref().map(|p| (p.bay, p.pose)))
            .collect()
    }

    /// Puts everything where `places` says; what lies there already is not touched.
    pub fn restore(&mut self, places: &Places) {
        for (item, place) in places.iter().enumerate() {
            let now = self.world.placed[item].as_ref().map(|p| (p.bay, p.pose));
            if now == *place {
                continue;
            }
            self.world.take(item);
            if let Some((bay, pose)) = *place {
                self.world.put(item, bay, pose);
            }
        }
    }

    pub fn is_free(&mut self, item: usize, bay: usize, pose: &Pose) -> bool {
        let ones = Weights {
            sheet: 1.0,
            pair: &self.row,
        };
        self.world
            .loss(&mut self.probe, item, bay, pose, &ones, f64::MIN_POSITIVE)
            == 0.0
    }

    /// The pose as near to `pose` as a bay allows: grain may ask for another rotation than where the piece came from.
    pub fn turned_for(&self, item: usize, bay: usize, pose: Pose) -> Pose {
        let (kind, sheet) = (self.kind(item), self.model.sheets.get(self.world.bays[bay].sheet));
        if !sheet.is_some_and(|s| kind.has_grain_on(s)) {
            return pose;
        }
        let turns = kind.turns(sheet, pose.x, pose.y, pose.mirrored);
        match turns.nearest(pose.rotation) {
            Some(angle) if !turns.allows(pose.rotation) => Pose::new(pose.x, pose.y, angle, pose.mirrored),
            _ => pose,
        }
    }

    /// Whether the grain of the place allows a pose.
    pub fn may_lie_so(&self, item: usize, bay: usize, pose: &Pose) -> bool {
        let sheet = self.model.sheets.get(self.world.bays[bay].sheet);
        self.kind(item).may_lie_so(sheet, pose)
    }

    /// A random rotation and mirroring that the place allows.
    pub fn pick_turn(&mut self, item: usize, bay: usize, x: f64, y: f64) -> Option<(f64, bool)> {
        let kind = self.kind(item);
        let mirrored = kind.spec.mirror && self.rng.chance(0.5);
        let sheet = self.model.sheets.get(self.world.bays[bay].sheet);
        let angle = if sheet.is_some_and(|s| kind.has_grain_on(s)) {
            kind.turns(sheet, x, y, mirrored).pick(&mut self.rng)
        } else {
            kind.spec.turns.pick(&mut self.rng)
        };
        angle.map(|a| (a, mirrored))
    }

    /// A random pose on a bay; now and then in line with what lies there.
    pub fn sample(&mut self, item: usize, bay: usize) -> Option<Pose> {
        let pose = self.sample_anywhere(item, bay)?;
        Some(if self.rng.chance(ALIGNED) {
            let may_touch = self.model.most_spacing == 0.0 || self.kind(item).spec.common_line;
            let cornered = if may_touch && self.rng.chance(CORNERED) {
                self.cornered(item, bay, &pose)
            } else {
                None
            };
            match cornered {
                Some(pose) => pose,
                None => self.aligned(item, bay, &pose),
            }
        } else {
            pose
        })
    }

    /// Moves a pose so that a corner of the piece lies on a corner of another or of the sheet: the one place where what
    /// was cut out fits again. None where the other piece must keep a distance.
    fn cornered(&mut self, item: usize, bay: usize, pose: &Pose) -> Option<Pose> {
        let corner = |kind: &Kind, pose: &Pose, rng: &mut Rng| {
            let ring = &kind.spec.shape.outline;
            let p = ring[rng.below(ring.len())];
            pose.apply(pt(p.x - kind.centroid.x, p.y - kind.centroid.y))
        };
        let own = corner(self.kind(item), pose, &mut self.rng);
        let items = &self.world.bays[bay].items;
        let k = self.rng.below(items.len() + 1 + items.len() / 4);
        let other = items
            .get(k)
            .and_then(|&i| Some((i, self.world.placed[i as usize].as_ref()?)));
        let to = match (other, self.model.sheets.get(self.world.bays[bay].sheet)) {
            (Some((i, _)), _) if self.gap(item, i) > 0.0 => return None,
            (Some((i, p)), _) => corner(&self.model.kinds[self.model.items[i as usize]], &p.pose, &mut self.rng),
            (None, Some(s)) => s.spec.outline[self.rng.below(s.spec.outline.len())],
            (None, None) => {
                let (w, h) = (self.world.width, self.model.strip_height);
                [pt(0.0, 0.0), pt(w, 0.0), pt(w, h), pt(0.0, h)][self.rng.below(4)]
            }
        };
        Some(pose.moved(to.x - own.x, to.y - own.y))
    }

    fn gap(&self, item: usize, other: u32) -> f64 {
        self.model.gap(self.model.items[item], self.model.items[other as usize])
    }

    /// Moves a pose so that its box touches, or is in line with, the boxes of two others or of the sheet: chance alone
    /// would never find the one place where rectangles fit exactly.
    pub fn aligned(&mut self, item: usize, bay: usize, pose: &Pose) -> Pose {
        let b = pose.bbox(&self.kind(item).true_hull);
        let (x, y) = (self.landmark(bay), self.landmark(bay));
        let gap = |w: &Self, of: Option<u32>| of.map_or(0.0, |other| w.gap(item, other));
        let (gx, gy) = (gap(self, x.1), gap(self, y.1));
        let dx = [x.0.x1 + gx - b.x0, x.0.x0 - gx - b.x1, x.0.x0 - b.x0, x.0.x1 - b.x1];
        let dy = [y.0.y1 + gy - b.y0, y.0.y0 - gy - b.y1, y.0.y0 - b.y0, y.0.y1 - b.y1];
        // Inside the sheet's box, beside the box of a piece or in line with it.
        let pick = |rng: &mut Rng, is_piece: bool| if is_piece { rng.below(4) } else { 2 + rng.below(2) };
        let (i, j) = (pick(&mut self.rng, x.1.is_some()), pick(&mut self.rng, y.1.is_some()));
        match self.rng.below(4) {
            0 => pose.moved(dx[i], 0.0),
            1 => pose.moved(0.0, dy[j]),
            _ => pose.moved(dx[i], dy[j]),
        }
    }

    /// The true box of a random piece of a bay and which it is, or of the bay itself.
    fn landmark(&mut self, bay: usize) -> (Bbox, Option<u32>) {
        let items = &self.world.bays[bay].items;
        let k = self.rng.below(items.len() + 1 + items.len() / 4);
        if let Some(p) = items.get(k).and_then(|&i| self.world.placed[i as usize].as_ref()) {
            let kind = &self.model.kinds[self.model.items[items[k] as usize]];
            return (p.pose.bbox(&kind.true_hull), Some(items[k]));
        }
        (self.room_of(bay), None)
    }

    /// The box in which pieces of a bay may lie.
    pub(crate) fn room_of(&self, bay: usize) -> Bbox {
        match self.model.sheets.get(self.world.bays[bay].sheet) {
            Some(s) => s.bbox.grown(-s.spec.margin),
            None => Bbox {
                x0: 0.0,
                y0: 0.0,
                x1: self.world.width,
                y1: self.model.strip_height,
            },
        }
    }

    /// A random pose on a bay: the largest pole of the piece where the sheet has room for a good part of it.
    fn sample_anywhere(&mut self, item: usize, bay: usize) -> Option<Pose> {
        let kind = self.kind(item);
        if self.world.is_strip() {
            let (angle, mirrored) = self.pick_turn(item, bay, 0.0, 0.0)?;
            let pose = Pose::new(0.0, 0.0, angle, mirrored);
            let b = self.world.bbox_at(&mut self.probe, item, &pose);
            let (w, h) = (self.world.width, self.model.strip_height);
            let x = if b.width() < w {
                self.rng.range(-b.x0, w - b.x1)
            } else {
                w / 2.0
            };
            let y = if b.height() < h {
                self.rng.range(-b.y0, h - b.y1)
            } else {
                h / 2.0 - b.centre().y
            };
            return Some(pose.moved(x, y));
        }
        let sheet = &self.model.sheets[self.world.bays[bay].sheet];
        let whole = kind.whole();
        let nodes = sheet.free_nodes(whole.levels_id);
        if nodes.is_empty() {
            return None;
        }
        let pole = whole.poles.first()?;
        let mut at = nodes[self.rng.below(nodes.len())];
        for _ in 0..6 {
            if at.1 >= pole.r * 0.7 {
                break;
            }
            at = nodes[self.rng.below(nodes.len())];
        }
        let half = sheet.field(whole.levels_id).cell() / 2.0;
        let (x, y) = (
            at.0.x + self.rng.range(-half, half),
            at.0.y + self.rng.range(-half, half),
        );
        let (angle, mirrored) = self.pick_turn(item, bay, x, y)?;
        let c = Pose::new(0.0, 0.0, angle, mirrored).turn(pole.c);
        Some(Pose::new(x - c.x, y - c.y, angle, mirrored))
    }

    /// A verified layout of the present world, or None (and the items at fault) when it is not one.
    pub fn solution(&mut self, value: f64, promise: f64, is_final: bool) -> Result<Solution, Vec<usize>> {
        let bad = verify::faults(&self.world, || self.line.is_stopped());
        if !bad.is_empty() {
            return Err(bad);
        }
        let places = self
            .world
            .placed
            .iter()
            .map(|p| {
                p.as_ref()
                    .map(|p| (self.world.bays[p.bay].sheet, self.world.bays[p.bay].copy, p.pose))
            })
            .collect();
        Ok(Solution {
            standing: Vec::new(),
            togetherness: self.world.togetherness(),
            value,
            spared: 0.0,
            promise,
            places,
            width: self.world.reached(),
            is_final,
        })
    }

    /// Takes over a layout of another worker.
    pub fn adopt(&mut self, s: &Solution) {
        let places: Places = s
            .places
            .iter()
            .map(|p| p.and_then(|(sheet, copy, pose)| self.world.bay_of(sheet, copy).map(|b| (b, pose))))
            .collect();
        self.restore(&places);
    }
}
