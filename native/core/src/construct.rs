//! A first layout in milliseconds: biggest first, each piece at the best of some free poses, pushed left and down.

use crate::kind::Kind;
use crate::pose::Pose;
use crate::rotation::Turns;
use crate::search::Worker;

const TRIES: usize = 160;
/// Steps of one length after which they grow: a button on a hide has far to go.
const FAR: usize = 64;

/// (kind, bay) where a piece found no place: the next one of its kind will not find one either.
pub type Full = std::collections::HashSet<(usize, usize)>;

impl Worker<'_, '_, '_> {
    /// Items in the order of placing: priority, then size.
    pub fn by_size(&self, mut items: Vec<usize>) -> Vec<usize> {
        let key = |i: usize| {
            let k = self.kind(i);
            (k.spec.priority, k.hull_area * k.diameter)
        };
        items.sort_by(|&a, &b| {
            let (ka, kb) = (key(a), key(b));
            kb.0.total_cmp(&ka.0).then(kb.1.total_cmp(&ka.1)).then(a.cmp(&b))
        });
        items
    }

    /// Puts an item on a bay where it collides with nothing; false when no such pose was found.
    pub fn place_free(&mut self, item: usize, bay: usize, tries: usize) -> bool {
        let mut best: Option<(f64, Pose)> = None;
        for _ in 0..tries {
            if self.over() {
                break;
            }
            // Here no rotation may be allowed, or none on this side of the piece, and elsewhere one.
            let Some(pose) = self.sample(item, bay) else {
                continue;
            };
            let cost = self.corner_cost(item, &pose);
            if best.is_none_or(|b| cost < b.0) && self.is_free(item, bay, &pose) {
                best = Some((cost, self.push(item, bay, pose)));
                best = best.map(|b| (self.corner_cost(item, &b.1), b.1));
            }
        }
        if let Some((_, pose)) = best {
            self.world.put(item, bay, pose);
        }
        best.is_some()
    }

    fn corner_cost(&self, item: usize, pose: &Pose) -> f64 {
        let b = pose.bbox(&self.kind(item).whole().hull);
        b.x1 + 0.1 * b.y1
    }

    /// Slides left and down while free.
    fn push(&mut self, item: usize, bay: usize, mut pose: Pose) -> Pose {
        let size = self.kind(item).diameter;
        let mut step = size * 0.25;
        let mut in_a_row = 0;
        while step > size * 0.002 && !self.over() {
            let mut moved = false;
            for (dx, dy) in [(-step, 0.0), (0.0, -step), (-step, step * 0.5)] {
                let next = pose.moved(dx, dy);
                if self.is_free(item, bay, &next) {
                    pose = next;
                    moved = true;
                    break;
                }
            }
            if !moved {
                step /= 2.0;
                in_a_row = 0;
            } else if in_a_row < FAR {
                in_a_row += 1;
            } else {
                step *= 2.0;
            }
        }
        pose
    }

    /// Lays all unplaced items on the strip, as long as it takes. Returns those higher than the strip in every rotation.
    pub fn construct_strip(&mut self) -> Vec<usize> {
        let todo = self.by_size(
            (0..self.model.items.len())
                .filter(|&i| self.world.placed[i].is_none())
                .collect(),
        );
        let mut left_out = Vec::new();
        for item in todo {
            let kind = self.kind(item);
            let end = self.world.reached();
            self.world.width = end + kind.diameter * 1.01;
            if !self.over() && self.place_free(item, 0, TRIES) {
                continue;
            }
            if !self.place_at_end(item, end) {
                left_out.push(item);
            }
        }
        self.world.width = self.world.reached();
        left_out
    }

    /// Behind everything else, in the lowest of its rotations: always free where the piece fits the strip at all.
    fn place_at_end(&mut self, item: usize, end: f64) -> bool {
        let kind = self.kind(item);
        let height = |p: &Pose| p.bbox(&kind.whole().hull).height();
        let Some(pose) = outstanding_turns(kind)
            .into_iter()
            .min_by(|a, b| height(a).total_cmp(&height(b)))
        else {
            return false;
        };
        let b = pose.bbox(&kind.whole().hull);
        let spacing = self.model.most_spacing;
        let y = (self.model.strip_height - b.height()) / 2.0 - b.y0;
        let pose = pose.moved(end + spacing + kind.diameter * 1e-7 - b.x0, y);
        self.world.width = end + spacing + kind.diameter * 1.01;
        let free = self.is_free(item, 0, &pose);
        if free {
            self.world.put(item, 0, pose);
        }
        free
    }

    /// A free place of an item in the middle or a corner of an empty bay's box, with an edge along it: what only just fits
    /// is found by no chance.
    pub(crate) fn flat_place(&mut self, item: usize, bay: usize) -> Option<Pose> {
        let room = self.room_of(bay);
        for pose in outstanding_turns(self.kind(item)) {
            let b = pose.bbox(&self.kind(item).whole().hull);
            let (middle, own) = (room.centre(), b.centre());
            let places = [
                (middle.x - own.x, middle.y - own.y),
                (room.x0 - b.x0, room.y0 - b.y0),
                (room.x1 - b.x1, room.y0 - b.y0),
                (room.x0 - b.x0, room.y1 - b.y1),
                (room.x1 - b.x1, room.y1 - b.y1),
            ];
            for (dx, dy) in places {
                let there = self.turned_for(item, bay, pose.moved(dx, dy));
                if self.over() {
                    return None;
                }
                if self.may_lie_so(item, bay, &there) && self.is_free(item, bay, &there) {
                    return Some(there);
                }
            }
        }
        None
    }

    /// Lays items on the open bays in the given order of bays; returns what found no place.
    pub fn construct_sheets(&mut self, items: Vec<usize>, bays: &[usize]) -> Vec<usize> {
        self.construct_beside(items, bays, &mut Full::new())
    }

    /// As `construct_sheets`, with what is known to be full.
    pub fn construct_beside(&mut self, items: Vec<usize>, bays: &[usize], full: &mut Full) -> Vec<usize> {
        let mut left = Vec::new();
        for item in items {
            let kind = self.model.items[item];
            let mut done = false;
            let only = self.world.bound_to(item);
            for &bay in bays {
                if self.over() {
                    break;
                }
                if only.is_some_and(|b| b != bay) || full.contains(&(kind, bay)) {
                    continue;
                }
                if self.place_free(item, bay, TRIES) {
                    done = true;
                    break;
                }
                if self.world.bays[bay].items.is_empty()
                    && let Some(pose) = self.flat_place(item, bay)
                {
                    self.world.put(item, bay, pose);
                    done = true;
                    break;
                }
                full.insert((kind, bay));
            }
            if !done {
                left.push(item);
            }
        }
        left
    }
}

