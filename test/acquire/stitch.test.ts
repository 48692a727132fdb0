import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openScan } from '#acquire/open-scan.node.ts';
import { PATCH_PX, patchShift, reachPx, UNLIKE } from '#acquire/patch-shift.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { viewTable } from '#synth/camera-view.ts';
import { drawMarkers } from '#synth/table-markers.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const WIDTH = 1400;
const HEIGHT = 800;
/** Two rows of three: each picture shows four of them, and both show the two amid. */
const MARKERS = [60, 700, 1340].flatMap((x, k) => [
  { id: 2 * k, x, y: 60, size: 80 },
  { id: 2 * k + 1, x, y: 740, size: 80 },
]);
const calibration = { kerf: 1 as const, id: 'long', tableMarkers: MARKERS };

interface Picture {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly mmPerPx: number;
}

/** Grain: brightness by bilinear noise of 7 mm cells, moved by `shift` mm; without markers. */
function grain(shift = 0, heightPx = HEIGHT): Picture {
  const random = seededRandom(11);
  const across = 240;
  const cells = Float64Array.from({ length: across * 400 }, () => 110 + 90 * random());
  const rgb = new Uint8Array(3 * WIDTH * heightPx);
  for (let v = 0; v < heightPx; v += 1)
    for (let u = 0; u < WIDTH; u += 1) {
      const [x, y] = [(u + shift + 10) / 7, v / 7];
      const [x0, y0] = [Math.floor(x), Math.floor(y)];
      const [fx, fy] = [x - x0, y - y0];
      const at = y0 * across + x0;
      const upper = cells[at]! * (1 - fx) + cells[at + 1]! * fx;
      const lower = cells[at + across]! * (1 - fx) + cells[at + across + 1]! * fx;
      const to = 3 * (v * WIDTH + u);
      rgb[to] = rgb[to + 1] = rgb[to + 2] = upper * (1 - fy) + lower * fy;
    }
  return { rgb, widthPx: WIDTH, heightPx, mmPerPx: 1 };
}

function table(shift = 0): Picture {
  const drawn = grain(shift);
  drawMarkers(drawn, MARKERS);
  return drawn;
}

function crop({ rgb, heightPx }: Picture, left: number, right: number): Picture {
  const widthPx = right - left;
  const out = new Uint8Array(3 * widthPx * heightPx);
  for (let v = 0; v < heightPx; v += 1)
    out.set(rgb.subarray(3 * (v * WIDTH + left), 3 * (v * WIDTH + right)), 3 * v * widthPx);
  return { rgb: out, widthPx, heightPx, mmPerPx: 1 };
}

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-stitch-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function save(name: string, { rgb, widthPx, heightPx }: Omit<Picture, 'mmPerPx'>): Promise<string> {
  const path = join(dir, name);
  await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
  return path;
}

/** What a camera over a part of the table sees. */
function photograph(name: string, from: Picture, left: number, right: number, tilt: number, turn: number) {
  const size = { widthPx: 1500, heightPx: 1300 };
  const { rgb } = viewTable(crop(from, left, right), { ...size, tilt, turn });
  return save(name, { rgb, ...size });
}

/** Mean difference to the drawing, grey levels, over a box of the table. */
async function offBy(outDir: string, drawn: Picture, box: { left: number; right: number }): Promise<number> {
  const opened = await openScan(outDir);
  const { widthPx, heightPx, toMm } = opened.scan;
  const pixels = await opened.tile(0, 0, widthPx, heightPx);
  let off = 0;
  let count = 0;
  for (let v = 120; v < heightPx - 120; v += 3)
    for (let x = box.left; x < box.right; x += 3) {
      const u = Math.round(x - toMm[2]!);
      const drawnV = Math.round(drawn.heightPx - (toMm[5]! - v));
      off += Math.abs(pixels[3 * (v * widthPx + u) + 1]! - drawn.rgb[3 * (drawnV * WIDTH + x) + 1]!);
      count += 1;
    }
  return off / count;
}

