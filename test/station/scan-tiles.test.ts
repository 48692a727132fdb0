import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SCAN_TILE_PX, levelSize, pyramidLevels } from '../../src/api/scan-pyramid.ts';
import { ScanTiles } from '../../src/station/scan-tiles.node.ts';

let folder = '';
let image = '';
const WIDTH = 2600;
const HEIGHT = 1500;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerf-tiles-'));
  image = join(folder, 'scan.tif');
  // Red grows to the right, green downwards: every tile tells where it is from.
  const rgb = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let v = 0; v < HEIGHT; v += 1)
    for (let u = 0; u < WIDTH; u += 1) {
      rgb[3 * (v * WIDTH + u)] = Math.round((255 * u) / WIDTH);
      rgb[3 * (v * WIDTH + u) + 1] = Math.round((255 * v) / HEIGHT);
    }
  await sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .tiff({ tile: true })
    .toFile(image);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const middleOf = async (tile: Uint8Array) => {
  const { data, info } = await sharp(tile).raw().toBuffer({ resolveWithObject: true });
  const at = 3 * (Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2));
  return { size: [info.width, info.height], red: data[at]!, green: data[at + 1]! };
};

it('gives every tile of every level, from its own place of the scan', async () => {
  const tiles = new ScanTiles();
  expect(pyramidLevels(WIDTH, HEIGHT)).toBe(4);
  for (let level = 0; level < 4; level += 1) {
    const [w, h] = levelSize(WIDTH, HEIGHT, level);
    const column = Math.ceil(w / SCAN_TILE_PX) - 1;
    const row = Math.ceil(h / SCAN_TILE_PX) - 1;
    const tile = await middleOf(await tiles.tile(image, join(folder, 'tiles'), { level, column, row }));
    expect(tile.size).toEqual([w - column * SCAN_TILE_PX, h - row * SCAN_TILE_PX]);
    expect(Math.abs(tile.red - (255 * (column * SCAN_TILE_PX + tile.size[0]! / 2)) / w)).toBeLessThan(4);
    expect(Math.abs(tile.green - (255 * (row * SCAN_TILE_PX + tile.size[1]! / 2)) / h)).toBeLessThan(4);
  }
});

it('makes a pyramid once however many ask at the same time, and leaves nothing half made', async () => {
  const own = join(folder, 'once');
  const tiles = new ScanTiles();
  const asked = await Promise.all([0, 1, 2].map((column) => tiles.tile(image, own, { level: 0, column, row: 0 })));
  expect(asked.every((tile) => tile.length > 100)).toBe(true);
  expect((await readdir(folder)).filter((name) => name.startsWith('tiles-'))).toEqual([]);
});

it('says so when the scan has no such tile', async () => {
  await expect(
    new ScanTiles().tile(image, join(folder, 'tiles'), { level: 0, column: 99, row: 0 }),
  ).rejects.toMatchObject({ code: 'STATION_NOTHING_HERE' });
});
