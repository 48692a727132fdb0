import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatRing } from '#domain/ring.ts';
import { flattenFigure } from '#geometry/flatten-path.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { composeAffine, transformFigure, transformPoint } from '#geometry/transform-figure.ts';
import type { Affine } from '#geometry/transform-figure.ts';

/** Lines, an arc of each kind, one whose radii are too small, and both Béziers. */
const FIGURE = parsePath(
  'M 0 0 L 40 0 A 20 10 30 0 1 60 20 A 15 9 -20 1 0 80 40 A 1 2 10 0 1 40 60 C 30 80 10 70 5 50 Q -20 30 0 0 Z',
);
const number = fc.double({ min: -2, max: 2, noNaN: true });
const affine = fc
  .tuple(number, number, number, number, number, number)
  .filter(([a, b, c, d]) => Math.abs(a * d - b * c) > 0.05);

test('a figure that is moved and followed is the figure that is followed and moved', () => {
  const points = flattenFigure(FIGURE, 0.001).points;
  fc.assert(
    fc.property(affine, (map: Affine) => {
      const first = flatRing(points.map((p) => transformPoint(map, p)));
      const then = flatRing(flattenFigure(transformFigure(FIGURE, map), 0.001).points);
      expect(Math.abs(ringArea(then) - ringArea(first))).toBeLessThan(1);
      const [a, b] = [ringBounds(first), ringBounds(then)];
      for (const key of ['minX', 'minY', 'maxX', 'maxY'] as const) expect(Math.abs(a[key] - b[key])).toBeLessThan(0.01);
    }),
    { numRuns: 300 },
  );
});

test('two maps are one, the inner first', () => {
  fc.assert(
    fc.property(affine, affine, number, number, (outer: Affine, inner: Affine, x, y) => {
      const [ax, ay] = transformPoint(composeAffine(outer, inner), [x, y]);
      const [bx, by] = transformPoint(outer, transformPoint(inner, [x, y]));
      expect(Math.hypot(ax - bx, ay - by)).toBeLessThan(1e-9);
    }),
  );
});

test('a circle that is turned, mirrored or scaled stays a circle without a tilt', () => {
  const circle = parsePath('M 10 0 A 10 10 0 0 1 -10 0 A 10 10 0 0 1 10 0 Z');
  const [cos, sin] = [Math.cos(0.7), Math.sin(0.7)];
  for (const map of [
    [2 * cos, 2 * sin, -2 * sin, 2 * cos, 5, 6],
    [-2 * cos, 2 * sin, 2 * sin, 2 * cos, 5, 6],
  ] as const)
    for (const segment of transformFigure(circle, map).segments)
      expect(segment).toMatchObject({
        kind: 'arc',
        rx: expect.closeTo(20, 9) as number,
        tilt: 0,
        isPositive: map[0] > 0,
      });
});
