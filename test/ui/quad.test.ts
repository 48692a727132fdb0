import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isConvex, type Corner, type Quad } from '#geometry/quad.ts';
import { layOnQuad } from '../../src/ui/projector/lay-on-quad.ts';

/** What CSS makes of a point under matrix3d. */
function through(matrix: string, [x, y]: Corner): Corner {
  const m = matrix.slice('matrix3d('.length, -1).split(',').map(Number);
  const w = m[3]! * x + m[7]! * y + m[15]!;
  return [(m[0]! * x + m[4]! * y + m[12]!) / w, (m[1]! * x + m[5]! * y + m[13]!) / w];
}
const near = (a: Corner, b: Corner) => Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-6 * (1 + Math.hypot(...b));

describe('laying the table on four places', () => {
  it('brings each corner to its place, whatever the view', () => {
    const jitter = fc.tuple(...Array.from({ length: 8 }, () => fc.double({ min: -0.24, max: 0.24, noNaN: true })));
    fc.assert(
      fc.property(jitter, ([a, b, c, d, e, f, g, h]) => {
        const quad: Quad = [
          [1280 * (0.25 + a!), 800 * (0.75 + b!)],
          [1280 * (0.75 + c!), 800 * (0.75 + d!)],
          [1280 * (0.75 + e!), 800 * (0.25 + f!)],
          [1280 * (0.25 + g!), 800 * (0.25 + h!)],
        ];
        const matrix = layOnQuad(3200, 2400, quad);
        fc.pre(matrix !== null);
        const corners: Quad = [
          [0, 2400],
          [3200, 2400],
          [3200, 0],
          [0, 0],
        ];
        corners.forEach((corner, i) => expect(near(through(matrix!, corner), quad[i]!)).toBe(true));
      }),
    );
  });

  it('keeps straight lines straight where it looks on aslant', () => {
    const matrix = layOnQuad(100, 100, [
      [0, 100],
      [100, 100],
      [80, 0],
      [20, 0],
    ])!;
    // The diagonals meet in the middle of the box, and in the crossing of the quad's own diagonals.
    const [x, y] = through(matrix, [50, 50]);
    expect(x).toBeCloseTo(50);
    expect(y).toBeCloseTo(37.5);
  });

  it('refuses a quad that crosses itself or is a line', () => {
    expect(
      isConvex([
        [0, 1],
        [1, 1],
        [0, 0],
        [1, 0],
      ]),
    ).toBe(false);
    expect(
      layOnQuad(1, 1, [
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ]),
    ).toBeNull();
  });
});
