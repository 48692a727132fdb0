import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simplifyRing, traceRegions } from '#synth/trace-region.ts';

function areaOf(ring: readonly number[]): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const next = (i + 2) % ring.length;
    twice += ring[i]! * ring[next + 1]! - ring[next]! * ring[i + 1]!;
  }
  return twice / 2;
}

test('one pixel is traced as its square', () => {
  const plane = new Uint16Array(12);
  plane[5] = 3;
  expect(traceRegions(plane, 4, { u0: 0, v0: 0, u1: 3, v1: 2 }, 3)).toEqual([
    { ring: [1, 1, 2, 1, 2, 2, 1, 2], areaPx: 1 },
  ]);
});

test('pixels that touch at a corner alone are two regions', () => {
  const plane = Uint16Array.from([1, 0, 0, 1]);
  expect(traceRegions(plane, 2, { u0: 0, v0: 0, u1: 1, v1: 1 }, 1)).toHaveLength(2);
});

test('the rings of any pattern enclose its pixels and holes, and their pixel counts add up', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(2), { minLength: 64, maxLength: 64 }), (cells) => {
      const plane = Uint16Array.from(cells);
      const regions = traceRegions(plane, 8, { u0: 0, v0: 0, u1: 7, v1: 7 }, 1, 0);
      expect(regions.reduce((sum, region) => sum + region.areaPx, 0)).toBe(cells.filter((cell) => cell === 1).length);
      for (const region of regions) expect(areaOf(region.ring)).toBeGreaterThanOrEqual(region.areaPx);
    }),
  );
});

test('a simplified ring stays within its tolerance in area', () => {
  const ring: number[] = [];
  for (let i = 0; i < 360; i += 1) ring.push(100 * Math.cos((i * Math.PI) / 180), 100 * Math.sin((i * Math.PI) / 180));
  const simple = simplifyRing(ring, 0.5);
  expect(simple.length).toBeLessThan(90);
  expect(Math.abs(areaOf(simple) - areaOf(ring))).toBeLessThan(0.5 * 2 * Math.PI * 100);
});
