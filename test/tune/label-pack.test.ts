import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { chooseLook } from '../../src/synth/leather-look.ts';
import { evaluatePackOn } from '../../src/tune/evaluate-on.node.ts';
import { isPatienceOver, trainOnLabels } from '../../src/tune/label-training.node.ts';
import { labelPack, type TrainingEstimate } from '../../src/tune/label-pack.node.ts';
import { WIDE_CHANNEL_COUNT } from '../../src/tune/leather-channels.ts';
import { emptySample } from '../../src/tune/sample-pixels.ts';
import { holdBack } from '../../src/tune/split-hides.ts';
import { fitHead } from '../../src/tune/train-head.node.ts';
import { trainNet } from '../../src/tune/train-net.node.ts';
import type { CropSet } from '../../src/tune/training-crops.node.ts';
import type { TrainingState } from '../../src/tune/training-state.node.ts';

const root = mkdtempSync(join(tmpdir(), 'kerf-labels-'));
const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };
const SIDE = 96;
const look = { ...chooseLook(seededRandom(7)), grain: 'pebble', dust: 0 } as const;

/** Holes and cuts, some pictures each, as a user would bring them; and as many that nobody learns from. */
async function drawSet(name: string, firstSeed: number, ofEach = 10): Promise<string> {
  const dir = join(root, name);
  for (const part of ['images', 'masks']) mkdirSync(join(dir, part), { recursive: true });
  for (let i = 0; i < 2 * ofEach; i += 1) {
    const kind = i < ofEach ? 'cut' : 'hole';
    const { rgb, mask } = drawLeatherTile({ seed: firstSeed + i, sizePx: SIDE, mmPerPx: 0.25, kinds: [kind], look });
    await sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
      .png()
      .toFile(join(dir, 'images', `${kind}_${i}.png`));
    await sharp(
      Uint8Array.from(mask, (k) => (k === 0 ? 0 : 255)),
      { raw: { width: SIDE, height: SIDE, channels: 1 } },
    )
      .png()
      .toFile(join(dir, 'masks', `${kind}_${i}.png`));
  }
  return dir;
}

function train(out: string, dataset: string, more: Partial<Parameters<typeof labelPack>[0]> = {}) {
  return labelPack({
    dataset,
    out: join(root, out),
    id: out,
    seed: 3,
    steps: 20,
    levels: [6, 8],
    lookEvery: 10,
    mmPerPx: 0.25,
    command: 'kerf tune train labels',
    commit: null,
    clock,
    ...more,
  });
}

let labels = '';
let others = '';
beforeAll(async () => {
  labels = await drawSet('labels', 300, 7);
  others = await drawSet('others', 700, 4);
});

