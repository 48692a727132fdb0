import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatRing, type Point, type Ring } from '../../src/domain/ring.ts';
import { isFreePlace, nearestFreeShift, surroundings } from '../../src/geometry/free-place.ts';

const box = (x: number, y: number, w: number, h = w): Float64Array =>
  flatRing([
    [x, y],
    [x + w, y],
    [x + w, y + h],
    [x, y + h],
  ]);
const shifted = (ring: Float64Array, [dx, dy]: Point) => ring.map((v, i) => v + (i % 2 === 0 ? dx : dy));
const table = box(0, 0, 1000, 600);

describe('a free place', () => {
  const one = surroundings(table, 5, [{ ring: box(400, 200, 100), gap: 2 }]);

  it('keeps the gap to other pieces and the margin to the rim', () => {
    expect(isFreePlace(box(502.01, 200, 50), one)).toBe(true);
    expect(isFreePlace(box(501.9, 200, 50), one)).toBe(false);
    expect(isFreePlace(box(501.9, 200, 50), one, 0.5)).toBe(true);
    expect(isFreePlace(box(502.2, 200, 50), one, -0.5)).toBe(false);
    expect(isFreePlace(box(5.01, 5.01, 50), one)).toBe(true);
    expect(isFreePlace(box(4.9, 50, 50), one)).toBe(false);
  });

  it('is none inside another piece, round it, or off the material', () => {
    expect(isFreePlace(box(420, 220, 20), one)).toBe(false);
    expect(isFreePlace(box(300, 100, 300), one)).toBe(false);
    expect(isFreePlace(box(2000, 100, 30), one)).toBe(false);
    expect(isFreePlace(box(980, 100, 100), one)).toBe(false);
  });

  it('is none in the bay of a piece that is not convex where it touches, and is one where it fits', () => {
    const u: Ring = [
      [300, 100],
      [500, 100],
      [500, 300],
      [450, 300],
      [450, 150],
      [350, 150],
      [350, 300],
      [300, 300],
    ];
    const bay = surroundings(table, 0, [{ ring: flatRing(u), gap: 2 }]);
    expect(isFreePlace(box(360, 160, 80), bay)).toBe(true);
    expect(isFreePlace(box(351, 160, 80), bay)).toBe(false);
  });
});

describe('the nearest free place', () => {
  it('is where the piece lies when that is free', () => {
    expect(nearestFreeShift(box(20, 20, 30), surroundings(table, 5, []), 100)).toEqual([0, 0]);
  });

  it('is the short way out of another piece, against it', () => {
    const [dx, dy] = nearestFreeShift(
      box(480, 230, 40),
      surroundings(table, 5, [{ ring: box(400, 200, 100), gap: 2 }]),
      100,
    )!;
    expect(dx).toBeGreaterThan(21.9);
    expect(dx).toBeLessThan(22.3);
    expect(Math.abs(dy)).toBeLessThan(0.01);
  });

  it('is nowhere when the hide is full', () => {
    expect(
      nearestFreeShift(box(100, 100, 50), surroundings(table, 5, [{ ring: box(0, 0, 1000, 600), gap: 0 }]), 300),
    ).toBeNull();
  });

  it('is free, whatever lies about, and no farther than asked', () => {
    const thing = fc.record({
      x: fc.integer({ min: 0, max: 900 }),
      y: fc.integer({ min: 0, max: 500 }),
      w: fc.integer({ min: 10, max: 200 }),
      h: fc.integer({ min: 10, max: 200 }),
    });
    fc.assert(
      fc.property(thing, fc.array(thing, { maxLength: 12 }), ({ x, y, w, h }, others) => {
        const around = surroundings(
          table,
          5,
          others.map((o) => ({ ring: box(o.x, o.y, o.w, o.h), gap: 2 })),
        );
        const piece = box(x, y, w, h);
        const shift = nearestFreeShift(piece, around, 200);
        if (!shift) return;
        expect(isFreePlace(shifted(piece, shift), around, 1e-9)).toBe(true);
        expect(Math.hypot(...shift)).toBeLessThanOrEqual(200);
      }),
      { numRuns: 200 },
    );
  });
});
