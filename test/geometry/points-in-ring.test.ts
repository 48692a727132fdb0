import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointInRing, pointsInRing } from '#geometry/point-in-ring.ts';

const coordinates = (minLength: number) =>
  fc.oneof(
    // On a coarse grid many points lie on sides and vertices.
    fc.array(fc.nat(6), { minLength, maxLength: 30 }),
    // Of few digits: what is a rounding away from a side may lie on it by one way of reckoning alone.
    fc.array(
      fc.nat(6000).map((v) => v / 1024),
      { minLength, maxLength: 30 },
    ),
  );
const even = (values: readonly number[]) => Float64Array.from(values.slice(0, values.length & ~1));

it('tells of many points what is told of each alone', () => {
  fc.assert(
    fc.property(coordinates(6), coordinates(0), (ringValues, pointValues) => {
      const [ring, points] = [even(ringValues), even(pointValues)];
      const alone = Array.from({ length: points.length / 2 }, (_, k) =>
        pointInRing(ring, points[2 * k]!, points[2 * k + 1]!),
      );
      expect(pointsInRing(ring, points)).toEqual(alone);
    }),
    { numRuns: 2000 },
  );
});

const COUNT = 100_000;
const disc = (radius: number) =>
  Float64Array.from({ length: 2 * COUNT }, (_, i) => {
    const angle = (2 * Math.PI * (i >> 1)) / COUNT;
    return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });

it('takes no time for a hole of as many points as its rim', () => {
  const begun = performance.now();
  const places = pointsInRing(disc(100), disc(50));
  // .2 s on a quiet machine; every point held against every side is half a minute.
  expect(performance.now() - begun).toBeLessThan(5000);
  expect(places.every((place) => place === 'inside')).toBe(true);
});
