import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import type { DefectKind } from '../../src/synth/defect-kinds.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { chooseLook } from '../../src/synth/leather-look.ts';
import { evaluatePack } from '../../src/tune/evaluate-pack.ts';
import { readGoodPictures } from '../../src/tune/good-pictures.node.ts';
import { PICTURES_FILE, readLearntPictures } from '../../src/tune/pack-files.node.ts';
import { measurePack } from '../../src/tune/promotion-gate.node.ts';
import { teachPack } from '../../src/tune/teach-pack.node.ts';

const root = mkdtempSync(join(tmpdir(), 'kerf-teach-'));
const good = join(root, 'good-leather');
const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };
const look = { ...chooseLook(seededRandom(7)), grain: 'pebble', dust: 0 } as const;
const draw = (seed: number, kinds: readonly DefectKind[]) =>
  drawLeatherTile({ seed, sizePx: 192, mmPerPx: 0.3, kinds, look });

function teach(out: string, folder = good) {
  return teachPack({
    folder,
    out: join(root, out),
    id: out,
    mmPerPx: 0.3,
    seed: 1,
    command: 'kerf tune teach good-leather',
    commit: null,
    clock,
  });
}

beforeAll(async () => {
  mkdirSync(good);
  for (let i = 0; i < 4; i += 1) {
    const { rgb } = draw(10 + i, []);
    await sharp(rgb, { raw: { width: 192, height: 192, channels: 3 } })
      .png()
      .toFile(join(good, `${i}.png`));
  }
});

describe('teaching a material from good pictures alone', () => {
  test('of one small picture nothing can be left out, and no figure says otherwise', async () => {
    const alone = join(root, 'alone');
    mkdirSync(alone);
    writeFileSync(join(alone, '0.png'), readFileSync(join(good, '0.png')));
    const [score] = (await teach('of-one', alone)).scores;
    expect(score).toMatchObject({ set: expect.stringMatching(/^nothing was left out/), pixelF1: null });
    expect(readFileSync(join(root, 'of-one', 'README.md'), 'utf8')).toContain('nothing was left out');
  });

  test('gives a pack that finds defects it never saw, and hardly calls good material one', async () => {
    const card = await teach('first');
    expect(card.task).toBe('normality');
    expect(card.scores[0]).toMatchObject({ set: 'drawn defects pasted on left-out good pictures' });
    expect(card.scores[0]!.pixelF1).toBeGreaterThan(0);
    expect(card.classes.map((c) => c.name)).toEqual(['good', 'defect']);
    expect(card.data[0]).toMatchObject({ name: 'good-leather', items: 4, ships: false });
    const pack = await loadPack(join(root, 'first'));
    expect(pack.card).toEqual(card);
    const kinds = [['hole'], ['cut'], ['hole', 'cut'], []] as const;
    const list = {
      count: kinds.length,
      picture: (i: number) => Promise.resolve({ ...draw(90 + i, kinds[i]!), name: String(i), className: 'defect' }),
    };
    const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
    try {
      const scores = await evaluatePack(pack, list, segmenter, {
        random: seededRandom(1),
        monotonicMs: clock.monotonicMs,
      });
      // Held so that accuracy cannot slip unseen: F1 was .66, AUROC .98 when this was written.
      expect(scores.pixelF1).toBeGreaterThan(0.55);
      expect(scores.auroc).toBeGreaterThan(0.95);
      // By its own threshold every defect is found, and at most one patch of good leather in four pictures is false.
      expect(scores.objectRecall).toBe(1);
      expect(scores.falsePerM2 * (scores.images * (192 * 0.3) ** 2)).toBeLessThanOrEqual(1e6);
    } finally {
      await segmenter.close();
    }
  });

  test('gives the same bytes again, and lists the pictures that it learnt from by their pixels', async () => {
    const card = await teach('again');
    expect(
      readFileSync(join(root, 'again', 'model.onnx')).equals(readFileSync(join(root, 'first', 'model.onnx'))),
    ).toBe(true);
    const pictures = await readGoodPictures(good);
    expect(await readLearntPictures(join(root, 'again'), card)).toEqual(
      pictures.map(({ name, sha256 }) => ({ name, sha256 })),
    );
    expect(card.files[PICTURES_FILE]).toMatch(/^[0-9a-f]{64}$/);
  });

  test('gives a graph that is the same to 1e-4 however it is run', async () => {
    const [parity] = await measurePack(await loadPack(join(root, 'first')), { clock, provider: 'cpu', workers: 1 });
    expect(parity).toMatchObject({ passed: true });
  });

  test('learns from a single picture, by leaving out quarters of it', async () => {
    const single = join(root, 'single');
    mkdirSync(single);
    writeFileSync(join(single, 'one.png'), readFileSync(join(good, '0.png')));
    const card = await teach('from-one', single);
    expect(card.data[0]!.items).toBe(1);
    expect(card.classes[1]!.threshold).toBeGreaterThan(0);
    expect(card.classes[1]!.threshold).toBeLessThan(1);
  });
});

describe('good pictures', () => {
  test('a folder that is not there, an empty one, a broken and a tiny picture are refused by name', async () => {
    await expect(readGoodPictures(join(root, 'nowhere'))).rejects.toMatchObject({ code: 'TUNE_DATASET_MISSING' });
    const empty = join(root, 'empty');
    mkdirSync(empty);
    await expect(readGoodPictures(empty)).rejects.toMatchObject({ code: 'TUNE_GOOD_EMPTY' });
    writeFileSync(join(empty, 'broken.png'), readFileSync(join(good, '0.png')).subarray(0, 900));
    await expect(readGoodPictures(empty)).rejects.toMatchObject({
      code: 'TUNE_PICTURE_BROKEN',
      message: expect.stringContaining('broken.png') as string,
    });
    const tiny = join(root, 'tiny');
    mkdirSync(tiny);
    await sharp({ create: { width: 20, height: 90, channels: 3, background: 'red' } })
      .png()
      .toFile(join(tiny, 'thumb.png'));
    await expect(readGoodPictures(tiny)).rejects.toMatchObject({ code: 'TUNE_PICTURE_TOO_SMALL' });
  });

  test.each([
    ['of one colour', { background: '#8a6a4a' }],
    ['with the cap on the lens', { background: 'black', noise: { type: 'gaussian', mean: 1, sigma: 1 } }],
    ['that is overexposed', { background: 'white', noise: { type: 'gaussian', mean: 255, sigma: 0.5 } }],
  ] as const)('a picture %s teaches nothing and is refused by name', async (_what, of) => {
    const blank = mkdtempSync(join(root, 'blank-'));
    await sharp({ create: { width: 120, height: 90, channels: 3, ...of } })
      .png()
      .toFile(join(blank, 'cap.png'));
    await expect(readGoodPictures(blank)).rejects.toMatchObject({
      code: 'TUNE_PICTURE_BLANK',
      message: expect.stringContaining('cap.png') as string,
    });
  });
});
