//! The same scene in jagua-rs: every piece, the rim, and holes and zones as far as it takes them.

use crate::scene::Scene;
use jagua_rs::collision_detection::hazards::collector::BasicHazardCollector;
use jagua_rs::collision_detection::hazards::{HazKey, Hazard, HazardEntity};
use jagua_rs::collision_detection::{CDEConfig, CDEngine};
use jagua_rs::geometry::DTransformation;
use jagua_rs::geometry::fail_fast::SPSurrogateConfig;
use jagua_rs::geometry::geo_enums::GeoPosition;
use jagua_rs::geometry::geo_traits::{Transformable, TransformableFrom};
use jagua_rs::geometry::primitives::{Point, SPolygon};
use kerf_nest::geom::{Pt, pt};
use kerf_nest::pose::Pose;
use std::sync::Arc;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Thing {
    Rim,
    Hazard(usize),
    Item(usize),
}

impl HazardEntity for Thing {
    fn scope(&self) -> GeoPosition {
        if *self == Self::Rim {
            GeoPosition::Exterior
        } else {
            GeoPosition::Interior
        }
    }

    fn is_dynamic(&self) -> bool {
        matches!(self, Self::Item(_))
    }
}

/// As sparrow sets it.
const SURROGATE: SPSurrogateConfig = SPSurrogateConfig {
    n_pole_limits: [(64, 0.0), (16, 0.8), (8, 0.9)],
    ff_pole_area_ratio: 0.0,
    n_ff_piers: 0,
};
const CONFIG: CDEConfig = CDEConfig {
    quadtree_depth: 4,
    cd_threshold: 16,
    item_surrogate_config: SURROGATE,
};

pub struct Rival {
    engine: CDEngine<Thing>,
    /// About the centroid, unturned, by item.
    shapes: Vec<Arc<SPolygon>>,
    buffers: Vec<SPolygon>,
    keys: Vec<Option<HazKey>>,
    collector: BasicHazardCollector<Thing>,
}

fn polygon(ring: &[Pt], centre: Pt) -> Option<SPolygon> {
    let mut points: Vec<Point> = ring
        .iter()
        .map(|p| Point((p.x - centre.x) as f32, (p.y - centre.y) as f32))
        .collect();
    points.dedup();
    if points.first() == points.last() {
        points.pop();
    }
    SPolygon::new(points).ok()
}

fn transform(pose: &Pose) -> DTransformation {
    DTransformation::new(pose.rotation.to_radians() as f32, (pose.x as f32, pose.y as f32))
}

impl Rival {
    pub fn of(scene: &Scene) -> Self {
        let model = scene.world.model;
        let b = &scene.bounds;
        let whole = [pt(b.x0, b.y0), pt(b.x1, b.y0), pt(b.x1, b.y1), pt(b.x0, b.y1)];
        let origin = pt(0.0, 0.0);
        let sheet = model.sheets.get(scene.world.bays[0].sheet);
        let rim = sheet
            .and_then(|s| polygon(&s.spec.outline, origin))
            .or_else(|| polygon(&whole, origin))
            .expect("rim");
        let mut fixed = vec![Hazard::new(Thing::Rim, Arc::new(rim.clone()))];
        if let Some(s) = sheet {
            let rings = s.spec.holes.iter().chain(s.spec.zones.iter().map(|z| &z.1.outline));
            let shapes = rings.filter_map(|r| polygon(r, origin));
            fixed.extend(
                shapes
                    .enumerate()
                    .map(|(k, p)| Hazard::new(Thing::Hazard(k), Arc::new(p))),
            );
        }
        let shapes: Vec<Arc<SPolygon>> = model
            .items
            .iter()
            .map(|&k| {
                let kind = &model.kinds[k];
                let mut shape = polygon(&kind.spec.shape.outline, kind.centroid).expect("a simple outline");
                shape.generate_surrogate(SURROGATE).expect("poles");
                Arc::new(shape)
            })
            .collect();
        let mut out = Self {
            engine: CDEngine::new(rim.bbox().inflate_to_square(), fixed, CONFIG),
            buffers: shapes.iter().map(|s| (**s).clone()).collect(),
            keys: vec![None; shapes.len()],
            shapes,
            collector: BasicHazardCollector::with_capacity(model.items.len() + 1),
        };
        for (item, p) in scene.world.placed.iter().enumerate() {
            if let Some(p) = p {
                let mut shape = (*out.shapes[item]).clone();
                shape.transform(&transform(&p.pose).compose());
                out.engine
                    .register_hazard(Hazard::new(Thing::Item(item), Arc::new(shape)));
                out.keys[item] = out.engine.haz_key(&Thing::Item(item));
            }
        }
        out
    }

    /// Items that a pose of an item collides with; with `first` nothing after the first collision of any sort.
    pub fn collect(&mut self, item: usize, pose: &Pose, first: bool, found: &mut Vec<usize>) {
        let shape = &mut self.buffers[item];
        shape.transform_from(&self.shapes[item], &transform(pose).compose());
        self.collector.clear();
        let own = self.keys[item].expect("a placed item");
        let _ = self
            .engine
            .collect_poly_collisions_until(shape, &own, &mut self.collector, |_| first);
        found.extend(self.collector.iter().filter_map(|(_, thing)| match thing {
            Thing::Item(k) => Some(*k),
            _ => None,
        }));
    }

    pub fn take_and_put(&mut self, item: usize) {
        if let Some(key) = self.keys[item] {
            let hazard = self.engine.deregister_hazard_by_key(key);
            self.engine.register_hazard(hazard);
            self.keys[item] = self.engine.haz_key(&Thing::Item(item));
        }
    }
}
