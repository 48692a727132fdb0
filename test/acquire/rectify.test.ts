import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScan } from '#acquire/open-scan.node.ts';
import { fitHomography, invertHomography, mapPoint } from '#geometry/plane-homography.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { findTable } from '#acquire/table-pose.ts';
import type { TableMarkers } from '#domain/calibration.ts';
import type { KerfError } from '#domain/kerf-error.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { viewTable } from '#synth/camera-view.ts';
import { drawHide, type DrawnHide } from '#synth/draw-hide.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { cornerMarkers } from './corner-markers.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const MARKERS = cornerMarkers(2200, 1700, 90);
const calibration: TableMarkers = { kerf: 1, id: 'drawn', tableMarkers: MARKERS };

let dir = '';
let hide: DrawnHide;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-rectify-'));
  hide = drawHide({
    seed: 4,
    mmPerPx: 1,
    look: { colour: [150, 92, 56] },
    table: { colour: [196, 202, 206], texture: 0.01, lines: 100 },
  });
  drawMarkers(hide, MARKERS);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function photograph(name: string, tilt: number, turn: number, fill?: number): Promise<string> {
  const view = viewTable(hide, { widthPx: 2400, heightPx: 1900, tilt, turn, ...(fill === undefined ? {} : { fill }) });
  const path = join(dir, `${name}.png`);
  await sharp(view.rgb, { raw: { width: 2400, height: 1900, channels: 3 } })
    .png()
    .toFile(path);
  return path;
}

