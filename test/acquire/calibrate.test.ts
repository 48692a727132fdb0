import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { calibrateCamera } from '#acquire/calibrate-camera.node.ts';
import { calibrateTable, lensResidualOn } from '#acquire/calibrate-table.node.ts';
import { boardFor } from '#acquire/charuco-board.ts';
import { straightenPoint } from '#geometry/lens.ts';
import { mapPoint } from '#geometry/plane-homography.ts';
import { raisePlane } from '#acquire/raise-plane.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { boardPdf } from '#acquire/write-board.node.ts';
import { calibrationSchema, type Calibration, type Lens } from '#domain/calibration.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { pythonPrinter, runPython } from '../shared/python-oracle.ts';
import { photographPlane, planeToStraight, seenAt, type Held, type PlanePicture } from './bent-camera.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const SIZE = { widthPx: 1600, heightPx: 1200 };
/** A wide lens: a straight line along the rim is bent by some 30 pixels. */
const LENS: Lens = { matrix: [1250, 0, 812, 0, 1248, 590, 0, 0, 1], distortion: [-0.18, 0.05, 0.0006, -0.0004, 0] };
const BOARD = boardFor('A3', 30);

/** How the sheet was held: near enough to fill half the picture, each time elsewhere. */
const HELD: readonly Held[] = [
  { turns: [0, 0, 0], shift: [0, 0, 480] },
  { turns: [28, 4, 8], shift: [-150, -90, 560] },
  { turns: [-30, 6, -12], shift: [160, -80, 560] },
  { turns: [5, 32, 20], shift: [-150, 100, 560] },
  { turns: [8, -31, -9], shift: [150, 100, 560] },
  { turns: [20, 20, 92], shift: [0, 0, 620] },
  { turns: [-18, -22, 176], shift: [0, 40, 600] },
  { turns: [4, 0, 3], shift: [-230, 0, 620] },
  { turns: [0, 5, -4], shift: [230, 0, 620] },
];

/** Without it nothing here is tested, and that is said. */
const python = await pythonPrinter();

let dir = '';
let pictures: string[] = [];
let sheet: PlanePicture;
let calibration: Calibration;

