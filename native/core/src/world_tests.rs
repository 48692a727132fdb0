//! The engine against itself done slowly: brute force over all edges, nothing sieved, no poles, no grids.

use crate::geom::{Pt, Seg, inside, pt, seg_seg_sq, segs_touch};
use crate::loss::Weights;
use crate::model::Model;
use crate::pose::Pose;
use crate::problem::{Objective, PieceSpec, Problem, SheetSpec};
use crate::region::Rings;
use crate::rng::Rng;
use crate::rotation::Turns;
use crate::turned::Probe;
use crate::watch::Watch;
use crate::world::World;
use std::sync::atomic::AtomicBool;

pub(crate) fn ring(points: &[(f64, f64)]) -> Vec<Pt> {
    points.iter().map(|&(x, y)| pt(x, y)).collect()
}

fn star(rng: &mut Rng, radius: f64, corners: usize) -> Vec<Pt> {
    (0..corners)
        .map(|k| {
            let (r, t) = (
                rng.range(0.4, 1.0) * radius,
                std::f64::consts::TAU * k as f64 / corners as f64,
            );
            pt(r * t.cos(), r * t.sin())
        })
        .collect()
}

pub(crate) fn piece(outline: Vec<Pt>) -> PieceSpec {
    PieceSpec {
        quantity: 4,
        base: 4,
        mirror: true,
        priority: 0.0,
        value: None,
        kit: None,
        per_kit: 0,
        pair_of: None,
        spacing: 0.0,
        common_line: false,
        grain: None,
        centre_doubt: 0.0,
        turns: Turns::Free,
        shape: Rings {
            outline,
            holes: Vec::new(),
        },
        zones: Vec::new(),
    }
}

pub(crate) fn sheet(outline: Vec<Pt>) -> SheetSpec {
    SheetSpec {
        quantity: 1,
        base: Some(4),
        cost: 1.0,
        margin: 0.0,
        directed: false,
        grain: Vec::new(),
        outline,
        holes: Vec::new(),
        zones: Vec::new(),
        shades: Vec::new(),
        locked: Vec::new(),
    }
}

/// An order of squares on square sheets of these sides and quantities.
pub(crate) fn squares(sheets: &[(f64, usize)], quantity: usize, side: f64) -> Model {
    let square = |side: f64| ring(&[(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)]);
    let mut pieces = piece(square(side));
    pieces.quantity = quantity;
    let stock = sheets.iter().map(|&(side, quantity)| SheetSpec {
        quantity,
        ..sheet(square(side))
    });
    model(0.0, vec![pieces], stock.collect())
}

pub(crate) fn model(spacing: f64, pieces: Vec<PieceSpec>, sheets: Vec<SheetSpec>) -> Model {
    let problem = Problem {
        objective: Objective::Sheets,
        strip_height: 0.0,
        spacing,
        kits: Vec::new(),
        pieces,
        sheets,
        start: Vec::new(),
    };
    let built = Model::build(problem, 2, Watch::untimed(&AtomicBool::new(false)), None);
    built.expect("a problem that can be built").expect("not stopped")
}

/// A hide with a hole, zones that overlap and a hole in a zone; pieces with holes, zones and spacing of their own.
fn mixed(seed: u64, spacing: f64, margin: f64) -> Model {
    let mut rng = Rng::new(seed);
    let mut frame = piece(star(&mut rng, 14.0, 9));
    frame.shape.holes = vec![ring(&[(-3.0, -3.0), (3.0, -3.0), (3.0, 3.0), (-3.0, 3.0)])];
    let mut graded = piece(star(&mut rng, 11.0, 23));
    graded.base = 3;
    graded.zones = vec![
        (
            1,
            Rings {
                outline: ring(&[(-20.0, -20.0), (0.0, -20.0), (0.0, 20.0), (-20.0, 20.0)]),
                holes: Vec::new(),
            },
        ),
        (
            4,
            Rings {
                outline: ring(&[(-4.0, -4.0), (-2.0, -4.0), (-2.0, 4.0)]),
                holes: Vec::new(),
            },
        ),
    ];
    let mut plain = piece(star(&mut rng, 8.0, 5));
    plain.base = 2;
    plain.spacing = spacing * 1.5;
    let mut hide = sheet(
        star(&mut rng, 60.0, 40)
            .into_iter()
            .map(|p| pt(p.x * 1.4 + 5.0, p.y + 100.0))
            .collect(),
    );
    hide.margin = margin;
    hide.holes = vec![
        star(&mut rng, 6.0, 7)
            .into_iter()
            .map(|p| pt(p.x + 20.0, p.y + 105.0))
            .collect(),
    ];
    let zone = Rings {
        outline: ring(&[(-30.0, 80.0), (0.0, 80.0), (0.0, 120.0), (-30.0, 120.0)]),
        holes: vec![ring(&[(-20.0, 95.0), (-12.0, 95.0), (-12.0, 108.0), (-20.0, 108.0)])],
    };
    let low = Rings {
        outline: star(&mut rng, 15.0, 6)
            .into_iter()
            .map(|p| pt(p.x - 5.0, p.y + 110.0))
            .collect(),
        holes: Vec::new(),
    };
    hide.zones = vec![(2, zone), (1, low)];
    model(spacing, vec![frame, graded, plain], vec![hide])
}

