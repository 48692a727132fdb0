import { describe, expect, test } from 'vitest';
import { measureOutline } from '#cli/bench/outline-measures.ts';
import type { Ring } from '#domain/ring.ts';
import { boundaryDistance } from '#tune/outline-distance.ts';

const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];

describe('the distance of two boundaries', () => {
  test('is nothing to itself, and the gap between two that run beside each other', () => {
    expect(boundaryDistance([box(0, 0, 300, 200)], [box(0, 0, 300, 200)]).max).toBeLessThan(1e-9);
    const { p95, max } = boundaryDistance([box(0, 0, 300, 200)], [box(2, 2, 296, 196)]);
    expect(p95).toBeCloseTo(2, 2);
    expect(max).toBeCloseTo(Math.SQRT2 * 2, 1);
  });

  test('is that of what either misses: a bite that only one of them has counts both ways', () => {
    const bitten: Ring = [[0, 0], [300, 0], [300, 200], [180, 200], [180, 160], [120, 160], [120, 200], [0, 200]]; // oxfmt-ignore
    const whole = box(0, 0, 300, 200);
    expect(boundaryDistance([bitten], [whole]).p95).toBeGreaterThan(30);
    expect(boundaryDistance([whole], [bitten])).toEqual(boundaryDistance([bitten], [whole]));
  });
});

const SIZE = { width: 700, height: 560 };

describe('the outline of a drawn hide with its shadow lies within a millimetre, 95 of 100 places', () => {
  test.each([
    [
      'brown on a pale table with lines',
      { look: { colour: [150, 92, 56] }, table: { colour: [196, 202, 206], texture: 0.012, lines: 100 } },
      undefined,
    ],
    [
      'where leather and table are equally bright',
      { look: { colour: [134, 92, 64] }, table: { colour: [70, 112, 84], texture: 0.02, lines: 0 } },
      undefined,
    ],
    [
      'on a dark table with lines',
      { look: { colour: [214, 186, 150] }, table: { colour: [52, 96, 78], texture: 0.03, lines: 100 } },
      undefined,
    ],
    [
      'with some hair over its rim',
      { look: { colour: [150, 92, 56] }, table: { colour: [196, 202, 206], texture: 0.012, lines: 100 } },
      { perMm: 0.33, colour: [70, 45, 28] },
    ],
  ] as const)('%s', async (_, options, hair) => {
    const { p95, max } = await measureOutline({ ...SIZE, seed: 41, ...options }, hair);
    expect(p95).toBeLessThanOrEqual(1);
    expect(max).toBeLessThan(5);
  });
});
