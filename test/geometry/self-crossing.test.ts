import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flatRing } from '#domain/ring.ts';
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
      expect(isCrossing).toBe(brute(flatRing(swapped)));
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

/** Every pair of sides that are no neighbours. */
function brute(ring: Float64Array): boolean {
  const count = ring.length / 2;
  const at = (k: number): [number, number] => [ring[(2 * k) % ring.length]!, ring[(2 * k + 1) % ring.length]!];
  const side = (a: number[], b: number[], c: number[]) =>
    Math.sign((b[0]! - a[0]!) * (c[1]! - a[1]!) - (b[1]! - a[1]!) * (c[0]! - a[0]!));
  for (let p = 0; p < count; p += 1) {
    for (let q = p + 2; q < count; q += 1) {
      if (p === 0 && q === count - 1) continue;
      const [a, b, c, d] = [at(p), at(p + 1), at(q), at(q + 1)];
      if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return true;
    }
  }
  return false;
}