/// Whether two placed areas overlap or come nearer than `gap`, by all edges and all marks.
fn clash(a: &[Seg], a_marks: &[Pt], b: &[Seg], b_marks: &[Pt], gap: f64) -> bool {
    let near = |s: &Seg, t: &Seg| {
        if gap > 0.0 {
            seg_seg_sq(s, t) < gap * gap
        } else {
            segs_touch(s, t)
        }
    };
    a.iter().any(|s| b.iter().any(|t| near(s, t)))
        || a_marks.iter().any(|&p| inside(b, p))
        || b_marks.iter().any(|&p| inside(a, p))
}

fn brute(world: &World, item: usize, pose: &Pose) -> bool {
    let model = world.model;
    let kind_id = model.items[item];
    let placed = |kind: usize, part: usize, pose: &Pose| {
        let p = &model.kinds[kind].parts[part];
        let segs: Vec<Seg> = p
            .segs
            .iter()
            .map(|s| Seg {
                a: pose.apply(s.a),
                b: pose.apply(s.b),
            })
            .collect();
        let marks: Vec<Pt> = p.marks.iter().map(|&m| pose.apply(m)).collect();
        (segs, marks)
    };
    let (segs, marks) = placed(kind_id, 0, pose);
    let on_others = world.placed.iter().enumerate().any(|(other, o)| {
        other != item
            && o.as_ref().is_some_and(|o| {
                let (b, b_marks) = placed(model.items[other], 0, &o.pose);
                clash(&segs, &marks, &b, &b_marks, model.gap(kind_id, model.items[other]))
            })
    });
    on_others
        || (0..model.kinds[kind_id].parts.len()).any(|k| {
            let (segs, marks) = placed(kind_id, k, pose);
            model.sheets[0].hazards.iter().any(|h| {
                if h.level & model.kinds[kind_id].parts[k].levels == 0 {
                    return false;
                }
                if h.inverse {
                    let near = |s: &Seg, t: &Seg| {
                        if h.gap > 0.0 {
                            seg_seg_sq(s, t) < h.gap * h.gap
                        } else {
                            segs_touch(s, t)
                        }
                    };
                    return segs.iter().any(|s| h.region.segs.iter().any(|t| near(s, t)))
                        || marks.iter().any(|&m| !inside(&h.region.segs, m));
                }
                clash(&segs, &marks, &h.region.segs, &h.region.marks, h.gap)
            })
        })
}

fn random_pose(rng: &mut Rng) -> Pose {
    let angle = if rng.chance(0.3) {
        90.0 * rng.below(4) as f64
    } else {
        rng.range(0.0, 360.0)
    };
    Pose::new(rng.range(-85.0, 90.0), rng.range(35.0, 165.0), angle, rng.chance(0.5))
}

