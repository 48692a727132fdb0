import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flatRing } from '#domain/ring.ts';
import { cleanRing } from '#geometry/clean-ring.ts';
import { findSelfCrossing } from '#geometry/self-crossing.ts';
import { placeRing } from '#geometry/transform-ring.ts';

it('a bow tie crosses itself in its middle', () => {
  const found = findSelfCrossing(
    flatRing([
      [0, 0],
      [10, 10],
      [10, 0],
      [0, 10],
    ]),
  );
  expect(found).toMatchObject({ kind: 'crosses', x: 5, y: 5 });
});

it('a ring that meets itself in a vertex touches itself', () => {
  const found = findSelfCrossing(
    flatRing([
      [0, 0],
      [5, 5],
      [0, 10],
      [10, 10],
      [5, 5],
      [10, 0],
    ]),
  );
  expect(found).toMatchObject({ kind: 'touches', x: 5, y: 5 });
});

it('a ring that folds back onto a side touches itself', () => {
  const spike = [
    [0, 0],
    [10, 0],
    [5, 0],
    [5, 5],
  ] as const;
  expect(findSelfCrossing(flatRing(spike))).toMatchObject({ kind: 'touches' });
});

it('repeated vertices and straight-on vertices do no harm', () => {
  const ring = [
    [0, 0],
    [5, 0],
    [5, 0],
    [10, 0],
    [10, 10],
    [0, 0],
  ] as const;
  expect(findSelfCrossing(flatRing(ring))).toBeNull();
});

const stars = fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 4, maxLength: 60 });
const moves = fc.record({
  x: fc.integer({ min: -99, max: 99 }),
  y: fc.integer({ min: -99, max: 99 }),
  rotation: fc.integer({ min: 0, max: 359 }),
  mirrored: fc.boolean(),
});

it('a star-shaped ring never crosses itself, however it lies; with two far vertices exchanged it does', () => {
  fc.assert(
    fc.property(stars, moves, (radii, move) => {
      const points = radii.map((r, k) => {
        const angle = (2 * Math.PI * k) / radii.length;
        return [100 * r * Math.cos(angle), 100 * r * Math.sin(angle)] as [number, number];
      });
      expect(findSelfCrossing(placeRing(flatRing(points), move))).toBeNull();
      // Two neighbours exchanged: the sides round them cross.
      const swapped = points.map((p) => p);
      [swapped[1], swapped[2]] = [points[2]!, points[1]!];
      const isCrossing = findSelfCrossing(placeRing(flatRing(swapped), move)) !== null;
      expect(isCrossing).toBe(brute(flatRing(swapped)) !== null);
    }),
  );
});

it('sees one crossing among 20,000 sides within a second', () => {
  const count = 10000;
  const top = Array.from({ length: count }, (_, k) => [k, k % 2 === 0 ? 10 : 12] as [number, number]);
  const bottom = Array.from({ length: count }, (_, k) => [count - 1 - k, k % 2 === 0 ? 0 : 2] as [number, number]);
  expect(findSelfCrossing(flatRing([...top, ...bottom]))).toBeNull();
  bottom[count / 2] = [bottom[count / 2]![0], 12.5];
  expect(findSelfCrossing(flatRing([...top, ...bottom]))).toMatchObject({ kind: 'crosses' });
}, 1000);

const steps = fc.array(fc.tuple(fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 })), {
  minLength: 3,
  maxLength: 16,
});
const cells = fc.array(fc.tuple(fc.nat(7), fc.nat(7)), { minLength: 3, maxLength: 16 });

it('tells crossings, touches and simple rings apart as the comparison of all pairs does', () => {
  // Walks by short steps touch themselves often and seldom cross; points anywhere do both.
  const walks = steps.map((by) => {
    let [x, y] = [0, 0];
    return by.map(([dx, dy]): [number, number] => [(x += dx), (y += dy)]);
  });
  fc.assert(
    fc.property(fc.oneof(walks, cells), (points) => {
      const ring = cleanRing(flatRing(points));
      expect(findSelfCrossing(ring)?.kind ?? null).toBe(brute(ring));
    }),
    { numRuns: 3000 },
  );
});

const COUNT = 100_000;
const turnedBy = (points: readonly (readonly [number, number])[], angle: number) =>
  placeRing(flatRing(points), { x: 0, y: 0, rotation: angle, mirrored: false });
const many = (at: (k: number) => [number, number], count = COUNT) => Array.from({ length: count }, (_, k) => at(k));

it.each<[string, [number, number][]]>([
  ['a straight side of many points', [[0, 0], [10, 0], [10, 10], ...many((k) => [0, 10 - (10 * k) / COUNT])]],
  ['a comb', [...many((k) => [k, k % 2 === 0 ? 0 : COUNT]), [COUNT, -1], [-1, -1]]],
  [
    'a comb on both axes',
    [
      ...many((k) => [k, k % 2 === 0 ? 0 : COUNT], COUNT / 2),
      [COUNT / 2, -1],
      ...many((k) => [k % 2 === 0 ? -2 : -COUNT, -2 - k], COUNT / 2),
      [-2 * COUNT, -COUNT],
      [-2 * COUNT, 5],
    ],
  ],
  [
    'a star',
    many((k) => {
      const [r, angle] = [k % 2 === 0 ? 100 : 10, (2 * Math.PI * k) / COUNT];
      return [r * Math.cos(angle), r * Math.sin(angle)];
    }),
  ],
])(
  'takes no time over %s, whichever way it lies',
  (_, points) => {
    for (const angle of [0, 40, 90]) {
      const begun = performance.now();
      expect(findSelfCrossing(turnedBy(points, angle))).toBeNull();
      // A tenth of a second to half of one on a quiet machine; by pairs it is a minute and more.
      expect(performance.now() - begun).toBeLessThan(5000);
    }
  },
  20_000,
);

/** Every pair of sides. Exact for small whole numbers. */
function brute(ring: Float64Array): 'crosses' | 'touches' | null {
  const count = ring.length / 2;
  if (count < 3) return null;
  const at = (k: number): [number, number] => [ring[(2 * k) % ring.length]!, ring[(2 * k + 1) % ring.length]!];
  const side = (a: number[], b: number[], c: number[]) =>
    Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
  const along = (a: number[], b: number[], c: number[]) =>
    (a[0]! - b[0]!) * (c[0]! - b[0]!) + (a[1]! - b[1]!) * (c[1]! - b[1]!);
  const isOn = (a: number[], b: number[], c: number[]) => side(a, b, c) === 0 && along(a, c, b) <= 0;
  let doTouch = false;
  for (let p = 0; p < count; p += 1) {
    for (let q = p + 1; q < count; q += 1) {
      const [a, b, c, d] = [at(p), at(p + 1), at(q), at(q + 1)];
      if (q === p + 1) doTouch ||= side(a, b, d) === 0 && along(a, b, d) > 0;
      else if (p === 0 && q === count - 1) doTouch ||= side(c, a, b) === 0 && along(c, a, b) > 0;
      else if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return 'crosses';
      else doTouch ||= isOn(a, b, c) || isOn(a, b, d) || isOn(c, d, a) || isOn(c, d, b);
    }
  }
  return doTouch ? 'touches' : null;
}
