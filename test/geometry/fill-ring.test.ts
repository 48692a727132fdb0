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
        const near = [-1, 1].flatMap((a) => [-1, 1].map((b) => pointInRing(triangle, x + 1e-6 * a, y + 1e-6 * b)));
        // A middle on the rim may count either way.
        if (new Set(near).size === 1) expect(filled.has(i)).toBe(near[0] === 'inside');
      }
    }),
    { numRuns: 200 },
  );
});
