import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point, Ring } from '../../src/domain/ring.ts';
import { fingerLoop, signedArea } from '../../src/ui/canvas/finger-loop.ts';
import { between, comesFrom, easeBoth } from '../../src/ui/canvas/fly.ts';
import { isInside, labelPlace, rimDistance } from '../../src/ui/canvas/label-place.ts';
import { fitViewport, toScreen, toTable, zoomAbout, type Viewport } from '../../src/ui/canvas/viewport.ts';
import { layoutOf, square } from './page-fixtures.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const point = fc.tuple(number(-2000, 2000), number(-2000, 2000));
const view = fc.record({ scale: number(0.05, 8), left: number(-500, 500), top: number(-500, 500) });

describe('the viewport', () => {
  it('takes a point to the screen and back', () => {
    fc.assert(
      fc.property(view, point, (v, p) => {
        const [x, y] = toTable(v, toScreen(v, p));
        expect(x).toBeCloseTo(p[0], 6);
        expect(y).toBeCloseTo(p[1], 6);
      }),
    );
  });

  it('leaves the point between the fingers where it is', () => {
    fc.assert(
      fc.property(view, point, number(0.2, 5), (v, p, factor) => {
        const zoomed = zoomAbout(v, p, factor, [0.01, 40]);
        const [x, y] = toScreen(zoomed, toTable(v, p));
        expect(x).toBeCloseTo(p[0], 5);
        expect(y).toBeCloseTo(p[1], 5);
      }),
    );
  });

  it('does not zoom past its limits', () => {
    const v: Viewport = { scale: 1, left: 0, top: 0 };
    expect(zoomAbout(v, [0, 0], 1e6, [0.5, 12]).scale).toBe(12);
    expect(zoomAbout(v, [0, 0], 1e-6, [0.5, 12]).scale).toBe(0.5);
  });

  it('fits a hide between its insets, y up', () => {
    const box = { minX: 0, minY: 0, maxX: 200, maxY: 100 };
    const v = fitViewport(box, 420, 320, { left: 10, right: 10, top: 10, bottom: 110 });
    expect(toScreen(v, [0, 100])).toEqual([10, 10]);
    expect(toScreen(v, [200, 0])).toEqual([410, 210]);
  });
});

describe('labels', () => {
  it('stand inside the piece, at least a third as far from the rim as the best place', () => {
    const ell: Ring = [
      [0, 0],
      [300, 0],
      [300, 60],
      [60, 60],
      [60, 200],
      [0, 200],
    ];
    for (const ring of [square(0, 0, 80), ell]) {
      const { at, radius } = labelPlace(ring);
      expect(isInside(ring, at)).toBe(true);
      expect(radius).toBeCloseTo(rimDistance(ring, at), 9);
    }
    expect(labelPlace(ell).radius).toBeGreaterThan(20);
  });

  it('keep off the holes of a piece', () => {
    const hole = square(30, 30, 40);
    const { at } = labelPlace(square(0, 0, 100), [hole]);
    expect(isInside(hole, at)).toBe(false);
    expect(rimDistance(hole, at)).toBeGreaterThan(8);
  });

  it('follow the long side of a strap, whichever way it lies', () => {
    const strap = (angle: number): Ring => {
      const c = Math.cos((angle * Math.PI) / 180);
      const s = Math.sin((angle * Math.PI) / 180);
      const corners: readonly Point[] = [
        [0, 0],
        [600, 0],
        [600, 40],
        [0, 40],
      ];
      return corners.map(([x, y]): Point => [x * c - y * s, x * s + y * c]);
    };
    for (const angle of [0, 30, 75, 90, -45]) {
      const place = labelPlace(strap(angle));
      expect(Math.abs(Math.sin(((place.angle - angle) * Math.PI) / 180))).toBeLessThan(0.06);
      expect(place.length).toBeGreaterThan(400);
    }
  });
});

describe('a flight', () => {
  it('begins where the piece was, ends where it is, and keeps its size on the way', () => {
    fc.assert(
      fc.property(number(-180, 180), point, number(0, 1), (angle, shift, t) => {
        const from: Ring = [
          [0, 0],
          [80, 0],
          [90, 30],
          [0, 40],
        ];
        const c = Math.cos((angle * Math.PI) / 180);
        const s = Math.sin((angle * Math.PI) / 180);
        const to = from.map(([x, y]): Point => [x * c - y * s + shift[0], x * s + y * c + shift[1]]);
        between(from, to, 0).forEach((p, i) =>
          expect(Math.hypot(p[0] - from[i]![0], p[1] - from[i]![1])).toBeLessThan(1e-6),
        );
        expect(between(from, to, 1)).toBe(to);
        expect(signedArea(between(from, to, t))).toBeCloseTo(signedArea(from), 4);
      }),
    );
  });

  it('leaves still pieces alone and sends the nearest copy', () => {
    const before = layoutOf([square(0, 0, 10), square(100, 0, 10), square(500, 0, 10)]).pieces;
    const after = layoutOf([square(500, 0, 10), square(120, 0, 10), square(0, 0, 10), square(900, 900, 10)]).pieces;
    expect(comesFrom(before, after)).toEqual([before[2]!.outline, before[1]!.outline, before[0]!.outline, null]);
  });

  it('eases from rest to rest', () => {
    expect([easeBoth(0), easeBoth(1)]).toEqual([0, 1]);
    expect(easeBoth(0.1)).toBeLessThan(0.05);
    expect(easeBoth(0.9)).toBeGreaterThan(0.98);
    fc.assert(fc.property(number(0, 0.99), (t) => easeBoth(t + 0.01) >= easeBoth(t)));
  });
});

describe('a finger’s loop', () => {
  const circle = (turns: number, r: number): Ring =>
    Array.from({ length: 60 }, (_, i): Point => {
      const a = (i / 59) * turns * 2 * Math.PI;
      return [500 + r * Math.cos(a), 500 + r * Math.sin(a)];
    });

  it('closes a loop that stops short', () => {
    const loop = fingerLoop(circle(0.9, 50), 1);
    expect(Math.abs(signedArea(loop!))).toBeGreaterThan(0.9 * Math.PI * 50 * 50 * 0.9);
  });

  it('cuts the tails where the line crosses itself', () => {
    // A loop drawn from inside out: the end crosses the start.
    const stroke: Ring = [
      [-40, 5],
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
      [-10, -60],
    ];
    const loop = fingerLoop(stroke, 1)!;
    expect(isSimple(loop)).toBe(true);
    expect(Math.abs(signedArea(loop))).toBeGreaterThan(9000);
  });

  it('refuses a tap and a line', () => {
    expect(fingerLoop([[1, 1]], 1)).toBeNull();
    expect(fingerLoop(circle(1, 2), 0.1)).toBeNull();
    expect(
      fingerLoop(
        [
          [0, 0],
          [50, 0],
          [100, 0],
        ],
        1,
      ),
    ).toBeNull();
  });

  it('gives a simple ring for whatever a hand scribbles, or none', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(number(0, 300), number(0, 300)), { minLength: 3, maxLength: 25 }), (stroke) => {
        const loop = fingerLoop(stroke, 2);
        expect(loop === null || isSimple(loop)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

/** No two sides that are not neighbours touch: by orientation signs, unlike the code under test. */
function isSimple(ring: Ring): boolean {
  const turn = (a: Point, b: Point, c: Point) =>
    Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const n = ring.length;
  for (let i = 0; i < n; i += 1)
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      const [a, b, c, d] = [ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % n]!];
      if (turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0) return false;
    }
  return true;
}
