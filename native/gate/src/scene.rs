//! A dense layout of the problem, made by our own solver, and poses to ask about.

use kerf_nest::geom::Bbox;
use kerf_nest::hub::Budget;
use kerf_nest::kind::Kind;
use kerf_nest::model::Model;
use kerf_nest::pose::Pose;
use kerf_nest::problem::Problem;
use kerf_nest::rng::Rng;
use kerf_nest::solve::solve;
use kerf_nest::world::World;
use std::sync::atomic::AtomicBool;

pub struct Scene<'m> {
    pub name: String,
    pub world: World<'m>,
    pub bounds: Bbox,
    rng: Rng,
}

/// Builds the scene of a problem file (of hides the one with most pieces) and hands it to `measure`.
pub fn with(file: &str, measure: impl FnOnce(&mut Scene) -> usize) -> usize {
    let bytes = std::fs::read(file).expect("problem file");
    let data: Vec<f64> = bytes
        .chunks_exact(8)
        .map(|c| f64::from_le_bytes(c.try_into().expect("8 bytes")))
        .collect();
    let read = || Problem::decode(&data).expect("problem");
    let stop = AtomicBool::new(false);
    let budget = Budget {
        seconds: None,
        evaluations: Some(400_000),
        threads: 1,
        seed: 1,
    };
    let best = solve(read(), budget, &stop, &|_, _| {}).expect("layout").best;
    let model = Model::build(read(), 1, &stop, None)
        .expect("model")
        .expect("not stopped");
    let count = |s: usize| best.placements.iter().filter(|p| p.sheet == s && p.copy == 0).count();
    let sheet = (0..model.sheets.len().max(1)).max_by_key(|&s| count(s)).unwrap_or(0);
    let mut world = World::new(&model, &[(sheet, 0)], best.width);
    let mut free: Vec<usize> = (0..model.items.len()).collect();
    for p in best
        .placements
        .iter()
        .filter(|p| model.sheets.is_empty() || (p.sheet == sheet && p.copy == 0))
    {
        let at = free
            .iter()
            .position(|&i| model.items[i] == p.piece)
            .expect("a piece of the kind");
        let item = free.remove(at);
        world.put(item, 0, Pose::of(&model.kinds[p.piece], p));
    }
    let strip = Bbox {
        x0: 0.0,
        y0: 0.0,
        x1: best.width,
        y1: model.strip_height,
    };
    let bounds = model.sheets.get(sheet).map_or(strip, |s| s.bbox);
    let name = file
        .rsplit('/')
        .next()
        .unwrap_or(file)
        .trim_end_matches(".f64")
        .to_owned();
    measure(&mut Scene {
        name,
        world,
        bounds,
        rng: Rng::new(7),
    })
}

impl<'m> Scene<'m> {
    pub fn kind(&self, item: usize) -> &'m Kind {
        &self.world.model.kinds[self.world.model.items[item]]
    }

    /// Random poses of placed items: anywhere, or within a tenth of their size of where they lie.
    pub fn poses(&mut self, count: usize, near: bool) -> Vec<(usize, Pose)> {
        let placed: Vec<(usize, Pose)> = self
            .world
            .placed
            .iter()
            .enumerate()
            .filter_map(|(i, p)| Some((i, p.as_ref()?.pose)))
            .collect();
        let mut out = Vec::with_capacity(count);
        while out.len() < count {
            let (item, pose) = placed[self.rng.below(placed.len())];
            let kind = self.kind(item);
            let reach = kind.diameter * 0.1;
            let at = if near {
                pose.moved(self.rng.range(-reach, reach), self.rng.range(-reach, reach))
            } else {
                let angle = kind.spec.turns.pick(&mut self.rng).unwrap_or(0.0);
                let b = &self.bounds;
                Pose::new(self.rng.range(b.x0, b.x1), self.rng.range(b.y0, b.y1), angle, false)
            };
            out.push((item, at));
        }
        out
    }
}