describe('a picture taken at an angle', () => {
  test.each([
    ['straight down', 0, 0],
    ['tilted', 18, 3],
    ['upside down and tilted', 12, 180],
  ])('%s becomes a straight scan in table mm', async (name, tilt, turn) => {
    const path = await photograph(name, tilt, turn);
    const outDir = join(dir, `scan ${name}`);
    const scan = await acquireScan(path, { mmPerPx: 1, calibration, outDir, clock });
    expect(scan).toMatchObject({
      widthPx: 2150,
      heightPx: 1650,
      calibration: 'drawn',
      toMm: [1, 0, 25, 0, -1, 1675, 0, 0, 1],
    });
    const residual = scan.flags.find((flag) => flag.kind === 'residual');
    expect(residual?.value).toBeLessThan(0.45);
    // Brightness edges of the hide's own rim, found where the truth puts them: read the scan at the outline's points,
    // a few mm to either side.
    const pixels = await (await openScan(outDir)).tile(0, 0, scan.widthPx, scan.heightPx);
    const green = (x: number, y: number) => pixels[3 * (Math.floor(1675 - y) * scan.widthPx + Math.floor(x - 25)) + 1]!;
    let clear = 0;
    let count = 0;
    const outline = hide.truth.outline;
    outline.forEach(([x, y], i) => {
      const [ax, ay] = outline[(i + outline.length - 3) % outline.length]!;
      const [bx, by] = outline[(i + 3) % outline.length]!;
      const length = Math.hypot(bx - ax, by - ay);
      const nx = (by - ay) / length;
      const ny = (ax - bx) / length;
      const one = green(x + 4 * nx, y + 4 * ny);
      const other = green(x - 4 * nx, y - 4 * ny);
      count += 1;
      if (Math.abs(one - other) > 18) clear += 1;
    });
    expect(clear / count).toBeGreaterThan(0.9);
    // The same pixels as the drawn table, wherever it is smooth enough to compare.
    let off = 0;
    let compared = 0;
    for (let y = 100; y < 1600; y += 13) {
      for (let x = 100; x < 2100; x += 13) {
        off += Math.abs(green(x, y) - hide.rgb[3 * ((1700 - y - 1) * 2200 + x) + 1]!);
        compared += 1;
      }
    }
    expect(off / compared).toBeLessThan(4);
  });

  test('tells how much of the table was not in the picture', async () => {
    const path = await photograph('cut off', 4, 0);
    const wider = { ...calibration, tableMarkers: [...MARKERS, { id: 9, x: 2830, y: 70, size: 90 }] };
    const outDir = join(dir, 'cut off scan');
    const scan = await acquireScan(path, { mmPerPx: 2, calibration: wider, outDir, clock });
    expect(scan).toMatchObject({ widthPx: 1425, heightPx: 825 });
    const unseen = scan.flags.find((flag) => flag.kind === 'unseen');
    expect(unseen?.value).toBeGreaterThan(0.1);
    expect(unseen?.value).toBeLessThan(0.3);
    const corner = await (await openScan(outDir)).tile(1424, 824, 1, 1);
    expect([...corner]).toEqual([255, 255, 255]);
  });

  test('is refused when a marker is covered, and leaves nothing', async () => {
    const covered = { ...hide, rgb: hide.rgb.slice() };
    for (let v = 0; v < 200; v += 1) covered.rgb.fill(120, 3 * v * 2200, 3 * (v * 2200 + 300));
    const view = viewTable(covered, { widthPx: 1800, heightPx: 1400, tilt: 5, turn: 0 });
    const path = join(dir, 'covered.png');
    await sharp(view.rgb, { raw: { width: 1800, height: 1400, channels: 3 } })
      .png()
      .toFile(path);
    const outDir = join(dir, 'covered');
    await expect(acquireScan(path, { calibration, outDir, clock })).rejects.toMatchObject({
      code: 'ACQUIRE_MARKERS_NOT_SEEN',
      fault: 'input',
      details: { seenCount: 3, neededCount: 4, missing: '0' },
    });
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });

  test('is refused when a marker was moved by 15 mm', async () => {
    const path = await photograph('moved', 10, 0);
    const moved = {
      ...calibration,
      tableMarkers: MARKERS.map((marker) => (marker.id === 2 ? { ...marker, x: 2145 } : marker)),
    };
    const scan = acquireScan(path, { calibration: moved, outDir: join(dir, 'moved'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_MARKERS_DO_NOT_FIT', fault: 'input' });
  });

  test('is left at once when aborted', async () => {
    const path = await photograph('aborted', 10, 0);
    const stop = new AbortController();
    const outDir = join(dir, 'aborted');
    const onProgress = ({ what }: { what: string }) => what === 'straighten' && stop.abort();
    const scan = acquireScan(path, {
      mmPerPx: 0.5,
      calibration,
      outDir,
      clock,
      signal: stop.signal,
      onProgress: (p) => void onProgress(p),
    });
    await expect(scan).rejects.toThrow('abort');
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });
});

describe('the table from its markers', () => {
  const PICTURE = { widthPx: 2200, heightPx: 1700 };
  const square = (x: number, y: number, size: number) => {
    const half = size / 2;
    return [x - half, y + half, x + half, y + half, x + half, y - half, x - half, y - half];
  };

  test('says how far the table has drifted from its calibration', () => {
    const seen = MARKERS.map(({ id, x, y, size }) => ({
      id,
      corners: square(x, y, size).map((value, i) => (i % 2 === 0 ? value : 1700 - value)),
    }));
    const still = { ...calibration, toMm: [1, 0, 0.4, 0, -1, 1700.3, 0, 0, 1] };
    const pose = findTable(seen, still, PICTURE);
    expect(pose.drift).toBeCloseTo(0.5, 6);
    expect(pose.mmPerPx).toBeCloseTo(1, 6);
    expect(pose.residual?.max).toBeLessThan(1e-6);
    expect(findTable(seen, calibration, PICTURE).drift).toBeNull();
    // The calibration counts in pixels of its own size; of another shape it tells nothing.
    const twice = { ...calibration, widthPx: 4400, heightPx: 3400, toMm: [0.5, 0, 0.4, 0, -0.5, 1700.3, 0, 0, 1] };
    expect(findTable(seen, twice, PICTURE).drift).toBeCloseTo(0.5, 6);
    expect(findTable(seen, { ...twice, heightPx: 3000 }, PICTURE).drift).toBeNull();
  });

  describe('of which only the left ones are seen', () => {
    const table: TableMarkers = {
      ...calibration,
      tableMarkers: [100, 600, 1100, 1600].flatMap((y, k) => [
        { id: k, x: 100, y, size: 60 },
        { id: k + 4, x: 2100, y, size: 60 },
      ]),
    };
    /** A twentieth of a pixel of noise on each corner, and the camera turned about the left side by `turned`. */
    const seenOf = (isSeen: (id: number) => boolean, turned = 0) => {
      const random = seededRandom(5);
      const off = () => 0.05 * (random() + random() + random() + random() - 2) * Math.sqrt(3);
      return table.tableMarkers
        .filter(({ id }) => isSeen(id))
        .map(({ id, x, y, size }) => ({
          id,
          corners: square(x + (turned * x) / 2200, y, size).map((v, i) => (i % 2 === 0 ? v : 1700 - v) + off()),
        }));
    };
    const still = { ...table, toMm: [1, 0, 0, 0, -1, 1700, 0, 0, 1] };

    test('the right side goes by the calibration, and the scan says that nobody measured it', () => {
      const pose = findTable(
        seenOf((id) => id < 4),
        still,
        PICTURE,
      );
      expect(pose).toMatchObject({ toMm: still.toMm, hiddenSide: [4, 5, 6, 7] });
      expect(pose.drift).toBeLessThan(0.5);
    });

    test('it is refused where no calibration says how it lies, or the markers have moved', () => {
      const left = seenOf((id) => id < 4);
      const refused = {
        code: 'ACQUIRE_MARKERS_ONE_SIDED',
        details: expect.objectContaining({ missing: '4,5,6,7' }) as object,
      };
      expect(() => findTable(left, table, PICTURE)).toThrow(expect.objectContaining(refused) as Error);
      const elsewhere = { ...still, toMm: [1, 0, 2, 0, -1, 1700, 0, 0, 1] };
      expect(() => findTable(left, elsewhere, PICTURE)).toThrow(expect.objectContaining(refused) as Error);
    });

    test('all of them, or those of the corners, tell by themselves', () => {
      for (const ids of [
        [0, 1, 2, 3, 4, 5, 6, 7],
        [0, 3, 4, 7],
      ]) {
        const pose = findTable(
          seenOf((id) => ids.includes(id), 3),
          still,
          PICTURE,
        );
        expect(pose.hiddenSide).toBeUndefined();
        expect(pose.drift).toBeGreaterThan(2);
      }
    });
  });

  test('is refused above half a millimetre of residual, and taken up to there', () => {
    const middle = { id: 40, x: 1100, y: 850, size: 90 };
    const table = { ...calibration, tableMarkers: [...MARKERS, middle] };
    const taken: number[] = [];
    const refused: number[] = [];
    for (let moved = 0; moved <= 1.2; moved += 0.02) {
      const seen = table.tableMarkers.map(({ id, x, y, size }) => ({
        id,
        corners: square(x + (id === 40 ? moved : 0), y, size).map((v, i) => (i % 2 === 0 ? v : 1700 - v)),
      }));
      try {
        taken.push(findTable(seen, table, PICTURE).residual?.max ?? NaN);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ACQUIRE_MARKERS_DO_NOT_FIT', details: { most: 0.5, marker: 40 } });
        refused.push((error as KerfError).details['max'] as number);
      }
    }
    expect(Math.max(...taken)).toBeLessThanOrEqual(0.5);
    expect(Math.max(...taken)).toBeGreaterThan(0.45);
    expect(Math.min(...refused)).toBeGreaterThan(0.5);
    expect(Math.min(...refused)).toBeLessThan(0.55);
  });

  test('is refused when its markers stand on one point', () => {
    const point = { ...calibration, tableMarkers: MARKERS.map((marker) => ({ ...marker, x: 5, y: 5, size: 1e-9 })) };
    const seen = MARKERS.map(({ id }) => ({ id, corners: [1, 1, 1, 1, 1, 1, 1, 1] }));
    expect(() => findTable(seen, point, PICTURE)).toThrow('do not span an area');
  });
});

test('a fitted homography and its inverse cancel, and exact points fit exactly', () => {
  const number = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(number, { minLength: 8, maxLength: 8 }), (values) => {
      const h = [
        1 + 0.3 * values[0]!,
        0.3 * values[1]!,
        500 * values[2]!,
        0.3 * values[3]!,
        -1 + 0.3 * values[4]!,
        500 * values[5]!,
        1e-4 * values[6]!,
        1e-4 * values[7]!,
        1,
      ];
      const from = [0, 0, 2000, 10, 1990, 1500, 20, 1510, 900, 700];
      const to: number[] = [];
      for (let i = 0; i < from.length; i += 2) to.push(...mapPoint(h, from[i]!, from[i + 1]!));
      const fitted = fitHomography(from, to);
      expect(fitted).not.toBeNull();
      for (let i = 0; i < from.length; i += 2) {
        const there = mapPoint(fitted!, from[i]!, from[i + 1]!);
        expect(Math.hypot(there[0] - to[i]!, there[1] - to[i + 1]!)).toBeLessThan(1e-5);
        const back = mapPoint(invertHomography(fitted!), ...there);
        expect(Math.hypot(back[0] - from[i]!, back[1] - from[i + 1]!)).toBeLessThan(1e-5);
      }
    }),
  );
});
