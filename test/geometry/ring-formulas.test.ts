import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatRing, pointsOf } from '#domain/ring.ts';
import { angleBetween, wrapAngle } from '#geometry/angle-between.ts';
import { cleanRing } from '#geometry/clean-ring.ts';
import { convexHull } from '#geometry/convex-hull.ts';
import { orientRing, reverseRing } from '#geometry/orient-ring.ts';
import { isInRegion, pointInRing } from '#geometry/point-in-ring.ts';
import { regionArea, ringArea } from '#geometry/ring-area.ts';
import { boundsMeet, ringBounds } from '#geometry/ring-bounds.ts';
import { regionCentroid } from '#geometry/ring-centroid.ts';
import { lineLength, ringPerimeter } from '#geometry/ring-perimeter.ts';
import { mirrorRing, placeRing } from '#geometry/transform-ring.ts';

const ELL = flatRing([
  [0, 0],
  [10, 0],
  [10, 4],
  [4, 4],
  [4, 10],
  [0, 10],
]);
const HOLE = flatRing([
  [1, 1],
  [2, 1],
  [2, 2],
  [1, 2],
]);

/** The same ring from another vertex. */
function startAt(ring: Float64Array, vertex: number): Float64Array {
  return Float64Array.from([...ring.slice(2 * vertex), ...ring.slice(0, 2 * vertex)]);
}

const poses = fc.record({
  x: fc.integer({ min: -1000, max: 1000 }),
  y: fc.integer({ min: -1000, max: 1000 }),
  rotation: fc.integer({ min: -720, max: 720 }),
  mirrored: fc.boolean(),
});

