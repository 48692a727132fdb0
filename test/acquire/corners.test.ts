import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrateCorners } from '#acquire/calibrate-corners.node.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { takeTablePicture } from '#acquire/take-table-picture.node.ts';
import { calibrationSchema, tableMarkersSchema, type Calibration, type Lens } from '#domain/calibration.ts';
import { fourCorners, tableCornersSchema, type FourCorners } from '#domain/table-corners.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { photographPlane, planeToStraight, seenAt, type Held } from './bent-camera.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const SIZE = { widthPx: 1600, heightPx: 1200 };
const [WIDTH, HEIGHT] = [1000, 700];
/** The drawn plane is larger than the table on it: the table's lower left corner lies at this place of it, from the left and
 *  from below. */
const [LEFT, BELOW] = [100, 100];
const LENS: Lens = { matrix: [1250, 0, 812, 0, 1248, 590, 0, 0, 1], distortion: [-0.18, 0.05, 0.0006, -0.0004, 0] };
const HANGS: Held = { turns: [22, 3, 2], shift: [10, 20, 1450] };
const MARKERS = [
  { id: 0, x: 90, y: 610, size: 80 },
  { id: 1, x: 910, y: 610, size: 80 },
  { id: 2, x: 910, y: 90, size: 80 },
];
/** A dark square where the truth puts it. */
const PATCH = { left: 420, right: 560, bottom: 260, top: 400 };

const CAMERA: Calibration = {
  kerf: 1,
  id: 'wide',
  source: 'drawn',
  ...SIZE,
  ...LENS,
  pose: null,
  toMm: null,
  planeHeight: 0,
  board: { dictionary: '5x5_100', columns: 8, rows: 6, square: 30, marker: 22 },
  tableMarkers: [],
  residual: { rms: 0.1, p95: 0.2, max: 0.3 },
  takenAt: clock.now(),
};

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-corners-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const taken = new Map<string, Promise<string>>();

/** The table through the bent lens, lit evenly; with its markers or without. */
function photograph(name: 'bare' | 'marked' | 'nudged', held: Held, markers: typeof MARKERS): Promise<string> {
  const picture = taken.get(name) ?? draw(name, held, markers);
  taken.set(name, picture);
  return picture;
}