/// Allowed rotations of a piece, each as a pose at the origin, among them those in which it is lowest and narrowest: the
/// least height of a convex shape is where an edge of its hull lies flat, or at an end of what is allowed.
pub(crate) fn outstanding_turns(kind: &Kind) -> Vec<Pose> {
    let mut out = Vec::new();
    for mirrored in [false, true] {
        if mirrored && !kind.spec.mirror {
            continue;
        }
        let h = &kind.whole().hull;
        let edges = (0..h.len()).map(|i| (h[i], h[(i + 1) % h.len()]));
        let flat = edges.map(|(a, b)| {
            (b.y - a.y)
                .atan2(if mirrored { a.x - b.x } else { b.x - a.x })
                .to_degrees()
        });
        let flat = flat.flat_map(|a| [0.0, 90.0, 180.0, 270.0].map(|by| by - a));
        let angles: Vec<f64> = match &kind.spec.turns {
            Turns::Free => flat.collect(),
            Turns::Some(v) => {
                let ends = v.iter().flat_map(|&(c, h)| [c, c - h, c + h]);
                ends.chain(flat.filter(|&a| kind.spec.turns.allows(a))).collect()
            }
        };
        out.extend(angles.into_iter().map(|a| Pose::new(0.0, 0.0, a, mirrored)));
    }
    out
}
