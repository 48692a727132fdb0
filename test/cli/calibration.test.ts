import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectionSchema } from '#domain/inspection.ts';
import { scanSchema } from '#domain/scan.ts';
import { mapPoint } from '#geometry/plane-homography.ts';
import { viewTable } from '#synth/camera-view.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { kerf } from './kerf.node.ts';
import { writeSmallPack } from './small-pack.node.ts';

/** A table of 1200 x 900 mm with a marker near each corner, and a brown hide of 700 x 500 mm on it. */
const WIDTH = 1200;
const HEIGHT = 900;
const MARKERS = [
  { id: 0, x: 80, y: 80, size: 90 },
  { id: 1, x: WIDTH - 80, y: 80, size: 90 },
  { id: 2, x: WIDTH - 80, y: HEIGHT - 80, size: 90 },
  { id: 3, x: 80, y: HEIGHT - 80, size: 90 },
];
const HIDE = { left: 250, right: 950, bottom: 200, top: 700 };

const dir = mkdtempSync(join(tmpdir(), 'kerf-calibration-'));
const at = (name: string) => join(dir, name);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Where the picture shows a place of the table, mm to px. */
let seen: (x: number, y: number) => readonly [number, number];

beforeAll(async () => {
  const rgb = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let v = 0; v < HEIGHT; v += 1)
    for (let u = 0; u < WIDTH; u += 1) {
      const y = HEIGHT - v;
      const isHide = u > HIDE.left && u < HIDE.right && y > HIDE.bottom && y < HIDE.top;
      rgb.set(isHide ? [120, 74, 48] : [205, 210, 214], 3 * (v * WIDTH + u));
    }
  const table = { rgb, widthPx: WIDTH, heightPx: HEIGHT, mmPerPx: 1 };
  drawMarkers(table, MARKERS);
  const view = viewTable(table, { widthPx: 1500, heightPx: 1150, tilt: 18, turn: 4 });
  seen = (x, y) => mapPoint(view.toView, x, y);
  await sharp(view.rgb, { raw: { width: view.widthPx, height: view.heightPx, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toFile(at('camera.png'));
  writeFileSync(at('table.json'), JSON.stringify({ kerf: 1, id: 'table', tableMarkers: MARKERS }));
  const moved = MARKERS.map((m) => (m.id === 2 ? { ...m, x: m.x - 40 } : m));
  writeFileSync(at('moved.json'), JSON.stringify({ kerf: 1, id: 'moved', tableMarkers: moved }));
  writeFileSync(at('three.json'), JSON.stringify({ kerf: 1, id: 'three', tableMarkers: MARKERS.slice(1) }));
  await writeSmallPack(at('pack'));
  mkdirSync(at('order'));
  const square = [
    [0, 0],
    [90, 0],
    [90, 90],
    [0, 90],
  ];
  writeFileSync(at('order.json'), JSON.stringify({ kerf: 1, pieces: [{ id: 'patch', outline: square, quantity: 4 }] }));
});

function expectHide(outline: readonly (readonly [number, number])[]): void {
  const xs = outline.map(([x]) => x);
  const ys = outline.map(([, y]) => y);
  const box = { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
  for (const side of ['left', 'right', 'bottom', 'top'] as const)
    expect(Math.abs(box[side] - HIDE[side]), `${side} at ${box[side]}`).toBeLessThan(6);
}

describe('--calibration', () => {
  it('lets kerf scan straighten a slanted picture to the table, at the scale that is asked for', async () => {
    const ran = await kerf(['scan', at('camera.png'), '--calibration', at('table.json'), '--mm-per-px', '1.5', '--out', at('scan')]); // oxfmt-ignore
    expect(ran.stderr).not.toContain('[');
    expect(ran.code).toBe(0);
    const scan = scanSchema.parse(JSON.parse(readFileSync(at('scan/scan.json'), 'utf8')));
    expect(scan).toMatchObject({ calibration: 'table', mmPerPx: 1.5 });
    const inspected = await kerf(['inspect', at('scan'), '--model', at('pack'), '--out', at('inspection.json')]);
    expect(inspected.code).toBe(0);
    expectHide(inspectionSchema.parse(JSON.parse(readFileSync(at('inspection.json'), 'utf8'))).outline);
  });

  it('holds for the whole job, too, at the scale of the camera', async () => {
    const ran = await kerf(['run', at('camera.png'), '--calibration', at('table.json'), '--order', at('order.json'), '--model', at('pack'), '--seconds', '0.2', '--out', at('job'), '--json']); // oxfmt-ignore
    expect(ran.code, ran.stderr).toBe(0);
    expectHide(inspectionSchema.parse(JSON.parse(readFileSync(at('job/inspection.json'), 'utf8'))).outline);
    expect(scanSchema.parse(JSON.parse(readFileSync(at('job/scan/scan.json'), 'utf8'))).calibration).toBe('table');
    expect((JSON.parse(ran.stdout) as { placedCount: number }).placedCount).toBe(4);
  });

  it.each([
    ['moved.json', 2, 'ACQUIRE_MARKERS_DO_NOT_FIT'],
    ['three.json', 2, 'DOMAIN_DOCUMENT_REFUSED'],
    ['nowhere.json', 2, 'CLI_FILE_UNREADABLE'],
  ])('that is wrong (%s) exits with %i and %s', async (file, code, said) => {
    const ran = await kerf(['scan', at('camera.png'), '--calibration', at(file), '--out', at('bad'), '--quiet']);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toMatch(new RegExp(`^[^\\n]* \\[${said}\\]\\n$`));
  });
});

describe('kerf calibrate table --corners', () => {
  const corners = () =>
    [seen(0, 0), seen(WIDTH, 0), seen(WIDTH, HEIGHT), seen(0, HEIGHT)].map(([u, v]) => [u.toFixed(1), v.toFixed(1)]);
  const calibrate = (...args: readonly string[]) =>
    kerf(['calibrate', 'table', at('camera.png'), '--out', at('corners.json'), ...args]);

  it('tells the table without its markers, says what it can and cannot know, and scans go by it', async () => {
    const length = [...seen(200, 450), ...seen(1000, 450), 801].join(',');
    const ran = await calibrate('--corners', corners().join(','), '--size', '1200x900', '--length', length, '--markers', at('table.json')); // oxfmt-ignore
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain('they fit exactly, so they have no residual');
    expect(ran.stdout).toMatch(/4 measured markers lie within 0\.\d\d mm/);
    expect(ran.stdout).toMatch(/801 mm are seen as (799\.[5-9]|800\.\d) mm/);
    expect(ran.stdout).toContain('without --camera the bend of the lens stays in');
    const scanned = await kerf(['scan', at('camera.png'), '--calibration', at('corners.json'), '--mm-per-px', '1.5', '--out', at('by-corners')]); // oxfmt-ignore
    expect(scanned.code, scanned.stderr).toBe(0);
    const scan = scanSchema.parse(JSON.parse(readFileSync(at('by-corners/scan.json'), 'utf8')));
    expect(scan).toMatchObject({ calibration: 'corners', widthPx: 800, heightPx: 600, mmPerPx: 1.5 });
    expect(scan.drift).toBeLessThan(0.2);
    const inspected = await kerf(['inspect', at('by-corners'), '--model', at('pack'), '--out', at('inspection.json')]);
    expect(inspected.code).toBe(0);
    expectHide(inspectionSchema.parse(JSON.parse(readFileSync(at('inspection.json'), 'utf8'))).outline);
  });

  it.each([
    [['--size', '1.2x0.9'], 'ACQUIRE_CORNERS_REFUSED'],
    [['--size', '1200'], 'CLI_BAD_OPTION'],
    [[], 'CLI_BAD_OPTION'],
    [['--size', '1200x900', '--length', '1,2,3,4'], 'CLI_BAD_OPTION'],
  ])('refuses %j by name', async (args, code) => {
    const ran = await calibrate('--corners', corners().join(','), ...args);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(code);
  });

  it('refuses seven numbers, and asks for a camera where it has neither corners nor one', async () => {
    const seven = await calibrate('--corners', '1,2,3,4,5,6,7', '--size', '1200x900');
    expect(seven.stderr).toContain('expected 8 numbers');
    const none = await calibrate('--markers', at('table.json'));
    expect(none.stderr).toContain('--camera');
    expect([seven.code, none.code]).toEqual([2, 2]);
  });
});
