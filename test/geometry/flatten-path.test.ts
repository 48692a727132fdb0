import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flatRing } from '#domain/ring.ts';
import { flattenPath } from '#geometry/flatten-path.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { ringArea } from '#geometry/ring-area.ts';

const points = (data: string, tolerance?: number) => flattenPath(data, tolerance).points;

describe('path data', () => {
  it.each([
    'M 0 0 A 1e13 1e13 0 0 1 1e13 0 Z',
    'M 0 0 C 1e300 0 1e300 1e300 0 1e300 Z',
    'M 0 0 Q 1e308 -1e308 1e308 1e308 Z',
  ])('of a curve that has no end on any table is refused: %s', (data) => {
    expect(() => points(data)).toThrow(expect.objectContaining({ code: 'GEOMETRY_PATH_REFUSED' }));
  });

  it('of lines is its corners, absolute and relative alike', () => {
    const square = [
      [0, 0],
      [10, 0],
      [10, 10],
      [0, 10],
    ];
    for (const data of [
      'M 0 0 L 10 0 L 10 10 L 0 10 Z',
      'M0,0H10V10H0z',
      'm0 0 10 0 0 10-10 0z',
      'M0 0h10v10h-10',
      'M0 0 L10 0 10 10 0 10 0 0 Z',
      '  M0.0,0e0 1e1,0 L10 10,0 +10Z ',
    ]) {
      expect(flattenPath(data)).toEqual({ points: square, isCurved: false });
    }
  });

  it('of a circle of two arcs keeps within the tolerance and turns counter-clockwise for a positive sweep', () => {
    const { points: circle, isCurved } = flattenPath('M 50 0 A 50 50 0 0 1 -50 0 A 50 50 0 0 1 50 0 Z', 0.01);
    expect(isCurved).toBe(true);
    for (const [k, [x, y]] of circle.entries()) {
      expect(Math.hypot(x, y)).toBeCloseTo(50, 9);
      const [nx, ny] = circle[(k + 1) % circle.length]!;
      expect(50 - Math.hypot((x + nx) / 2, (y + ny) / 2)).toBeLessThan(0.01);
    }
    expect(ringArea(flatRing(circle))).toBeCloseTo(Math.PI * 2500, -1);
    expect(ringArea(flatRing(points('M50 0A50 50 0 0 0-50 0A50 50 0 0 0 50 0Z')))).toBeLessThan(0);
  });

  it('takes the large and the small arc, and lets too small radii grow', () => {
    const small = points('M 10 0 A 10 10 0 0 1 0 10 L 0 0 Z', 1e-4);
    expect(ringArea(flatRing(small))).toBeCloseTo((Math.PI * 100) / 4, 1);
    const large = points('M 10 0 A 10 10 0 1 1 0 10 Z', 1e-4); // centre (10, 10)
    expect(ringArea(flatRing(large))).toBeCloseTo((3 / 4) * Math.PI * 100 + 50, 1);
    const grown = points('M 10 0 A 1 1 0 0 1 -10 0 Z', 1e-4);
    expect(ringArea(flatRing(grown))).toBeCloseTo((Math.PI * 100) / 2, 1);
  });

  it('tilts ellipses', () => {
    for (const [x, y] of points('M 0 20 A 20 10 90 0 1 0 -20 A 20 10 90 0 1 0 20 Z', 0.01)) {
      expect((x / 10) ** 2 + (y / 20) ** 2).toBeCloseTo(1, 9);
    }
  });

  it('reads the flags of an arc without separators', () => {
    expect(points('M10 0a10 10 0 01-10 10L0 0z')).toEqual(points('M 10 0 A 10 10 0 0 1 0 10 L 0 0 Z'));
  });

  it('mirrors the last control point for S and T, and only after a curve of the same degree', () => {
    expect(points('M0 0 C0 10 10 10 10 0 S20 -10 20 0 L10 -30Z')).toEqual(
      points('M0 0 C0 10 10 10 10 0 C10 -10 20 -10 20 0 L10 -30Z'),
    );
    expect(points('M0 0 Q5 10 10 0 T20 0 L10 -30Z')).toEqual(points('M0 0 Q5 10 10 0 Q15 -10 20 0 L10 -30Z'));
    expect(parsePath('M0 0 Q5 10 10 0 S15 5 20 0 Z').segments[1]).toEqual({
      kind: 'cubic',
      control1: [10, 0],
      control2: [15, 5],
      to: [20, 0],
    });
  });

  it('leaves a curve by at most the tolerance', () => {
    const coordinate = fc.integer({ min: -200, max: 200 });
    fc.assert(
      fc.property(fc.array(coordinate, { minLength: 8, maxLength: 8 }), fc.constantFrom(0.5, 0.05), (c, tolerance) => {
        const data = `M${c[0]} ${c[1]} C${c.slice(2).join(' ')} Z`;
        const ring = [...flattenPath(data, tolerance).points, [c[6]!, c[7]!] as const];
        for (let t = 0; t <= 1; t += 0.013) {
          const s = 1 - t;
          const [x, y] = [0, 1].map(
            (k) => s ** 3 * c[k]! + 3 * s * s * t * c[k + 2]! + 3 * s * t * t * c[k + 4]! + t ** 3 * c[k + 6]!,
          );
          const away = Math.min(...ring.slice(1).map((b, k) => distance([x!, y!], ring[k]!, b)));
          expect(away).toBeLessThan(tolerance + 1e-9);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['', 'nothing'],
    ['L 1 1', 'L at character 1'],
    ['M 0 0 L 1 1 M 2 2', 'M at character 13'],
    ['M 0 0 L 1 1 Z L 2 2', 'L at character 15'],
    ['M 0 0 L 1', '1 numbers at character 7'],
    ['M 0 0 L 1 NaN', '"NaN" at character'],
    ['M 0 0 L 1 e5', '"e5" at character 11'],
    ['M 0 0 A 1 1 0 2 0 5 5', '"2 0 5 5" at character 15'],
    ['M 0 0 Z 5', '1 numbers at character 7'],
    ['x', '"x" at character 1'],
    ['M 0 0 L 1e999 0', '"1e999 0" at character 9'],
  ])('refuses %j and says where', (data, found) => {
    expect(() => flattenPath(data)).toThrow(expect.objectContaining({ code: 'GEOMETRY_PATH_REFUSED' }));
    expect(() => flattenPath(data)).toThrow(found);
  });
});

function distance(p: readonly number[], a: readonly number[], b: readonly number[]): number {
  const [dx, dy] = [b[0]! - a[0]!, b[1]! - a[1]!];
  const t = Math.min(1, Math.max(0, ((p[0]! - a[0]!) * dx + (p[1]! - a[1]!) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(p[0]! - a[0]! - t * dx, p[1]! - a[1]! - t * dy);
}