describe('two pictures of a long table', () => {
  test('become one scan: right at the seam as elsewhere, and the scan says how well they agree', async () => {
    const drawn = table();
    const left = await photograph('left.png', drawn, 0, 880, 5, 1);
    const right = await photograph('right.png', drawn, 520, 1400, -4, -2);
    const outDir = join(dir, 'whole');
    const scan = await acquireScan([left, right], { calibration, mmPerPx: 1, outDir, clock });
    expect(scan).toMatchObject({ widthPx: 1360, heightPx: 760, source: 'left.png + right.png', calibration: 'long' });
    const seam = scan.flags.find((flag) => flag.kind === 'seam')!;
    expect(seam.message).toMatch(/^The pictures agree in their overlap within 0\.\d\d mm at 95 of 100 of \d+ places/);
    expect(seam.value).toBeLessThan(0.3);
    expect(scan.flags.map((flag) => flag.kind)).toEqual(['residual', 'residual', 'seam']);
    const [outside, amid] = [
      await offBy(outDir, drawn, { left: 120, right: 500 }),
      await offBy(outDir, drawn, { left: 600, right: 800 }),
    ];
    expect(outside).toBeLessThan(4);
    expect(amid).toBeLessThan(outside + 1);
    expect(await readdir(outDir)).toEqual(['scan.json', 'scan.tif']);
  });

  test('are refused when the hide was moved by a millimetre between them, and nothing is left', async () => {
    const left = await photograph('before.png', table(), 0, 880, 0, 0);
    const right = await photograph('after.png', table(1), 520, 1400, 0, 0);
    const outDir = join(dir, 'moved');
    await expect(acquireScan([left, right], { calibration, mmPerPx: 1, outDir, clock })).rejects.toMatchObject({
      code: 'ACQUIRE_SEAMS_APART',
      details: { apart: expect.closeTo(1, 0) as number },
    });
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });

  test('need something that says how they lie', async () => {
    const picture = await save('alone.png', grain());
    const stitched = acquireScan([picture, picture], { mmPerPx: 1, outDir: join(dir, 'none'), clock });
    await expect(stitched).rejects.toMatchObject({ code: 'ACQUIRE_STITCH_NEEDS_MARKERS' });
    const three = acquireScan([picture, picture, picture], {
      calibration: [calibration, calibration],
      outDir: join(dir, 'two'),
      clock,
    });
    await expect(three).rejects.toMatchObject({ code: 'ACQUIRE_CALIBRATIONS_DIFFER' });
  });
});