describe('formulas of rings', () => {
  it('give area, perimeter, centroid of an ell', () => {
    expect(ringArea(ELL)).toBe(64);
    expect(ringPerimeter(ELL)).toBe(40);
    expect(lineLength(ELL)).toBe(30);
    expect(regionArea(ELL, [HOLE])).toBe(63);
    const [x, y] = regionCentroid(ELL);
    expect(x).toBeCloseTo((4 * 10 * 2 + 6 * 4 * 7) / 64, 12);
    expect(y).toBeCloseTo((4 * 10 * 5 + 6 * 4 * 2) / 64, 12);
  });

  it('do not depend on first vertex or pose; mirrored, the sign of the area turns', () => {
    fc.assert(
      fc.property(poses, fc.nat({ max: 5 }), (pose, first) => {
        const ring = placeRing(startAt(ELL, first), pose);
        expect(ringArea(ring)).toBeCloseTo(pose.mirrored ? -64 : 64, 6);
        expect(ringPerimeter(ring)).toBeCloseTo(40, 9);
        const placedCentre = placeRing(Float64Array.from(regionCentroid(ELL, [HOLE])), pose);
        const centre = regionCentroid(ring, [placeRing(HOLE, pose)]);
        expect(centre[0]).toBeCloseTo(placedCentre[0]!, 6);
        expect(centre[1]).toBeCloseTo(placedCentre[1]!, 6);
      }),
    );
  });

  it('keep their digits far from the origin', () => {
    const far = placeRing(ELL, { x: 1e9, y: -1e9, rotation: 0, mirrored: false });
    expect(ringArea(far)).toBe(64);
  });

  it('give the mean of the vertices as centroid where there is no area', () => {
    expect(regionCentroid(Float64Array.of(0, 0, 2, 0, 4, 0))).toEqual([2, 0]);
  });

  it('turn and reverse without moving the first vertex', () => {
    expect(orientRing(ELL, 'outer')).toBe(ELL);
    const turned = orientRing(ELL, 'hole');
    expect(ringArea(turned)).toBe(-64);
    expect(pointsOf(turned)[0]).toEqual([0, 0]);
    expect(pointsOf(turned)[1]).toEqual([0, 10]);
    expect([...reverseRing(turned)]).toEqual([...ELL]);
  });

  it('mirror without turning the other way', () => {
    const mirrored = mirrorRing(ELL);
    expect(ringArea(mirrored)).toBe(64);
    expect(ringBounds(mirrored)).toEqual({ minX: -10, minY: 0, maxX: -0, maxY: 10 });
  });

  it('drop repeated vertices and the closing one', () => {
    const ring = flatRing([
      [0, 0],
      [0, 0],
      [1, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    expect(pointsOf(cleanRing(ring))).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    expect(cleanRing(ELL)).toBe(ELL);
  });
});

describe('a placement', () => {
  it('is exact at quarter turns', () => {
    const at = (rotation: number) =>
      pointsOf(placeRing(Float64Array.of(0.1, 0.7), { x: 0, y: 0, rotation, mirrored: false }))[0];
    expect(at(90)).toEqual([-0.7, 0.1]);
    expect(at(180)).toEqual([-0.1, -0.7]);
    expect(at(-90)).toEqual([0.7, -0.1]);
    expect(at(450)).toEqual([-0.7, 0.1]);
    expect(at(360)).toEqual([0.1, 0.7]);
  });

  it('mirrors before it rotates', () => {
    const [p] = pointsOf(placeRing(Float64Array.of(3, 1), { x: 10, y: 20, rotation: 90, mirrored: true }));
    expect(p).toEqual([10 - 1, 20 - 3]);
  });
});

describe('a point', () => {
  it('is inside, on the edge or outside, from every first vertex and either direction', () => {
    for (let first = 0; first < 6; first += 1) {
      for (const ring of [startAt(ELL, first), reverseRing(startAt(ELL, first))]) {
        expect(pointInRing(ring, 2, 7)).toBe('inside');
        expect(pointInRing(ring, 7, 2)).toBe('inside');
        expect(pointInRing(ring, 3, 4)).toBe('inside');
        expect(pointInRing(ring, 7, 7)).toBe('outside');
        expect(pointInRing(ring, -1, 4)).toBe('outside');
        expect(pointInRing(ring, -1, 10)).toBe('outside');
        expect(pointInRing(ring, 11, 4)).toBe('outside');
        for (const [x, y] of [
          [0, 0],
          [4, 4],
          [10, 4],
          [0, 5],
          [4, 7],
          [5, 0],
          [7, 4],
          [2, 10],
        ] as const) {
          expect(pointInRing(ring, x, y)).toBe('edge');
        }
      }
    }
  });

  it("in a hole is not in the region; on the hole's edge it is", () => {
    expect(isInRegion(ELL, [HOLE], 1.5, 1.5)).toBe(false);
    expect(isInRegion(ELL, [HOLE], 1, 1.5)).toBe(true);
    expect(isInRegion(ELL, [HOLE], 3, 3)).toBe(true);
    expect(isInRegion(ELL, [HOLE], 9, 9)).toBe(false);
  });
});

describe('boxes', () => {
  it('meet when they touch or come within reach', () => {
    const a = ringBounds(HOLE);
    const b = { minX: 2, minY: 0, maxX: 3, maxY: 3 };
    expect(boundsMeet(a, b)).toBe(true);
    expect(boundsMeet(a, { ...b, minX: 2.5 })).toBe(false);
    expect(boundsMeet(a, { ...b, minX: 2.5 }, 0.5)).toBe(true);
    expect(ringBounds(ELL, Float64Array.of(-1, 20))).toEqual({ minX: -1, minY: 0, maxX: 10, maxY: 20 });
  });
});

describe('angles', () => {
  it('wrap into one turn, small negative ones included', () => {
    expect(wrapAngle(-90)).toBe(270);
    expect(wrapAngle(720)).toBe(0);
    expect(wrapAngle(-1e-20)).toBe(0);
    expect(angleBetween(350, 10)).toBe(20);
    expect(angleBetween(0, 180, 180)).toBe(0);
    expect(angleBetween(95, 0, 180)).toBe(85);
  });
});

describe('the convex hull', () => {
  it('has no point outside and no point on its sides', () => {
    expect(pointsOf(convexHull(ELL))).toEqual([
      [0, 0],
      [10, 0],
      [10, 4],
      [4, 10],
      [0, 10],
    ]);
    expect(pointsOf(convexHull(Float64Array.of(0, 0, 1, 1, 2, 2)))).toEqual([
      [0, 0],
      [2, 2],
    ]);
    expect([...convexHull(Float64Array.of(5, 5, 5, 5))]).toEqual([5, 5]);
  });

  it('holds every point it was made of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 })), { minLength: 3 }),
        (points) => {
          const hull = convexHull(flatRing(points));
          if (hull.length < 6) return;
          expect(ringArea(hull)).toBeGreaterThan(0);
          for (const [x, y] of points) expect(pointInRing(hull, x, y)).not.toBe('outside');
        },
      ),
    );
  });
});
