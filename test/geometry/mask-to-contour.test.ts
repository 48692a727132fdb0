import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskToContours } from '../../src/geometry/mask-to-contour.ts';
import { hasCrossing, simplifyRings } from '../../src/geometry/simplify-ring.ts';

const masks = fc
  .record({ w: fc.integer({ min: 1, max: 12 }), h: fc.integer({ min: 1, max: 12 }) })
  .chain(({ w, h }) =>
    fc.record({ w: fc.constant(w), bits: fc.array(fc.boolean(), { minLength: w * h, maxLength: w * h }) }),
  );

function area(ring: Float64Array): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    twice += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return -twice / 2;
}

test('every pixel of a mask lies in exactly one region, corners cut by a quarter aside', () => {
  fc.assert(
    fc.property(masks, ({ w, bits }) => {
      const regions = maskToContours((i) => bits[i]!, w, bits.length / w);
      const total = regions.reduce((sum, r) => sum + area(r.outline) + r.holes.reduce((s, h) => s + area(h), 0), 0);
      const pixels = bits.filter(Boolean).length;
      // Each diagonal touch costs two corners of 1/32 px² and gives them to nobody.
      expect(Math.abs(total - pixels)).toBeLessThanOrEqual((bits.length * 2) / 32 + 1e-9);
      expect(regions.reduce((s, r) => s + r.areaPx, 0)).toBeCloseTo(total, 9);
    }),
  );
});

test('rings of a mask never cross or touch, themselves or each other', () => {
  fc.assert(
    fc.property(masks, ({ w, bits }) => {
      const regions = maskToContours((i) => bits[i]!, w, bits.length / w);
      expect(hasCrossing(regions.flatMap((r) => [r.outline, ...r.holes]))).toBe(false);
    }),
  );
});

test('a frame has one hole, and an island in it is a region of its own', () => {
  const rows = ['#######', '#.....#', '#..#..#', '#.....#', '#######'];
  const regions = maskToContours((i) => rows[Math.floor(i / 7)]![i % 7] === '#', 7, 5);
  expect(regions.map((r) => r.holes.length).sort()).toEqual([0, 1]);
  expect(regions.map((r) => r.areaPx).sort((a, b) => a - b)).toEqual([1, 20]);
});

test('simplified rings stay within the tolerance and never cross', () => {
  fc.assert(
    fc.property(masks, fc.double({ min: 0.1, max: 3, noNaN: true }), ({ w, bits }, tolerance) => {
      for (const r of maskToContours((i) => bits[i]!, w, bits.length / w)) {
        const rings = [r.outline, ...r.holes];
        const simple = simplifyRings(rings, tolerance);
        expect(hasCrossing(simple)).toBe(false);
        rings.forEach((ring, k) => {
          for (let i = 0; i < ring.length; i += 2)
            expect(distance(ring[i]!, ring[i + 1]!, simple[k]!)).toBeLessThanOrEqual(tolerance + 1e-9);
        });
      }
    }),
  );
});

test('crossing is seen: a bow tie, a ring over another, an edge running back', () => {
  expect(hasCrossing([Float64Array.of(0, 0, 2, 2, 2, 0, 0, 2)])).toBe(true);
  expect(hasCrossing([Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4), Float64Array.of(2, 2, 6, 2, 6, 3)])).toBe(true);
  expect(hasCrossing([Float64Array.of(0, 0, 4, 0, 2, 0, 2, 3)])).toBe(true);
  expect(hasCrossing([Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4), Float64Array.of(1, 1, 2, 1, 2, 2)])).toBe(false);
});

function distance(x: number, y: number, ring: Float64Array): number {
  let best = Infinity;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    const ax = ring[i]!;
    const ay = ring[i + 1]!;
    const dx = ring[j]! - ax;
    const dy = ring[j + 1]! - ay;
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    best = Math.min(best, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return best;
}
