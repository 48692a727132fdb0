import { expect, test } from 'vitest';
import { addTile, emptyCells } from '../../src/inspect/leather-cells.ts';
import { pixelsInMemory } from '../../src/inspect/pixel-source.ts';
import { planTiles } from '../../src/inspect/plan-tiles.ts';
import { readScaled } from '../../src/inspect/read-scaled.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';

test('cells hold the same bytes whichever tile was looked at first', async () => {
  const size = { widthPx: 230, heightPx: 170 };
  const random = seededRandom(7);
  const rgb = Uint8Array.from({ length: 3 * size.widthPx * size.heightPx }, () => Math.floor(random() * 256));
  const source = pixelsInMemory(rgb, size.widthPx, size.heightPx);
  // Cells of 20 px lie across the tiles' borders.
  const plans = planTiles(size.widthPx, size.heightPx, { tilePx: 96, rimPx: 16, stridePx: 32 });
  const tiles = await Promise.all(
    plans.map(async (core) => {
      const rect = {
        leftPx: core.leftPx - 16,
        topPx: core.topPx - 16,
        widthPx: core.readWidthPx,
        heightPx: core.readHeightPx,
      };
      return { rgb: await readScaled(source, 1, rect), rect, core };
    }),
  );
  const inOrder = (list: typeof tiles) => {
    const cells = emptyCells(size, 1);
    for (const tile of list) addTile(cells, tile, size, null);
    return cells.levels;
  };
  expect(inOrder(tiles.toReversed())).toEqual(inOrder(tiles));
  expect(inOrder(tiles)[0]!.count.reduce((sum, n) => sum + n, 0)).toBe(size.widthPx * size.heightPx);
});