async function save(name: string, pixels: Uint8Array): Promise<string> {
  const path = join(dir, name);
  await sharp(pixels, { raw: { width: SIZE.widthPx, height: SIZE.heightPx, channels: 1 } })
    .png({ compressionLevel: 1 })
    .toFile(path);
  return path;
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-calibrate-'));
  if (python === null) return;
  // What another program prints of the PDF is what is held before the camera.
  await writeFile(join(dir, 'sheet.pdf'), await boardPdf(BOARD, 'A3'));
  const dpi = 127;
  const script = `import sys, pypdfium2
page = pypdfium2.PdfDocument(sys.argv[1])[0]
print(page.get_width(), page.get_height())
page.render(scale=${dpi} / 72).to_pil().convert("L").save(sys.argv[2])`;
  const printed = await runPython(python, ['-c', script, join(dir, 'sheet.pdf'), join(dir, 'sheet.png')]);
  expect(printed.stderr).toBe('');
  const [widthPt = 0, heightPt = 0] = printed.stdout.split(' ').map(Number);
  expect([(widthPt / 72) * 25.4, (heightPt / 72) * 25.4].map(Math.round)).toEqual([420, 297]);
  const { data, info } = await sharp(join(dir, 'sheet.png')).greyscale().raw().toBuffer({ resolveWithObject: true });
  sheet = { pixels: data, widthPx: info.width, heightPx: info.height, mmPerPx: 25.4 / dpi };
  pictures = await Promise.all(HELD.map((held, i) => save(`held-${i}.png`, photographPlane(sheet, LENS, held, SIZE))));
  ({ calibration } = await calibrateCamera(pictures, { id: 'wide', board: BOARD, clock }));
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

describe.skipIf(python === null)('a lens learnt from pictures of the printed sheet', () => {
  test('is the lens that took them', () => {
    calibrationSchema.parse(calibration);
    expect(calibration.residual.p95).toBeLessThan(0.1);
    // Held at half a metre a pixel covers .4 mm of the sheet.
    const { p95 } = calibration.lensResidualPx!;
    expect(p95 / calibration.residual.p95).toBeGreaterThan(1.5);
    expect(p95 / calibration.residual.p95).toBeLessThan(3.5);
    const [fx, , cx, , fy, cy] = calibration.matrix as [number, number, number, number, number, number];
    expect(Math.abs(fx / 1250 - 1)).toBeLessThan(0.003);
    expect(Math.abs(fy / 1248 - 1)).toBeLessThan(0.003);
    expect(Math.hypot(cx - 812, cy - 590)).toBeLessThan(2);
    expect(calibration).toMatchObject({ pose: null, toMm: null, tableMarkers: [] });
  });

  test('is refused by the number of pictures that show the sheet', async () => {
    const blank = await save('blank.png', new Uint8Array(SIZE.widthPx * SIZE.heightPx).fill(128));
    const few = calibrateCamera([...pictures.slice(0, 4), blank], { id: 'wide', board: BOARD, clock });
    await expect(few).rejects.toMatchObject({
      code: 'ACQUIRE_BOARD_NOT_SEEN',
      details: { seenCount: 4, neededCount: 6 },
    });
    await expect(few).rejects.toThrow('not in: blank.png');
  });

  test('says when the camera mirrors', async () => {
    const path = join(dir, 'mirrored.png');
    await sharp(pictures[0]!).flop().toFile(path);
    const mirrored = calibrateCamera([path], { id: 'wide', board: BOARD, clock });
    await expect(mirrored).rejects.toMatchObject({ code: 'ACQUIRE_BOARD_MIRRORED' });
  });

  test.each([
    ['fewer squares', boardFor('A4', 30)],
    ['more squares', { ...BOARD, columns: BOARD.columns + 2 }],
  ])('is refused when the sheet said has %s than the one held', async (_what, board) => {
    const wrong = calibrateCamera(pictures.slice(0, 6), { id: 'wrong', board, clock });
    await expect(wrong).rejects.toMatchObject({ code: expect.stringMatching(/BOARD_NOT_SEEN|LENS_UNFIT/) as string });
  });

  test('is refused when the sheet was never near the rim', async () => {
    const far: Held[] = HELD.slice(0, 6).map((held) => ({ ...held, shift: [0, 0, 1100] }));
    const paths = await Promise.all(
      far.map((held, i) => save(`far-${i}.png`, photographPlane(sheet, LENS, held, SIZE))),
    );
    const middle = calibrateCamera(paths, { id: 'wide', board: BOARD, clock });
    await expect(middle).rejects.toMatchObject({ code: 'ACQUIRE_BOARD_COVERS_LITTLE' });
  });

  test('is refused when the pictures come from two cameras', async () => {
    const other = join(dir, 'other.png');
    await sharp(pictures[0]!).resize(800, 600).toFile(other);
    const mixed = calibrateCamera([pictures[1]!, other], { id: 'wide', board: BOARD, clock });
    await expect(mixed).rejects.toMatchObject({ code: 'ACQUIRE_BOARD_PICTURES_DIFFER' });
  });
});

describe.skipIf(python === null)('a table seen through a bent lens', () => {
  const MARKERS = [
    { id: 0, x: 60, y: 840, size: 80 },
    { id: 1, x: 1140, y: 840, size: 80 },
    { id: 2, x: 1140, y: 60, size: 80 },
    { id: 3, x: 60, y: 60, size: 80 },
  ];
  const HANGS: Held = { turns: [24, 3, 2], shift: [10, 20, 1450] };
  /** Table mm (y up) to straight pixels of the true lens, `height` above the table. */
  const tableToStraight = (height = 0) => {
    const drawn = planeToStraight(LENS, HANGS, [600, 450], height);
    return [0, 1, 2].flatMap((row) => {
      const [a, b, c] = [drawn[3 * row]!, drawn[3 * row + 1]!, drawn[3 * row + 2]!];
      return [a, -b, c + 900 * b];
    });
  };
  let table = '';
  let whole: Calibration;

  beforeAll(async () => {
    const rgb = new Uint8Array(3 * 1200 * 900).fill(200);
    drawMarkers({ rgb, widthPx: 1200, heightPx: 900, mmPerPx: 1 }, MARKERS);
    const grey = Uint8Array.from({ length: 1200 * 900 }, (_, i) => rgb[3 * i]!);
    const plane = { pixels: grey, widthPx: 1200, heightPx: 900, mmPerPx: 1 };
    table = await save('table.png', photographPlane(plane, LENS, HANGS, SIZE));
    whole = await calibrateTable(table, { camera: calibration, markers: MARKERS, clock });
  }, 60_000);

  test('is found within a third of a millimetre, with the height of the camera', () => {
    calibrationSchema.parse(whole);
    expect(whole.residual.max).toBeLessThan(0.3);
    expect(whole.pose?.[11]).toBeGreaterThan(1300);
  });

  test('is refused where the lens leaves more than half a millimetre on it, however well four markers fit', async () => {
    expect(lensResidualOn(whole)).toBeLessThan(0.3);
    // .24 mm on a sheet at half a metre, .7 mm on a table three times as far.
    const poor = { ...calibration, lensResidualPx: { rms: 0.4, p95: 0.6, max: 0.9 } };
    await expect(calibrateTable(table, { camera: poor, markers: MARKERS, clock })).rejects.toMatchObject({
      code: 'ACQUIRE_LENS_UNFIT',
      details: { p95: expect.closeTo(0.7, 1) as number },
    });
    // An older calibration does not know.
    const { lensResidualPx: _, ...older } = calibration;
    expect(lensResidualOn(await calibrateTable(table, { camera: older, markers: MARKERS, clock }))).toBeNull();
  });

  test('becomes a scan that is straight to its rim, where the bend alone would be off by more than a centimetre', async () => {
    const outDir = join(dir, 'scan');
    const scan = await acquireScan(table, { mmPerPx: 1, calibration: whole, outDir, clock });
    // The drawing has one pixel a millimetre; so much of it is left over.
    expect(scan.drift).toBeLessThan(0.4);
    expect(scan.flags.map((flag) => flag.kind)).not.toContain('drift');
    const opened = await openScan(outDir);
    const pixels = await opened.tile(0, 0, scan.widthPx, scan.heightPx);
    // Black corners of the markers stand where they were printed: compare with a drawing of the table in the same frame.
    const drawn = new Uint8Array(3 * scan.widthPx * scan.heightPx).fill(200);
    const [, , minX = 0, , , maxY = 0] = scan.toMm;
    drawMarkers(
      { rgb: drawn, widthPx: scan.widthPx, heightPx: scan.heightPx, mmPerPx: 1 },
      MARKERS.map((m) => ({ ...m, x: m.x - minX, y: m.y - (maxY - scan.heightPx) })),
    );
    let off = 0;
    for (let i = 0; i < drawn.length; i += 3) if (Math.abs(drawn[i]! - pixels[i]!) > 90) off += 1;
    expect(off / (scan.widthPx * scan.heightPx)).toBeLessThan(0.0005);
    // Without the lens the same markers do not even fit.
    const bare = { kerf: 1 as const, id: 'bare', tableMarkers: MARKERS };
    await expect(
      acquireScan(table, { mmPerPx: 1, calibration: bare, outDir: join(dir, 'bare'), clock }),
    ).rejects.toMatchObject({ code: 'ACQUIRE_MARKERS_DO_NOT_FIT' });
  });

  test('shows the upper side of thick material where it is', async () => {
    const outDir = join(dir, 'thick');
    const scan = await acquireScan(table, { mmPerPx: 1, calibration: whole, thickness: 20, outDir, clock });
    expect(scan.thickness).toBe(20);
    // A point 20 mm above the table is seen over another point of the table; in the scan it lies above itself.
    const [x, y] = [980, 760];
    const through = seenAt(tableToStraight(20), LENS, x, y);
    const flat = seenAt(tableToStraight(), LENS, x, y);
    expect(Math.hypot(through[0] - flat[0], through[1] - flat[1])).toBeGreaterThan(5);
    const at = mapPoint(raisePlane(whole.toMm!, whole, 20), ...straightenPoint(whole, ...through));
    expect(Math.hypot(at[0] - x, at[1] - y)).toBeLessThan(0.5);
  });

  test('refuses a thickness when no lens is known', async () => {
    const bare = { kerf: 1 as const, id: 'bare', tableMarkers: MARKERS };
    const scan = acquireScan(table, { calibration: bare, thickness: 3, outDir: join(dir, 'no lens'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_THICKNESS_NEEDS_CAMERA' });
    const absurd = acquireScan(table, { calibration: whole, thickness: 300, outDir: join(dir, 'absurd'), clock });
    await expect(absurd).rejects.toMatchObject({ code: 'ACQUIRE_THICKNESS_INVALID' });
  });

  test('says that the camera was moved since', async () => {
    const rgb = new Uint8Array(3 * 1200 * 900).fill(200);
    drawMarkers({ rgb, widthPx: 1200, heightPx: 900, mmPerPx: 1 }, MARKERS);
    const plane = { pixels: rgb.filter((_, i) => i % 3 === 0), widthPx: 1200, heightPx: 900, mmPerPx: 1 };
    const nudged = { ...HANGS, shift: [13, 20, 1450] } as const;
    const path = await save('nudged.png', photographPlane(plane, LENS, nudged, SIZE));
    const scan = await acquireScan(path, { mmPerPx: 2, calibration: whole, outDir: join(dir, 'nudged'), clock });
    expect(scan.flags.find((flag) => flag.kind === 'drift')?.value).toBeGreaterThan(2);
  });

  test('is the same table in three quarters of the resolution: nothing has moved', async () => {
    const coarse = join(dir, 'coarse.png');
    await sharp(table).resize(1200, 900).toFile(coarse);
    const scan = await acquireScan(coarse, { mmPerPx: 2, calibration: whole, outDir: join(dir, 'coarse'), clock });
    expect(scan.drift).toBeLessThan(0.5);
    expect(scan.flags.map(({ kind }) => kind)).not.toContain('drift');
  });

  test('is refused in a picture of another shape, where the lens could not be allowed for', async () => {
    const cut = join(dir, 'cut.png');
    await sharp(table).extract({ left: 0, top: 0, width: 1600, height: 1100 }).toFile(cut);
    const scan = acquireScan(cut, { mmPerPx: 2, calibration: whole, outDir: join(dir, 'cut'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_CAMERA_OTHER', details: { heightPx: 1100 } });
  });

  test('is refused from another camera', async () => {
    const other = join(dir, 'small-table.png');
    await sharp(table).resize(800, 600).toFile(other);
    await expect(calibrateTable(other, { camera: calibration, markers: MARKERS, clock })).rejects.toMatchObject({
      code: 'ACQUIRE_CAMERA_OTHER',
    });
  });
});
