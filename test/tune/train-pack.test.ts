import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { evaluatePackOn } from '../../src/tune/evaluate-on.node.ts';
import { openDataset } from '../../src/tune/read-dataset.node.ts';
import { trainPack } from '../../src/tune/train-pack.node.ts';

const root = mkdtempSync(join(tmpdir(), 'kerf-tune-'));
const dataset = join(root, 'holes-and-cuts');
const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };

/** Twelve small drawn pictures as a user would bring them. */
beforeAll(async () => {
  for (const part of ['images', 'masks', 'good']) mkdirSync(join(dataset, part), { recursive: true });
  for (let i = 0; i < 12; i += 1) {
    const kind = i % 3 === 2 ? 'good' : i % 3 === 1 ? 'cut' : 'hole';
    const tile = drawLeatherTile({ seed: 40 + i, sizePx: 96, mmPerPx: 0.2, kinds: kind === 'good' ? [] : [kind] });
    const raw = { width: 96, height: 96 };
    const picture = sharp(tile.rgb, { raw: { ...raw, channels: 3 } }).png();
    await picture.toFile(join(dataset, kind === 'good' ? 'good' : 'images', `${kind}_${i}.png`));
    if (kind === 'good') continue;
    const white = Uint8Array.from(tile.mask, (k) => (k === 0 ? 0 : 255));
    await sharp(white, { raw: { ...raw, channels: 1 } })
      .png()
      .toFile(join(dataset, 'masks', `${kind}_${i}.png`));
  }
});

function train(out: string, seed: number, steps: number) {
  return trainPack({
    dataset,
    out: join(root, out),
    id: 'tiny',
    seed,
    command: 'kerf tune train holes-and-cuts',
    commit: null,
    clock,
    size: { steps, batch: 4, levels: [6, 8] },
  });
}

describe('training a pack on a folder', { timeout: 60_000 }, () => {
  test('gives a pack that loads, names the classes of the files, and finds what it was shown', async () => {
    const card = await train('first', 3, 100);
    expect(card.classes.map((c) => c.name)).toEqual(['good', 'cut', 'hole']);
    expect(card.data[0]).toMatchObject({ name: 'holes-and-cuts', items: 12, ships: false });
    const pack = await loadPack(join(root, 'first'));
    expect(pack.card).toEqual(card);
    const reportDir = join(root, 'report');
    const { evaluation } = await evaluatePackOn(join(root, 'first'), dataset, {
      clock,
      provider: 'cpu',
      workers: 1,
      reportDir,
    });
    expect(readdirSync(reportDir).sort()).toEqual([
      'evaluation.json',
      'reliability-marks.svg',
      'reliability.svg',
      'worst.png',
    ]);
    const shares = evaluation.marks.reliability.reduce((sum, b) => sum + b.share, 0);
    expect(shares).toBeCloseTo(evaluation.marks.count === 0 ? 0 : 1, 9);
    expect(evaluation.images).toBe(12);
    expect(Object.keys(evaluation.perClass)).toEqual(['cut', 'hole']);
    expect(evaluation.auroc).toBeGreaterThan(0.7);
    expect(evaluation.ci95[0]).toBeLessThanOrEqual(evaluation.pixelF1);
  });

  test('gives the same bytes for the same seed, others for another', async () => {
    const model = (out: string) => readFileSync(join(root, out, 'model.onnx'));
    await train('once', 3, 6);
    await train('again', 3, 6);
    await train('other', 4, 6);
    expect(model('again').equals(model('once'))).toBe(true);
    expect(model('other').equals(model('once'))).toBe(false);
  });

  test('refuses a folder without pictures, and a picture without its mask', async () => {
    await expect(openDataset(join(root, 'nothing'))).rejects.toMatchObject({ code: 'TUNE_DATASET_EMPTY' });
    const lonely = join(root, 'lonely', 'images');
    mkdirSync(lonely, { recursive: true });
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toFile(join(lonely, 'cut_1.png'));
    await expect(openDataset(join(root, 'lonely'))).rejects.toMatchObject({ code: 'TUNE_MASK_MISSING' });
  });

  test('refuses a drawn set that there is not', async () => {
    await expect(
      trainPack({ dataset: 'synth:wood', out: join(root, 'x'), id: 'x', seed: 1, command: '', commit: null, clock }),
    ).rejects.toMatchObject({ code: 'TUNE_DATASET_UNKNOWN' });
  });
});