describe('training on labelled pictures', () => {
  test('learns to find the labelled defects on pictures it never saw, and is judged on no others', async () => {
    const estimates: TrainingEstimate[] = [];
    const card = await train('first', labels, { onEstimate: (e) => estimates.push(e) });
    expect(estimates).toEqual([
      expect.objectContaining({ pictures: 14, heldBack: 6, steps: 20, classes: ['cut', 'hole'] }),
    ]);
    // The process itself, a sample and a batch, and nine pieces of each picture.
    expect(estimates[0]!.memoryMb).toBeGreaterThan(500);
    expect(estimates[0]!.memoryMb).toBeLessThan(700);
    expect(card.classes.map((c) => c.name)).toEqual(['good', 'cut', 'hole']);
    expect(card.scores[0]).toMatchObject({ set: expect.stringMatching(/^held back/), pixelF1: expect.any(Number) });
    expect(card.calibration!.ece).toEqual(expect.any(Number));
    await loadPack(join(root, 'first'));
    const { evaluation } = await evaluatePackOn(join(root, 'first'), others, { clock, provider: 'cpu', workers: 1 });
    // Held so that accuracy cannot slip unseen.
    expect(evaluation.classMeanF1).toBeGreaterThan(0.4);
    expect(evaluation.auroc).toBeGreaterThan(0.9);
    await expect(
      evaluatePackOn(join(root, 'first'), labels, { clock, provider: 'cpu', workers: 1 }),
    ).rejects.toMatchObject({ code: 'TUNE_LEAK' });
  });

  test('says beforehand how long it takes, by how large the pictures are', async () => {
    const minutesOf = async (sizePx: number) => {
      const dir = join(root, `of-${sizePx}`);
      for (const part of ['images', 'masks']) mkdirSync(join(dir, part), { recursive: true });
      for (let i = 0; i < 10; i += 1) {
        const blank = { width: sizePx, height: sizePx, channels: 3 } as const;
        // The pictures differ, or they would be one.
        await sharp({ create: { ...blank, background: { r: i, g: 9, b: 9 } } }).toFile(
          join(dir, `images/cut_${i}.png`),
        );
        await sharp({ create: { ...blank, background: 'white' } }).toFile(join(dir, `masks/cut_${i}.png`));
      }
      const abort = new AbortController();
      let said: TrainingEstimate | null = null;
      const stopped = train(`of-${sizePx}-pack`, dir, {
        signal: abort.signal,
        // Each look at this clock is a second later: a step takes one.
        clock: { ...clock, monotonicMs: () => (ms += 1000) },
        onEstimate: (e) => {
          said = e;
          abort.abort();
        },
      });
      let ms = 0;
      await expect(stopped).rejects.toThrow();
      return said!.minutes;
    };
    // 20 steps, 25 for what is done once, .06 megapixels; the same for ten megapixels, of which 4 are held back and looked at four times.
    expect(await minutesOf(80)).toBeCloseTo((45 + 0.0384 * 10 + 0.0256 * 36) / 60, 5);
    expect(await minutesOf(1000)).toBeCloseTo((45 + 6 * 10 + 4 * 36) / 60, 5);
  });

  test('a training that is stopped and goes on gives the same bytes as one that was not', async () => {
    const few = await drawSet('few', 500, 3);
    const small = { levels: [3, 4], steps: 8, lookEvery: 5 };
    await train('straight', few, small);
    const abort = new AbortController();
    const stopped = train('again', few, {
      ...small,
      signal: abort.signal,
      onProgress: ({ what, done }) => {
        if (what.startsWith('training') && done === 7) abort.abort();
      },
    });
    await expect(stopped).rejects.toThrow();
    // Another seed is another training: what lies there is not taken for it.
    await expect(train('again', few, { ...small, isResumed: true, seed: 4 })).rejects.toMatchObject({
      code: 'TUNE_RESUME_DIFFERS',
    });
    // So are another scale, and hides that would be held back after they taught.
    const refused = { code: 'TUNE_RESUME_DIFFERS' };
    await expect(train('again', few, { ...small, isResumed: true, mmPerPx: 0.5 })).rejects.toMatchObject(refused);
    await expect(train('again', few, { ...small, isResumed: true, lookEvery: 4 })).rejects.toMatchObject(refused);
    const groups = join(few, 'groups.csv');
    writeFileSync(groups, [0, 1, 2, 3, 4, 5].map((i) => `${i < 3 ? 'cut' : 'hole'}_${i},hide ${i % 3}\n`).join(''));
    await expect(train('again', few, { ...small, isResumed: true })).rejects.toMatchObject(refused);
    rmSync(groups);
    const estimates: TrainingEstimate[] = [];
    const card = await train('again', few, { ...small, isResumed: true, onEstimate: (e) => estimates.push(e) });
    // Three pictures of a class are one run of neighbours: what taught says nothing of others.
    expect(estimates[0]!.heldBack).toBe(0);
    expect(card.scores).toEqual([
      { set: expect.stringMatching(/^nothing was held back/) as string, date: '2026-01-01', pixelF1: null, ece: null },
    ]);
    expect(card.calibration!.ece).toBeNull();
    const model = (out: string) => readFileSync(join(root, out, 'model.onnx'));
    expect(model('again').equals(model('straight'))).toBe(true);
  });

  test('a training that stopped early and was killed after that goes on with no step more', async () => {
    // What is held back contradicts what teaches, so the first look stays the best one.
    const plain = (kind: 0 | 1): CropSet => ({
      count: 1,
      draw: (_, { pixels, y, w, at, sidePx, classCount }) => {
        const plane = sidePx * sidePx;
        pixels.fill(0.5, 3 * at * plane, 3 * (at + 1) * plane);
        y.fill(1, (at * classCount + kind) * plane, (at * classCount + kind + 1) * plane);
        w.fill(1, at * plane, (at + 1) * plane);
      },
    });
    const kept: TrainingState[] = [];
    const options = {
      ...{ levels: [3], classCount: 2, steps: 20, lookEvery: 1, seed: 1, of: '', resume: null },
      onState: (state: TrainingState) => Promise.resolve(void kept.push(state)),
    };
    const straight = await trainOnLabels(plain(1), plain(0), options);
    expect(straight.state.step).toBeLessThan(20);
    const looks = kept.length;
    const again = await trainOnLabels(plain(1), plain(0), { ...options, resume: kept.at(-1)! });
    expect(again.state.step).toBe(straight.state.step);
    expect(kept).toHaveLength(looks);
    expect([...again.net.weights]).toEqual([...straight.net.weights]);
  });

  test('good pictures alone are taught by defects drawn into them', async () => {
    const good = join(root, 'good-alone', 'good');
    mkdirSync(good, { recursive: true });
    for (let i = 0; i < 2; i += 1) {
      const { rgb } = drawLeatherTile({ seed: 40 + i, sizePx: SIDE, mmPerPx: 0.25, kinds: [], look });
      await sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } })
        .png()
        .toFile(join(good, `${i}.png`));
    }
    const base = await loadPack(join(root, 'first'));
    const card = await train('station', join(root, 'good-alone'), { steps: 10, base });
    expect(card.classes.map((c) => c.name)).toContain('scratch');
    expect(card.data[0]).toMatchObject({ items: 2, origin: 'good pictures of the user, defects drawn into them' });
    expect(card.startedFrom).toEqual([{ name: 'first', licence: 'not stated', sha256: base.sha256 }]);
    // What its start learnt from is no set to judge it by.
    await expect(
      evaluatePackOn(join(root, 'station'), labels, { clock, provider: 'cpu', workers: 1 }),
    ).rejects.toMatchObject({ code: 'TUNE_LEAK' });
  });
});