describe('a line scan', () => {
  const STRIP = 120;

  /** Strips of the table, each `step` pixels below the one before. */
  async function strips(name: string, drawn: Picture, step: number): Promise<string[]> {
    const paths: string[] = [];
    for (let top = 0; top + STRIP <= drawn.heightPx; top += step) {
      const rgb = drawn.rgb.subarray(3 * WIDTH * top, 3 * WIDTH * (top + STRIP));
      paths.push(await save(`${name}-${top}.png`, { rgb, widthPx: WIDTH, heightPx: STRIP }));
    }
    return paths;
  }

  test('is put together by its step, to the very pixels, in either direction', async () => {
    const drawn = grain(0, 760);
    const paths = await strips('down', drawn, 40);
    const scanOf = async (sources: string[], step: number) => {
      const outDir = join(dir, `lines ${step}`);
      const scan = await acquireScan(sources, { mmPerPx: 0.5, stripStep: step, outDir, clock });
      return { scan, rgb: await (await openScan(outDir)).tile(0, 0, scan.widthPx, scan.heightPx) };
    };
    const { scan, rgb } = await scanOf(paths, 20);
    expect(scan).toMatchObject({ widthPx: WIDTH, heightPx: 760, toMm: [0.5, 0, 0, 0, -0.5, 380, 0, 0, 1] });
    expect(scan.flags.find((flag) => flag.kind === 'seam')?.value).toBeLessThan(0.02);
    expect(Buffer.compare(rgb, drawn.rgb)).toBe(0);
    const upwards = await scanOf([...paths].reverse(), -20);
    expect(Buffer.compare(upwards.rgb, drawn.rgb)).toBe(0);
  });

  test('with a wrong step is refused by what its strips show', async () => {
    const paths = await strips('wrong', grain(0, 760), 40);
    const scan = acquireScan(paths, { mmPerPx: 0.5, stripStep: 21, outDir: join(dir, 'wrong'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_SEAMS_APART' });
  });

  test.each([45, 50, 55])(
    'whose true step of 40 pixels is said to be %i is refused: its strips show nothing alike',
    async (said) => {
      const paths = await strips('far', grain(0, 760), 40);
      const scan = acquireScan(paths, { mmPerPx: 0.5, stripStep: said / 2, outDir: join(dir, 'far'), clock });
      await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_SEAMS_APART' });
    },
  );

  describe('of fifty strips', () => {
    const COUNT = 50;
    const STEP = 40;
    const drawn = grain(0, STRIP + (COUNT - 1) * STEP + 30);

    const narrow = crop(drawn, 0, 300).rgb;
    const row = 3 * 300;

    /** The drawing's strips, 300 pixels wide; `shownAt` says which row of it one begins with. */
    async function longScan(name: string, shownAt: (i: number) => number, { rgb = narrow, mmPerPx = 0.5 } = {}) {
      const size = { widthPx: 300, heightPx: STRIP };
      const saved = Array.from({ length: COUNT }, (_, i) =>
        save(`${name}-${i}.png`, { rgb: rgb.subarray(row * shownAt(i), row * (shownAt(i) + STRIP)), ...size }),
      );
      return acquireScan(await Promise.all(saved), {
        ...{ mmPerPx, stripStep: STEP * mmPerPx, outDir: join(dir, name), clock },
      });
    }

    test('one that slipped by 2 mm is told by its seam', async () => {
      const scan = longScan('slipped', (i) => i * STEP + (i >= 24 ? 4 : 0));
      await expect(scan).rejects.toMatchObject({
        code: 'ACQUIRE_SEAMS_APART',
        message: expect.stringMatching(/^Pictures 24 and 25 lie 2\.00 mm apart/) as string,
        details: { apart: expect.closeTo(2, 1) as number },
      });
    });

    test('one that slipped farther than is sought shows something else there', async () => {
      const scan = longScan('torn', (i) => i * STEP + (i >= 24 ? 25 : 0));
      await expect(scan).rejects.toMatchObject({
        code: 'ACQUIRE_SEAMS_APART',
        message: expect.stringMatching(/^Pictures 24 and 25 show different things at \d of \d places/) as string,
      });
    });

    test('whose step is a little wrong all along are refused by what that adds up to, and told the step', async () => {
      const scan = longScan('creeping', (i) => i * (STEP - 1), { mmPerPx: 0.3 });
      await expect(scan).rejects.toMatchObject({
        code: 'ACQUIRE_STRIPS_ADRIFT',
        message: expect.stringContaining('show a step of 11.7') as string,
        details: { off: expect.closeTo(49 * 0.3, 0) as number, shownStep: expect.closeTo(11.7, 2) as number },
      });
    });

    test('those that lie as said are a scan, and seams of an even table are counted', async () => {
      const rgb = narrow.slice().fill(90, row * 400, row * 700);
      const scan = await longScan('calm', (i) => i * STEP, { rgb });
      const seam = scan.flags.find((flag) => flag.kind === 'seam')!;
      expect(seam.value).toBeLessThan(0.05);
      expect(seam.message).toMatch(/ [4-7] of 49 overlaps show too little to tell: look at these seams\.$/);
    });
  });

  test('of very fine pixels is refused from half a millimetre on as others are', async () => {
    const paths = await strips('fine', grain(0, 760), 20);
    const options = { mmPerPx: 0.06, stripStep: 29 * 0.06, isWhole: true, outDir: join(dir, 'fine'), clock };
    await expect(acquireScan(paths, options)).rejects.toMatchObject({
      code: 'ACQUIRE_SEAMS_APART',
      details: { apart: expect.closeTo(0.54, 2) as number },
    });
  });

  test('is straightened by the markers that it shows', async () => {
    const drawn = table();
    const paths = await strips('marked', drawn, 40);
    const outDir = join(dir, 'marked');
    const scan = await acquireScan(paths, { calibration, mmPerPx: 1, stripStep: 40, outDir, clock });
    expect(scan).toMatchObject({ widthPx: 1360, calibration: 'long' });
    expect(await offBy(outDir, drawn, { left: 120, right: 600 })).toBeLessThan(3);
    expect(await readdir(outDir)).toEqual(['scan.json', 'scan.tif']);
  });

  describe('with markers, at .4 mm a pixel', () => {
    const fine = {
      ...calibration,
      tableMarkers: MARKERS.map(({ id, x, y, size }) => ({ id, x: 0.4 * x, y: 0.4 * y, size: 0.4 * size })),
    };
    /** Strips of which the table moved `moved(i)` pixels before the i-th, and every time 40 is said. */
    async function scanOf(name: string, moved: (i: number) => number) {
      const drawn = table();
      const paths: string[] = [];
      for (let top = 0; top + STRIP <= HEIGHT; top += moved(paths.length)) {
        const rgb = drawn.rgb.subarray(3 * WIDTH * top, 3 * WIDTH * (top + STRIP));
        paths.push(await save(`${name}-${top}.png`, { rgb, widthPx: WIDTH, heightPx: STRIP }));
      }
      const outDir = join(dir, name);
      const options = { calibration: fine, mmPerPx: 0.4, stripStep: 16, outDir, clock };
      return acquireScan(paths, options);
    }

    test('a step that is a little wrong all along is made up for', async () => {
      const { flags } = await scanOf('even', () => 39);
      expect(flags.find(({ kind }) => kind === 'residual')?.value).toBeLessThan(0.5);
    });

    test('a step that is now too long, now too short, is refused: between the markers nobody sees it', async () => {
      const scan = scanOf('uneven', (i) => (i < 8 ? 41 : 39));
      await expect(scan).rejects.toMatchObject({
        code: 'ACQUIRE_STRIPS_ADRIFT',
        message: expect.stringContaining('see what slips') as string,
        details: { off: expect.closeTo(3.2, 0) as number },
      });
    });
  });

  test.each([
    ['a step that leaves gaps', 70, 'ACQUIRE_STRIPS_APART'],
    ['no step', 0, 'ACQUIRE_STRIPS_APART'],
  ])('with %s is refused', async (_what, step, code) => {
    const paths = await strips('gaps', grain(0, 300), 60);
    const scan = acquireScan(paths, { mmPerPx: 0.5, stripStep: step, outDir: join(dir, 'gaps'), clock });
    await expect(scan).rejects.toMatchObject({ code });
  });

  test('with a strip of another size is refused', async () => {
    const [first] = await strips('sizes', grain(0, 200), 60);
    const other = await save('other.png', { ...grain(0, 100), heightPx: 100 });
    const scan = acquireScan([first!, other], { mmPerPx: 0.5, stripStep: 20, outDir: join(dir, 'sizes'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_STRIPS_DIFFER', details: { strip: 2 } });
  });
});

describe('the shift between two patches', () => {
  const reach = reachPx(1);
  const side = PATCH_PX + 2 * reach;
  const random = seededRandom(3);
  const waves = Array.from({ length: 12 }, () => [random() - 0.5, random() - 0.5, 6 * random()] as const);
  const drawn = (x: number, y: number) =>
    120 + waves.reduce((sum, [a, b, c]) => sum + 12 * Math.sin(a * x + b * y + c), 0);
  const patch = Float64Array.from({ length: PATCH_PX ** 2 }, (_, i) => drawn(i % PATCH_PX, Math.floor(i / PATCH_PX)));
  const around = (dx: number, dy: number) =>
    Float64Array.from({ length: side ** 2 }, (_, i) =>
      drawn((i % side) - reach - dx, Math.floor(i / side) - reach - dy),
    );

  test('is sought far enough to tell more than half a millimetre at any scale', () => {
    for (const mmPerPx of [1, 0.25, 0.083, 0.05, 0.03]) expect(reachPx(mmPerPx) * mmPerPx).toBeGreaterThanOrEqual(0.6);
  });

  test.each([
    [0, 0],
    [1.5, 0],
    [-2.3, 3.7],
    [0.25, -0.4],
  ])('of (%f, %f) pixels is found', (dx, dy) => {
    const [right, down] = patchShift(patch, around(dx, dy), reach)!;
    expect(Math.max(Math.abs(right - dx), Math.abs(down - dy))).toBeLessThan(0.15);
  });

  test('is not told from an even patch, nor a line, nor faint noise, and infinite to a picture of something else', () => {
    const even = new Float64Array(PATCH_PX ** 2).fill(99);
    expect(patchShift(even, around(0, 0), reach)).toBeNull();
    const line = Float64Array.from({ length: PATCH_PX ** 2 }, (_, i) => (i % PATCH_PX > 20 ? 200 : 50));
    expect(patchShift(line, around(0, 0), reach)).toBeNull();
    const noise = Float64Array.from({ length: side ** 2 }, () => 255 * random());
    expect(patchShift(patch, noise, reach)).toEqual(UNLIKE);
    const faint = noise.map((level) => 120 + level / 20);
    expect(patchShift(patch, faint, reach)).toBeNull();
  });
});
