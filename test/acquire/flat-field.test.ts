import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrateFlat } from '#acquire/calibrate-flat.node.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { calibrationSchema, type Calibration } from '#domain/calibration.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { cornerMarkers } from './corner-markers.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const WIDTH = 1000;
const HEIGHT = 800;
const MARKERS = cornerMarkers(WIDTH, HEIGHT, 80);
/** A camera without bend, straight above: a pixel a millimetre. */
const CAMERA: Calibration = {
  kerf: 1,
  id: 'straight',
  source: 'drawn',
  widthPx: WIDTH,
  heightPx: HEIGHT,
  matrix: [1000, 0, 500, 0, 1000, 400, 0, 0, 1],
  distortion: [0, 0, 0, 0, 0],
  pose: null,
  toMm: null,
  planeHeight: 0,
  board: { dictionary: 'DICT_5X5_100', columns: 8, rows: 6, square: 30, marker: 22.5 },
  tableMarkers: MARKERS,
  residual: { rms: 0, p95: 0, max: 0 },
  takenAt: clock.now(),
};

const light = (level: number) => (level <= 10.3 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4);
const level = (value: number) => 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-flat-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What the camera makes of a scene: the rim of the lens at half, one warm lamp from the left, noise. */
async function shaded(name: string, rgb: Uint8Array, { strength = 1, exposure = 1 } = {}): Promise<string> {
  const random = seededRandom(7);
  const out = new Uint8Array(rgb.length);
  for (let v = 0; v < HEIGHT; v += 1)
    for (let u = 0; u < WIDTH; u += 1) {
      const [x, y] = [(2 * u) / WIDTH - 1, (2 * v) / HEIGHT - 1];
      const rim = (1 + 0.45 * (x * x + y * y)) ** -2;
      const lamp = [1, 0.94 - 0.04 * x, 0.8 - 0.12 * x] as const;
      for (let c = 0; c < 3; c += 1) {
        const at = 3 * (v * WIDTH + u) + c;
        const share = 1 + strength * (rim * lamp[c]! * (1 - 0.15 * x) - 1);
        out[at] = Math.min(255, level(light(rgb[at]!) * share * exposure) + 2 * (random() + random() - 1) + 0.5);
      }
    }
  const path = join(dir, name);
  await sharp(out, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
  return path;
}

const white = () => new Uint8Array(3 * WIDTH * HEIGHT).fill(225);

/** Markers, and squares of leather colours. */
function scene(): Uint8Array {
  const rgb = white().fill(180);
  const colours = [
    [120, 72, 44],
    [60, 44, 36],
    [190, 160, 130],
    [90, 90, 92],
  ] as const;
  for (let v = 150; v < 650; v += 1)
    for (let u = 150; u < 850; u += 1)
      rgb.set(colours[(Math.floor(u / 100) + Math.floor(v / 100)) % 4]!, 3 * (v * WIDTH + u));
  drawMarkers({ rgb, widthPx: WIDTH, heightPx: HEIGHT, mmPerPx: 1 }, MARKERS);
  return rgb;
}

/** A white sheet that lies over half of a grey table. */
function halfCovered(): Uint8Array {
  const rgb = white();
  for (let v = 0; v < HEIGHT; v += 1) rgb.fill(190, 3 * v * WIDTH, 3 * (v * WIDTH + WIDTH / 2));
  return rgb;
}

describe('a reference picture', () => {
  test('makes the scan of a table even and white, where it was dim by half and brown', async () => {
    const calibration = await calibrateFlat([await shaded('white.png', white())], { camera: CAMERA, clock });
    calibrationSchema.parse(calibration);
    const { before, residual } = calibration.flat!;
    expect(before.unevenness).toBeGreaterThan(0.5);
    expect(before.tint).toBeGreaterThan(0.1);
    expect(residual.p95).toBeLessThan(0.006);
    expect(residual.tint).toBeLessThan(0.001);
    expect(residual.leftOut).toBeLessThan(0.01);

    const picture = await shaded('table.png', scene());
    const scanOf = async (name: string, given: Calibration) => {
      const outDir = join(dir, name);
      const scan = await acquireScan(picture, { calibration: given, mmPerPx: 1, outDir, clock });
      return { scan, rgb: await (await openScan(outDir)).tile(0, 0, scan.widthPx, scan.heightPx) };
    };
    const even = await scanOf('even', calibration);
    const uneven = await scanOf('uneven', CAMERA);
    // The same light leather left and right.
    const [, , minX = 0, , , maxY = 0] = even.scan.toMm;
    const mean = (rgb: Uint8Array, x: number, y: number) => {
      const sum = [0, 0, 0];
      for (let v = -30; v < 30; v += 1)
        for (let u = -30; u < 30; u += 1) {
          const at = 3 * ((Math.round(maxY - y) + v) * even.scan.widthPx + Math.round(x - minX) + u);
          for (let c = 0; c < 3; c += 1) sum[c]! += rgb[at + c]! / 3600;
        }
      return sum;
    };
    const apart = (rgb: Uint8Array) => {
      const [left, right] = [mean(rgb, 250, 350), mean(rgb, 750, 450)];
      return Math.max(...left.map((value, c) => Math.abs(value - right[c]!)));
    };
    expect(apart(uneven.rgb)).toBeGreaterThan(8);
    expect(apart(even.rgb)).toBeLessThan(1);
    // Grey leather is grey.
    const grey = mean(even.rgb, 450, 450);
    expect(Math.max(...grey) - Math.min(...grey)).toBeLessThan(3.5);
  });

  test('may hold small things, which do not count', async () => {
    const rgb = white();
    drawMarkers({ rgb, widthPx: WIDTH, heightPx: HEIGHT, mmPerPx: 1 }, MARKERS);
    const clean = await calibrateFlat([await shaded('clean.png', white())], { camera: CAMERA, clock });
    const marked = await calibrateFlat([await shaded('marked.png', rgb)], { camera: CAMERA, clock });
    expect(marked.flat!.residual.leftOut).toBeGreaterThan(0.03);
    expect(marked.flat!.residual.p95).toBeLessThan(0.008);
    expect(Math.abs(marked.flat!.green[0]! - clean.flat!.green[0]!)).toBeLessThan(0.01);
  });

  test.each([
    ['burnt out', 'ACQUIRE_FLAT_OVEREXPOSED', () => shaded('burnt.png', white(), { exposure: 1.6 })],
    ['dark', 'ACQUIRE_FLAT_DARK', () => shaded('dark.png', white(), { exposure: 0.08 })],
    ['no even surface', 'ACQUIRE_FLAT_UNEVEN', () => shaded('sheet.png', halfCovered())],
    [
      'of another size',
      'ACQUIRE_CAMERA_OTHER',
      async () => {
        const path = join(dir, 'small.png');
        await sharp(await shaded('large.png', white()))
          .resize(500, 400)
          .toFile(path);
        return path;
      },
    ],
  ])('that is %s is refused', async (_what, code, make) => {
    await expect(calibrateFlat([await make()], { camera: CAMERA, clock })).rejects.toMatchObject({ code });
  });

  test('of a camera with another shape is refused with its lens; without one it changes nothing, and the scan says so', async () => {
    const whole = await calibrateFlat([await shaded('again.png', white())], { camera: CAMERA, clock });
    const picture = join(dir, 'wider.png');
    await sharp(await shaded('narrow.png', scene()))
      .extend({ right: 200, background: '#808080' })
      .toFile(picture);
    const options = { mmPerPx: 1, outDir: join(dir, 'wider'), clock };
    await expect(acquireScan(picture, { ...options, calibration: whole })).rejects.toMatchObject({
      code: 'ACQUIRE_CAMERA_OTHER',
    });
    const { matrix: _, distortion: _bend, ...calibration } = whole;
    const scan = await acquireScan(picture, { ...options, calibration });
    expect(scan.flags.map((flag) => flag.kind)).toContain('light');
    expect(await readFile(join(dir, 'wider', 'scan.json'), 'utf8')).toContain('its light was not evened');
  });
});
