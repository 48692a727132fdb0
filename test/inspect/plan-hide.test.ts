import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableFill } from '../../src/inspect/fill-table.ts';
import { planHide } from '../../src/inspect/plan-hide.ts';
import { planTiles } from '../../src/inspect/plan-tiles.ts';

const TILES = { tilePx: 160, rimPx: 32, stridePx: 32 };

/** Of an overview: 1 inside an ellipse. */
function fillOf(
  widthPx: number,
  heightPx: number,
  [cx, cy, rx, ry]: readonly [number, number, number, number],
): TableFill {
  const keep = Uint8Array.from({ length: widthPx * heightPx }, (_, i) => {
    const x = ((i % widthPx) + 0.5) / widthPx;
    const y = (Math.floor(i / widthPx) + 0.5) / heightPx;
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 < 1 ? 1 : 0;
  });
  return {
    keep,
    widthPx,
    heightPx,
    colour: new Float32Array(3),
    grainFrom: new Int32Array(0),
    cellsAcross: 1,
    cellsDown: 1,
  };
}

const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });

test('tiles that leave the table out hold every pixel of the hide once, on the stride', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 33, max: 500 }),
      fc.integer({ min: 33, max: 500 }),
      // Pixels of the picture per pixel of the overview.
      fc.double({ min: 1, max: 3.7, noNaN: true }),
      fc.tuple(share, share, share, share),
      (widthPx, heightPx, perPx, place) => {
        const fill = fillOf(Math.ceil(widthPx / perPx), Math.ceil(heightPx / perPx), place);
        const seen = new Uint8Array(widthPx * heightPx);
        for (const { leftPx, topPx, widthPx: w, heightPx: h, ...read } of planHide(
          { widthPx, heightPx },
          fill,
          TILES,
        )) {
          expect([leftPx % 32, topPx % 32, read.readWidthPx % 32, read.readHeightPx % 32]).toEqual([0, 0, 0, 0]);
          expect(read.readWidthPx).toBeGreaterThanOrEqual(w + 2 * TILES.rimPx);
          expect(Math.max(read.readWidthPx, read.readHeightPx)).toBeLessThanOrEqual(TILES.tilePx);
          for (let y = topPx; y < topPx + h; y += 1)
            for (let x = leftPx; x < leftPx + w; x += 1) seen[y * widthPx + x]! += 1;
        }
        expect(seen.some((times) => times > 1)).toBe(false);
        const [kx, ky] = [fill.widthPx / widthPx, fill.heightPx / heightPx];
        // Where `fillTable` looks.
        for (let y = 0; y < heightPx; y += 1)
          for (let x = 0; x < widthPx; x += 1) {
            const at = Math.floor((y + 0.5) * ky) * fill.widthPx + Math.floor((x + 0.5) * kx);
            if (fill.keep[at] !== 0 && seen[y * widthPx + x] === 0) expect([x, y]).toBe('looked at');
          }
      },
    ),
    { numRuns: 60 },
  );
});

test('a hide that fills two thirds of the picture is read with a quarter fewer pixels than all of it', () => {
  const size = { widthPx: 1000, heightPx: 1000 };
  const readPx = (plans: ReturnType<typeof planTiles>) =>
    plans.reduce((sum, p) => sum + p.readWidthPx * p.readHeightPx, 0);
  const hide = readPx(planHide(size, fillOf(500, 500, [0.5, 0.5, 0.46, 0.46]), TILES));
  expect(hide).toBeLessThan(0.75 * readPx(planTiles(1000, 1000, TILES)));
});
