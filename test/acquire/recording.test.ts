import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromFfmpeg } from '#acquire/camera-command.ts';
import { ChildCamera } from '#acquire/child-camera.node.ts';
import { openScan } from '#acquire/open-scan.node.ts';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { inspectScan } from '#inspect/inspect-scan.ts';
import { loadPack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { viewTable } from '#synth/camera-view.ts';
import { drawHide } from '#synth/draw-hide.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { writeCalmPack } from '../station/calm-pack.ts';
import { hasCameraPrograms } from './camera-servers.ts';
import { cornerMarkers } from './corner-markers.ts';

const clock = { now: () => new Date().toISOString(), monotonicMs: () => performance.now() };
const MARKERS = cornerMarkers(2200, 1700, 90);
/** The drawing of a table is taken for one of half its size: a small picture then shows it as finely as a large one. */
const tableMarkers = MARKERS.map(({ id, x, y, size }) => ({ id, x: x / 2, y: y / 2, size: size / 2 }));
const calibration = { kerf: 1 as const, id: 'drawn', tableMarkers };

let dir = '';
let picture = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-recording-'));
  const hide = drawHide({ seed: 4, mmPerPx: 1, look: { colour: [150, 92, 56] } });
  drawMarkers(hide, MARKERS);
  const [width, height] = [1200, 950];
  const { rgb } = viewTable(hide, { widthPx: width, heightPx: height, tilt: 4, turn: 2 });
  picture = join(dir, 'hide.png');
  await sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(picture);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** What the pipeline makes of a scan, without the seconds that it took. */
async function sheetOf(scanDir: string): Promise<string> {
  const pack = await loadPack(writeCalmPack(join(dir, 'pack')));
  const segmenter = await openSegmenter(pack, { provider: 'cpu' });
  try {
    const inspection = await inspectScan(await openScan(scanDir), pack, { segmenter, grading: LEATHER_GRADING, clock });
    return JSON.stringify({ ...inspection, seconds: {} });
  } finally {
    await segmenter.close();
  }
}

function scanBytes(scanDir: string): Promise<string> {
  return readFile(join(scanDir, 'scan.json'), 'utf8');
}

describe.runIf(hasCameraPrograms())('a run of a camera that was recorded', () => {
  const record = () => join(dir, 'recording');
  const live = () => join(dir, 'live');

  beforeAll(async () => {
    // The sensor's noise: no two pictures are the same, so only the recorded ones give this scan.
    const input = ['-re', '-loop', '1', '-framerate', '10', '-i', picture];
    const command = fromFfmpeg(input, '10');
    const args = command.args.map((arg) => (arg === 'fps=10' ? 'fps=10,noise=alls=3:allf=t' : arg));
    await using camera = new ChildCamera({ name: 'v4l2:/dev/video0', commands: [{ ...command, args }], clock });
    await acquireScan(camera, { calibration, mmPerPx: 2, outDir: live(), clock, record: record() });
  });

  test('gives the same scan and the same sheet, bit for bit, from its own options', async () => {
    const again = join(dir, 'again');
    await acquireScan(record(), { outDir: again, clock });
    // scan.json holds the picture's hash and its time.
    expect(await scanBytes(again)).toBe(await scanBytes(live()));
    expect(JSON.parse(await scanBytes(again))).toMatchObject({ source: 'v4l2:/dev/video0', calibration: 'drawn' });
    expect(await sheetOf(again)).toBe(await sheetOf(live()));
  });

  test('is refused when a picture of it was changed', async () => {
    const changed = join(dir, 'recording', '000001.png');
    const kept = await readFile(changed);
    await copyFile(picture, changed);
    const scan = acquireScan(record(), { calibration, outDir: join(dir, 'changed'), clock });
    await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_RECORDING_REFUSED' });
    await writeFile(changed, kept);
  });
});

test('a picture file that was recorded gives the same scan without the file', async () => {
  const [first, again, record] = ['first', 'second', 'kept'].map((name) => join(dir, name)) as [string, string, string];
  const original = join(dir, 'original.png');
  await copyFile(picture, original);
  await acquireScan(original, { mmPerPx: 2, outDir: first, clock, record });
  await rm(original);
  await acquireScan(record, { outDir: again, clock });
  expect(await scanBytes(again)).toBe(await scanBytes(first));
  expect(JSON.parse(await scanBytes(again))).toMatchObject({ source: 'original.png' });
});

test('what is asked for by name counts more than what a recording was taken with', async () => {
  const record = join(dir, 'coarse');
  await acquireScan(picture, { calibration, mmPerPx: 2, outDir: join(dir, 'coarse-scan'), clock, record });
  const finer = await acquireScan(record, { mmPerPx: 1.5, outDir: join(dir, 'finer'), clock });
  expect(finer).toMatchObject({ mmPerPx: 1.5, calibration: 'drawn' });
});

test('strips that were recorded are strips again, and what is all material stays so', async () => {
  const strips = await Promise.all(
    [0, 1].map(async (i) => {
      const path = join(dir, `strip-${i}.png`);
      await sharp(picture)
        .extract({ left: 0, top: 300 * i, width: 1200, height: 400 })
        .toFile(path);
      return path;
    }),
  );
  const [first, again, record] = ['s-first', 's-again', 's-kept'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await acquireScan(strips, { mmPerPx: 2, stripStep: 600, isWhole: true, outDir: first, clock, record });
  const kept = [join(record, '0'), join(record, '1')];
  expect(JSON.parse(await readFile(join(kept[0]!, 'recording.json'), 'utf8'))).toMatchObject({
    kerf: 2,
    scan: { mmPerPx: 2, stripStep: 600, isWhole: true },
  });
  await acquireScan(kept, { outDir: again, clock });
  expect(await scanBytes(again)).toBe(await scanBytes(first));
});

test('the still that another reader of the camera chose is recorded as the still', async () => {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const frame = {
    ...{
      name: 'v4l2:/dev/video0',
      sequence: 7,
      takenAt: clock.now(),
      atMs: 5,
      widthPx: info.width,
      heightPx: info.height,
    },
    pixels: { kind: 'rgb' as const, rgb: new Uint8Array(data) },
  };
  const [first, again, record] = ['f-first', 'f-again', 'f-kept'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await acquireScan(frame, { calibration, outDir: first, clock, record });
  await acquireScan(record, { outDir: again, clock });
  expect(await scanBytes(again)).toBe(await scanBytes(first));
});

test('a recording whose list is broken is refused by name', async () => {
  const record = join(dir, 'broken');
  await acquireScan(picture, { mmPerPx: 2, outDir: join(dir, 'unused'), clock, record });
  await writeFile(join(record, 'recording.json'), '{"kerf":1,"source":"x"}');
  const scan = acquireScan(record, { mmPerPx: 2, outDir: join(dir, 'refused'), clock });
  await expect(scan).rejects.toMatchObject({ code: 'ACQUIRE_RECORDING_REFUSED' });
});
