import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acquireScan } from '#acquire/read-scan.node.ts';
import { SCAN_DOUBTS } from '#acquire/scan-survey.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { drawMarkers } from '#synth/table-markers.ts';
import { cornerMarkers } from './corner-markers.ts';

const clock = { now: () => '2026-01-02T03:04:05.000Z', monotonicMs: () => 0 };
const WIDTH = 1400;
const HEIGHT = 1000;
const MARKERS = cornerMarkers(WIDTH, HEIGHT, 80);
const calibration = { kerf: 1 as const, id: 'table 1', tableMarkers: MARKERS };
const HIDE =
  'M250 220 C500 150 900 150 1150 240 C1230 400 1220 620 1130 780 C900 860 520 850 270 770 C180 600 190 400 250 220Z';

let dir = '';
let table: Buffer;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-bad-'));
  // A grey table, lit from the left, with noise; markers in its corners.
  const random = seededRandom(5);
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i += 1) {
    const light = 1 - 0.2 * ((i % WIDTH) / WIDTH) ** 2;
    const noise = 6 * (random() - 0.5);
    rgb.set([190 * light + noise, 194 * light + noise, 196 * light + noise], 3 * i);
  }
  drawMarkers({ rgb, widthPx: WIDTH, heightPx: HEIGHT, mmPerPx: 1 }, MARKERS);
  table = await sharp(rgb, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .png({ compressionLevel: 1 })
    .toBuffer();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The table with figures on it. */
async function lay(...figures: string[]): Promise<Sharp> {
  const svg = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}">${figures.join('')}</svg>`,
  );
  return sharp(
    await sharp(table)
      .composite([{ input: svg }])
      .removeAlpha()
      .png({ compressionLevel: 1 })
      .toBuffer(),
  );
}

const hide = (transform = '') => `<path d="${HIDE}" transform="${transform}" fill="#8a5a38"/>`;

async function save(name: string, picture: Sharp): Promise<string> {
  const path = join(dir, `${name}.png`);
  await picture.png({ compressionLevel: 1 }).toFile(path);
  return path;
}

/** Doubts that the scan of a picture says of itself. */
async function doubtsOf(name: string, picture: Sharp, given: object = { calibration }) {
  const scan = await acquireScan(await save(name, picture), { mmPerPx: 1, ...given, outDir: join(dir, name), clock });
  return scan.flags.filter(({ kind }) => SCAN_DOUBTS.some((doubt) => doubt === kind));
}

describe('the scan of a picture', () => {
  test.each([
    ['of one whole hide', () => lay(hide())],
    [
      'of a hide with a hole through which the table is seen',
      () => lay(hide(), '<circle cx="700" cy="500" r="60" fill="#bbb"/>'),
    ],
    [
      'of a hide and a strip of tape beside it',
      () => lay(hide(), '<rect x="1260" y="400" width="50" height="120" fill="#336"/>'),
    ],
    ['of a white hide', () => lay(`<path d="${HIDE}" fill="#fdfdfd"/>`)],
    ['of the bare table', () => lay()],
  ])('%s says nothing', async (what, picture) => {
    expect(await doubtsOf(what, await picture())).toEqual([]);
  });

  test.each([
    ['half a hide', 'rim', () => lay(hide('translate(480 0)')), 'only part of the hide'],
    [
      'two hides',
      'several',
      () => lay(hide('translate(60 200) scale(0.5)'), hide('translate(640 250) scale(0.5)')),
      '2 things',
    ],
    [
      'an arm over the hide',
      'arm',
      () => lay(hide(), '<path d="M620 1000 L680 520 L760 520 L730 1000Z" fill="#d8a888"/>'),
      'an arm',
    ],
    [
      'an arm beside it',
      'arm',
      () => lay(hide('translate(0 -60)'), '<path d="M0 560 L150 540 L150 620 L0 640Z" fill="#334"/>'),
      'an arm',
    ],
    ['glare', 'glare', () => lay(hide(), '<ellipse cx="600" cy="400" rx="45" ry="20" fill="#fff"/>'), 'mirrored'],
    ['hardly any light', 'dark', async () => (await lay(hide())).linear(0.18), 'Hardly any light'],
    [
      'a lens out of focus',
      'blurred',
      async () => sharp(await (await lay(hide())).blur(4).png().toBuffer()),
      'out of focus',
    ],
    [
      'motion from left to right',
      'blurred',
      async () => {
        const kernel = [0, 1, 0].flatMap((on) => new Array<number>(17).fill(on));
        return sharp(await (await lay(hide())).convolve({ width: 17, height: 3, kernel }).png().toBuffer());
      },
      'from left to right only',
    ],
  ])('with %s is flagged so, and with nothing else', async (what, kind, picture, words) => {
    // Without calibration: blurred or dark markers are refused before.
    const flags = await doubtsOf(what, await picture(), kind === 'blurred' || kind === 'dark' ? {} : { calibration });
    expect(flags.map((flag) => flag.kind)).toEqual([kind]);
    expect(flags[0]!.message).toContain(words);
  });

  test('that is all material says nothing of a table', async () => {
    const picture = await lay(hide('translate(480 0)'));
    expect(await doubtsOf('whole', picture, { isWhole: true })).toEqual([]);
  });
});

describe('a picture is refused', () => {
  const moved = { ...calibration, tableMarkers: MARKERS.map((m) => ({ ...m, id: m.id + 20 })) };
  const metres = {
    ...calibration,
    tableMarkers: MARKERS.map(({ id, x, y, size }) => ({ id, x: x / 1000, y: y / 1000, size: size / 1000 })),
  };
  test.each([
    ['as mirrored', 'ACQUIRE_PICTURE_MIRRORED', async () => (await lay(hide())).flop(), { calibration }],
    ['with the calibration of another table', 'ACQUIRE_MARKERS_NOT_SEEN', () => lay(hide()), { calibration: moved }],
    ['with marker places in metres', 'ACQUIRE_EXTENT_ABSURD', () => lay(hide()), { calibration: metres }],
    ['at a scale that makes the hide 40 m wide', 'ACQUIRE_EXTENT_ABSURD', () => lay(hide()), { mmPerPx: 42 }],
    [
      'at such a scale by its calibration',
      'ACQUIRE_EXTENT_ABSURD',
      () => lay(hide()),
      {
        calibration: {
          ...calibration,
          tableMarkers: MARKERS.map(({ id, x, y, size }) => ({ id, x: 30 * x, y: 30 * y, size: 30 * size })),
        },
      },
    ],
  ])('%s', async (what, code, picture, given) => {
    const path = await save(what, await picture());
    const outDir = join(dir, what);
    await expect(acquireScan(path, { ...given, outDir, clock })).rejects.toMatchObject({ code, fault: 'input' });
    await expect(readdir(outDir)).rejects.toThrow('ENOENT');
  });

  test('naming the markers that are seen instead', async () => {
    const path = await save('other', await lay(hide()));
    const scan = acquireScan(path, { calibration: moved, outDir: join(dir, 'other'), clock });
    await expect(scan).rejects.toThrow('Others are seen instead');
  });
});
