import fc from 'fast-check';
import { expect, test } from 'vitest';
import { emptyMaps, enlarge, keepToHide } from '../../src/inspect/write-maps.ts';

const side = fc.integer({ min: 1, max: 12 });

test('coarse maps are shown in finer ones by the pixel that each lies in', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (w, h, wide, high) => {
      const coarse = emptyMaps(w, h);
      for (let i = 0; i < w * h; i += 1) [coarse.defect[i], coarse.kind[i]] = [i, i + 1];
      const maps = emptyMaps(wide, high);
      enlarge(coarse, maps);
      for (let y = 0; y < high; y += 1)
        for (let x = 0; x < wide; x += 1) {
          const from = Math.floor(((y + 0.5) * h) / high) * w + Math.floor(((x + 0.5) * w) / wide);
          expect([maps.defect[y * wide + x], maps.kind[y * wide + x]]).toEqual([from, from + 1]);
        }
    }),
    { numRuns: 100 },
  );
});

test('off the hide nothing is a defect, and openings are holes, whatever the sizes of mask and maps', () => {
  fc.assert(
    fc.property(side, side, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }), (w, h, wide, high) => {
      // A ring of hide with an opening in its middle, the picture's border off it.
      const isIn = (x: number, y: number, air: number) => x >= air && y >= air && x < w - air && y < h - air;
      const mask = Uint8Array.from({ length: w * h }, (_, i) => {
        const [x, y] = [i % w, Math.floor(i / w)];
        return isIn(x, y, 1) && !isIn(x, y, 3) ? 1 : 0;
      });
      const maps = emptyMaps(wide, high);
      maps.defect.fill(77);
      maps.kind.fill(2);
      keepToHide(maps, { mask, widthPx: w, heightPx: h }, 1);
      for (let y = 0; y < high; y += 1)
        for (let x = 0; x < wide; x += 1) {
          const [u, v] = [Math.floor(((x + 0.5) * w) / wide), Math.floor(((y + 0.5) * h) / high)];
          const wanted = mask[v * w + u] !== 0 ? [77, 2] : isIn(u, v, 3) ? [255, 1] : [0, 2];
          expect([maps.defect[y * wide + x], maps.kind[y * wide + x]]).toEqual(wanted);
        }
    }),
    { numRuns: 100 },
  );
});