describe('what training refuses', () => {
  test('a class without a single pixel, by its name, and a broken picture before the first step', async () => {
    const dir = await drawSet('empty-class', 300);
    for (let i = 10; i < 20; i += 1)
      await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: 'black' } })
        .png()
        .toFile(join(dir, 'masks', `hole_${i}.png`));
    await expect(train('x', dir)).rejects.toMatchObject({ code: 'TUNE_CLASS_EMPTY', details: { class: 'hole' } });
    writeFileSync(join(dir, 'images', 'cut_4.png'), readFileSync(join(dir, 'images', 'cut_4.png')).subarray(0, 700));
    await expect(train('x', dir)).rejects.toMatchObject({ code: 'TUNE_PICTURE_BROKEN' });
  });

  test('a step that gives no number stops the training and says which', async () => {
    const crops = { count: 1, draw: (_: unknown, batch: { pixels: Float32Array }) => batch.pixels.fill(NaN) };
    const options = {
      levels: [4],
      classCount: 2,
      steps: 5,
      seed: 1,
      of: '',
      resume: null,
      onState: () => Promise.resolve(),
    };
    await expect(trainOnLabels(crops, crops, options)).rejects.toMatchObject({
      code: 'TUNE_TRAINING_NAN',
      details: { step: 1 },
    });
  });

  test('so do the head and the net of drawn leather', async () => {
    const refused = { code: 'TUNE_TRAINING_NAN', details: { step: 1 } };
    const count = 64;
    const sample = { ...emptySample(WIDE_CHANNEL_COUNT), count, classes: new Uint8Array(count).fill(1, 32) };
    const values = new Float32Array(count * WIDE_CHANNEL_COUNT).fill(0.5);
    await expect(fitHead({ ...sample, values: values.with(0, NaN) }, 1)).rejects.toMatchObject(refused);
    const crops = { count: 1, draw: (_: unknown, batch: { pixels: Float32Array }) => void batch.pixels.fill(NaN) };
    const random = seededRandom(1);
    const net = { levels: [4], classCount: 2, steps: 3, batch: 1, sidePx: 32, rate: 1e-3, dice: 0.5, defectWeight: 1 };
    await expect(trainNet(crops, { ...net, random })).rejects.toMatchObject(refused);
  });
});

test('training that gets no better stops after eight looks, but not before the rate has fallen for as long', () => {
  const stops = (step: number, best: number) => isPatienceOver({ step, best, steps: 1500, lookEvery: 50 });
  expect([700, 1100, 1149].map((step) => stops(step, 100))).toEqual([false, false, false]);
  expect(stops(1150, 100)).toBe(true);
  expect([stops(1150, 800), stops(1200, 800)]).toEqual([false, true]);
});

test('held-back pictures are of hides that do not teach', () => {
  const items = Array.from({ length: 40 }, (_, i) => ({
    name: `cut_${i}`,
    className: 'cut',
    group: i < 20 ? `hide-${Math.floor(i / 5)}` : null,
  }));
  const { teach, choose } = holdBack(items);
  expect([...teach, ...choose].sort((a, b) => a - b)).toEqual(items.map((_, i) => i));
  const groups = (list: readonly number[]) => new Set(list.map((i) => items[i]!.group).filter((g) => g !== null));
  for (const group of groups(choose)) expect(groups(teach)).not.toContain(group);
  expect(choose.length).toBeGreaterThan(0);
});