#[test]
fn the_engine_agrees_with_brute_force_on_every_pose() {
    let (mut free, mut asked) = (0, 0);
    for (seed, spacing, margin) in [
        (1, 0.0, 0.0),
        (2, 0.0, 2.5),
        (3, 1.2, 0.0),
        (4, 2.0, 1.0),
        (5, 0.0, 0.0),
    ] {
        let model = mixed(seed, spacing, margin);
        let mut world = World::new(&model, &[(0, 0)], 0.0);
        let mut probe = Probe::default();
        let ones = vec![1.0; model.items.len()];
        let weights = Weights {
            sheet: 1.0,
            pair: &ones,
        };
        let mut rng = Rng::new(seed + 100);
        for _ in 0..3000 {
            let item = rng.below(model.items.len());
            let before = world.take(item);
            let pose = random_pose(&mut rng);
            let loss = world.loss(&mut probe, item, 0, &pose, &weights, f64::INFINITY);
            assert_eq!(
                loss > 0.0,
                brute(&world, item, &pose),
                "seed {seed}, item {item}, {pose:?}, loss {loss}"
            );
            let early = world.loss(&mut probe, item, 0, &pose, &weights, f64::MIN_POSITIVE);
            assert_eq!(early > 0.0, loss > 0.0);
            asked += 1;
            if loss == 0.0 {
                free += 1;
                world.put(item, 0, pose);
            } else if let Some((bay, pose)) = before {
                world.put(item, bay, pose);
            }
        }
        assert!(crate::verify::faults(&world, || false).is_empty());
    }
    assert!(
        free * 50 > asked,
        "{free} of {asked} poses were free: too few to mean something"
    );
}

#[test]
fn taking_off_and_putting_back_leaves_the_same_losses() {
    let model = mixed(7, 0.0, 0.0);
    let mut rng = Rng::new(3);
    let mut world = World::new(&model, &[(0, 0)], 0.0);
    for item in 0..model.items.len() {
        let pose = random_pose(&mut rng);
        world.put(item, 0, pose);
    }
    let ones = vec![1.0; model.items.len()];
    let total = |world: &World| -> f64 {
        let mut probe = Probe::default();
        let mut of = |i: usize| {
            let pose = world.placed[i].as_ref().expect("placed").pose;
            world.loss(
                &mut probe,
                i,
                0,
                &pose,
                &Weights {
                    sheet: 1.0,
                    pair: &ones,
                },
                f64::INFINITY,
            )
        };
        (0..world.placed.len()).map(&mut of).sum()
    };
    let before = total(&world);
    for _ in 0..500 {
        let item = rng.below(model.items.len());
        let (bay, pose) = world.take(item).expect("placed");
        world.put(item, bay, pose);
    }
    assert!((total(&world) - before).abs() < before * 1e-9);
}

#[test]
fn the_loss_falls_as_pieces_part() {
    let square = || piece(ring(&[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]));
    let model = model(
        0.0,
        vec![square(), square()],
        vec![sheet(ring(&[(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]))],
    );
    let mut world = World::new(&model, &[(0, 0)], 0.0);
    world.put(0, 0, Pose::new(50.0, 50.0, 0.0, false));
    let ones = vec![1.0; model.items.len()];
    let mut probe = Probe::default();
    let mut at = |x: f64| {
        world.loss(
            &mut probe,
            4,
            0,
            &Pose::new(x, 50.0, 0.0, false),
            &Weights {
                sheet: 1.0,
                pair: &ones,
            },
            f64::INFINITY,
        )
    };
    let losses: Vec<f64> = [50.5, 52.0, 54.0, 56.0, 58.0, 59.5].map(&mut at).to_vec();
    assert!(losses.windows(2).all(|w| w[0] > w[1]), "{losses:?}");
    assert!(losses[5] > 0.0 && at(60.0) == 0.0);
    assert!(at(97.0) > 0.0 && at(95.1) > 0.0 && at(94.9) == 0.0);
}

#[test]
fn mirroring_comes_before_turning() {
    let hook = piece(ring(&[
        (0.0, 0.0),
        (3.0, 0.0),
        (3.0, 1.0),
        (1.0, 1.0),
        (1.0, 4.0),
        (0.0, 4.0),
    ]));
    let model = model(
        0.0,
        vec![hook],
        vec![sheet(ring(&[(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]))],
    );
    let kind = &model.kinds[0];
    let placement = crate::problem::Placement {
        sheet: 0,
        copy: 0,
        piece: 0,
        x: 2.0,
        y: 1.0,
        rotation: 90.0,
        mirrored: true,
    };
    let pose = Pose::of(kind, &placement);
    // (3, 0) mirrored is (-3, 0), turned by 90 degrees (0, -3), shifted (2, -2).
    let corner = pose.apply(pt(3.0 - kind.centroid.x, -kind.centroid.y));
    assert!((corner.x - 2.0).abs() + (corner.y + 2.0).abs() < 1e-9);
    let back = pose.translation(kind);
    assert!((back.x - 2.0).abs() + (back.y - 1.0).abs() < 1e-9);
}
