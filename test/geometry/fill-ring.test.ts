import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellGrid, fillRing } from '#geometry/fill-ring.ts';
import { pointInRing } from '#geometry/point-in-ring.ts';

const BOX = { minX: -20, minY: -20, maxX: 20, maxY: 20 };

test('fills exactly the cells whose middles lie inside, whatever sticks out of the grid', () => {
  const coordinate = fc.double({ min: -30, max: 30, noNaN: true });
  fc.assert(
    fc.property(fc.array(coordinate, { minLength: 6, maxLength: 6 }), (flat) => {
      const triangle = new Float64Array(flat);
      const grid = cellGrid(BOX, 2.5);
      const filled = new Set<number>();
      fillRing(triangle, grid, (from, upTo) => {
        for (let i = from; i < upTo; i += 1) filled.add(i);
      });
      for (let i = 0; i < grid.columns * grid.rows; i += 1) {
        const x = BOX.minX + ((i % grid.columns) + 0.5) * grid.cell;
        const y = BOX.minY + (Math.floor(i / grid.columns) + 0.5) * grid.cell;
        // A middle on the rim may count either way.
        if (rimDistance(flat, x, y) > 1e-6) expect(filled.has(i)).toBe(pointInRing(triangle, x, y) === 'inside');
      }
    }),
    { numRuns: 200 },
  );
});

/** Least distance of a point to the sides of a triangle. */
function rimDistance(flat: readonly number[], x: number, y: number): number {
  const sides = [0, 2, 4].map((i) => {
    const [ax, ay, bx, by] = [flat[i]!, flat[i + 1]!, flat[(i + 2) % 6]!, flat[(i + 3) % 6]!];
    const length2 = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = length2 === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length2));
    return Math.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y);
  });
  return Math.min(...sides);
}