async function draw(name: string, held: Held, markers: typeof MARKERS): Promise<string> {
  const [widthPx, heightPx] = [WIDTH + 2 * LEFT, HEIGHT + 2 * BELOW];
  const rgb = new Uint8Array(3 * widthPx * heightPx).fill(90);
  const fill = (x0: number, x1: number, y0: number, y1: number, level: number) => {
    for (let y = y0; y < y1; y += 1) {
      const row = (heightPx - 1 - y - BELOW) * widthPx + LEFT;
      rgb.fill(level, 3 * (row + x0), 3 * (row + x1));
    }
  };
  fill(0, WIDTH, 0, HEIGHT, 205);
  fill(PATCH.left, PATCH.right, PATCH.bottom, PATCH.top, 60);
  const placed = markers.map((marker) => ({ ...marker, x: marker.x + LEFT, y: marker.y + BELOW }));
  drawMarkers({ rgb, widthPx, heightPx, mmPerPx: 1 }, placed);
  const plane = { pixels: rgb.filter((_, i) => i % 3 === 0), widthPx, heightPx, mmPerPx: 1 };
  const path = join(dir, `${name}.png`);
  await sharp(photographPlane(plane, LENS, held, SIZE), { raw: { ...size(SIZE), channels: 1 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
  return path;
}
const size = ({ widthPx, heightPx }: typeof SIZE) => ({ width: widthPx, height: heightPx });

/** Where the picture shows a place of the table, mm. */
function seen(held: Held, x: number, y: number): readonly [number, number] {
  const drawn = planeToStraight(LENS, held, [WIDTH / 2 + LEFT, HEIGHT / 2 + BELOW], 0);
  // The plane's own y goes down from its upper edge.
  return seenAt(drawn, LENS, x + LEFT, HEIGHT + BELOW - y);
}
const cornersIn = (held: Held): FourCorners =>
  fourCorners.parse([seen(held, 0, 0), seen(held, WIDTH, 0), seen(held, WIDTH, HEIGHT), seen(held, 0, HEIGHT)]);
const wish = { width: WIDTH, height: HEIGHT, length: null, by: 'Ada', id: 'table', clock };
/** Told by its corners alone, as it hangs. */
const unmarked = { ...wish, corners: cornersIn(HANGS), camera: CAMERA, markers: [] };

/** Edges of the dark square in a scan, table mm, to a fraction of a pixel along the middle of each side. */
async function patchIn(scanDir: string) {
  const { scan, tile } = await openScan(scanDir).then((opened) => ({
    scan: opened.scan,
    tile: opened.tile.bind(opened),
  }));
  const pixels = await tile(0, 0, scan.widthPx, scan.heightPx);
  const { mmPerPx } = scan;
  const level = (x: number, y: number) => {
    const [u, v] = [Math.floor(x / mmPerPx), Math.floor((HEIGHT - y) / mmPerPx)];
    return pixels[3 * (v * scan.widthPx + u)]!;
  };
  // What is dark between two bright ends is as wide as its share of them.
  const darkAlong = (at: (s: number) => number, from: number, to: number) => {
    const steps = Math.round((to - from) / 0.25);
    const levels = Array.from({ length: steps }, (_, i) => at(from + (i + 0.5) * 0.25));
    const dark = levels.reduce((sum, l) => sum + (205 - l) / (205 - 60), 0) * 0.25;
    const middle = levels.reduce((sum, l, i) => sum + ((205 - l) / (205 - 60)) * (from + (i + 0.5) * 0.25), 0) * 0.25;
    return { length: dark, middle: middle / dark };
  };
  const across = darkAlong((x) => level(x, 330), 380, 600);
  const up = darkAlong((y) => level(490, y), 220, 440);
  return { x: across.middle, y: up.middle, width: across.length, height: up.length };
}

describe('a table told by its four corners', () => {
  test('is scanned straight through a bent lens, to half a millimetre, without any marker', async () => {
    const picture = await photograph('bare', HANGS, []);
    const calibration = await calibrateCorners(picture, {
      ...unmarked,
      length: { from: seen(HANGS, 100, 50), to: seen(HANGS, 900, 50), told: 801 },
    });
    calibrationSchema.parse(calibration);
    tableCornersSchema.parse(calibration.tableCorners);
    const { landmarks, checks, setBy } = calibration.tableCorners!;
    expect({ landmarks, setBy, markers: checks.markers }).toEqual({ landmarks: [], setBy: 'Ada', markers: null });
    expect(checks.length?.measured).toBeCloseTo(800, 1);
    // Of the lens: corners leave none.
    expect(calibration['residual']).toEqual(CAMERA.residual);
    const outDir = join(dir, 'scan-bare');
    const scan = await acquireScan(picture, { mmPerPx: 0.5, calibration, outDir, clock });
    expect(scan).toMatchObject({
      widthPx: 2000,
      heightPx: 1400,
      toMm: [0.5, 0, 0, 0, -0.5, 700, 0, 0, 1],
      drift: null,
    });
    const kinds = scan.flags.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['corners', 'driftUnknown']));
    expect(kinds).not.toContain('residual');
    expect(kinds).not.toContain('drift');
    const patch = await patchIn(outDir);
    expect(Math.abs(patch.x - 490)).toBeLessThan(0.5);
    expect(Math.abs(patch.y - 330)).toBeLessThan(0.5);
    expect(Math.abs(patch.width - 140)).toBeLessThan(0.5);
    expect(Math.abs(patch.height - 140)).toBeLessThan(0.5);
  });

  test('is as fine as the camera saw it where no scale is asked for', async () => {
    const picture = await photograph('bare', HANGS, []);
    const calibration = await calibrateCorners(picture, unmarked);
    const scan = await acquireScan(picture, { calibration, outDir: join(dir, 'scan-fine'), clock });
    // 1450 mm away, 1250 px of focal length.
    expect(scan.mmPerPx).toBeGreaterThan(1);
    expect(scan.mmPerPx).toBeLessThan(1.35);
  });

  test('is checked by markers whose places are known, and by those that happen to lie there whether the camera moved', async () => {
    const picture = await photograph('marked', HANGS, MARKERS);
    const off = MARKERS.map((marker) => ({ ...marker, x: marker.x + 3 }));
    const told = await calibrateCorners(picture, { ...unmarked, markers: off });
    const { checks, landmarks } = told.tableCorners!;
    expect(checks.markers?.count).toBe(3);
    expect(Math.abs(checks.markers!.rms - 3)).toBeLessThan(0.4);
    expect(landmarks.map(({ id }) => id).sort()).toEqual([0, 1, 2]);
    // Nobody measured these: they still tell of a move, and of nothing else.
    const calibration = await calibrateCorners(picture, unmarked);
    const still = await acquireScan(picture, { mmPerPx: 1, calibration, outDir: join(dir, 'still'), clock });
    expect(still.drift).toBeLessThan(0.01);
    expect(still.flags.map(({ kind }) => kind)).not.toContain('driftUnknown');
    expect(still.flags.map(({ kind }) => kind)).not.toContain('residual');
    const nudged = await photograph('nudged', { ...HANGS, shift: [14, 20, 1450] }, MARKERS);
    const moved = await acquireScan(nudged, { mmPerPx: 1, calibration, outDir: join(dir, 'moved'), clock });
    expect(Math.abs(moved.drift! - 4)).toBeLessThan(0.6);
    expect(moved.flags.find(({ kind }) => kind === 'drift')?.message).toContain('Set the corners again');
    // With a measured place beside: a residual.
    const both = await acquireScan(picture, { mmPerPx: 1, calibration: { ...calibration, tableMarkers: MARKERS }, outDir: join(dir, 'both'), clock }); // oxfmt-ignore
    expect(both.flags.find(({ kind }) => kind === 'residual')?.value).toBeLessThan(0.5);
    const covered = await photograph('bare', HANGS, []);
    const blind = await acquireScan(covered, { mmPerPx: 1, calibration, outDir: join(dir, 'blind'), clock });
    expect(blind.drift).toBeNull();
    expect(blind.flags.map(({ kind }) => kind)).toContain('driftUnknown');
  });

  test('keeps its places at another resolution of the same camera, and refuses a picture of another shape', async () => {
    const picture = await photograph('bare', HANGS, []);
    const calibration = await calibrateCorners(picture, unmarked);
    const half = join(dir, 'half.png');
    await sharp(picture).resize(800, 600).toFile(half);
    const outDir = join(dir, 'scan-half');
    await acquireScan(half, { mmPerPx: 0.5, calibration, outDir, clock });
    const patch = await patchIn(outDir);
    expect(Math.hypot(patch.x - 490, patch.y - 330)).toBeLessThan(0.7);
    const other = join(dir, 'square.png');
    await sharp(picture).resize(900, 900, { fit: 'fill' }).toFile(other);
    await expect(acquireScan(other, { calibration, outDir: join(dir, 'no'), clock })).rejects.toMatchObject({
      code: 'ACQUIRE_CAMERA_OTHER',
    });
  });

  test('without a camera is what a scan needs and no more; what can be none is refused by name', async () => {
    const picture = await photograph('bare', HANGS, []);
    const corners = cornersIn(HANGS);
    const plain = await calibrateCorners(picture, { ...wish, corners, camera: null, markers: [] });
    expect(Object.keys(tableMarkersSchema.parse(plain)).sort()).toEqual(['id', 'kerf', 'tableCorners', 'tableMarkers']);
    const [a, b, c, d] = corners;
    for (const [change, fault] of [
      [{ width: 2.4 }, 'size'],
      [{ corners: fourCorners.parse([b, a, c, d]) }, 'crossing'],
      [{ corners: fourCorners.parse([b, a, d, c]) }, 'mirrored'],
    ] as const)
      await expect(
        calibrateCorners(picture, { ...wish, corners, camera: null, markers: [], ...change }),
      ).rejects.toMatchObject({ code: 'ACQUIRE_CORNERS_REFUSED', fault: 'input', details: { fault } });
    expect(tableMarkersSchema.safeParse({ kerf: 1, id: 'x', tableMarkers: MARKERS }).success).toBe(false);
  });
});

describe('the picture that corners are set in', () => {
  test('is the file, or the newest of a folder, upright and whole, with the markers that it shows', async () => {
    const picture = await photograph('marked', HANGS, MARKERS);
    const folder = await mkdtemp(join(dir, 'pictures-'));
    const image = join(dir, 'picture.tif');
    await expect(takeTablePicture(folder, image, { clock })).rejects.toMatchObject({
      code: 'ACQUIRE_NO_TABLE_PICTURE',
    });
    await sharp(picture).rotate(90).withMetadata({ orientation: 8 }).toFile(join(folder, 'turned.jpg'));
    const taken = await takeTablePicture(folder, image, { clock });
    expect(taken).toMatchObject({ ...SIZE, source: 'turned.jpg', takenAt: clock.now() });
    expect(taken.seen.map(({ id }) => id).sort()).toEqual([0, 1, 2]);
    const { width, height } = await sharp(image).metadata();
    expect([width, height]).toEqual([1600, 1200]);
  });

  test('is none of a scan, which is straight already', async () => {
    const picture = await photograph('bare', HANGS, []);
    const outDir = join(dir, 'a-scan');
    await acquireScan(picture, { mmPerPx: 1, outDir, clock });
    await expect(takeTablePicture(outDir, join(dir, 'none.tif'), { clock })).rejects.toMatchObject({
      code: 'ACQUIRE_NO_TABLE_PICTURE',
    });
  });
});
