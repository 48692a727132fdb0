import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import type { Segmenter } from '../../src/inspect/segmenter.ts';
import { drawCloseUp } from '../../src/synth/draw-close-up.ts';
import { drawHide } from '../../src/synth/draw-hide.ts';
import { DRAWN_CLASSES, drawnSeed } from '../../src/tune/drawn-pictures.ts';
import { evaluateLocalContrast, evaluatePack } from '../../src/tune/evaluate-pack.ts';
import type { EvaluationList } from '../../src/tune/evaluate-pack.ts';
import type { Evaluation } from '../../src/tune/summarise-evaluation.ts';
import type { TrainingPicture } from '../../src/tune/training-picture.ts';

const pack = await loadPack(resolve(import.meta.dirname, '../../models/leather-base'));

describe('the shipped pack leather-base', () => {
  test('holds nothing that may not ship', () => {
    expect(pack.card.data.length).toBeGreaterThan(0);
    expect(pack.card.data.every((d) => d.ships)).toBe(true);
    expect(pack.card.startedFrom).toEqual([]);
  });

  test('names no path of the machine it was made on', () => {
    expect(JSON.stringify(pack.card)).not.toMatch(/\/(work|root|home|tmp)\//);
  });
});

describe('the card of leather-base', () => {
  test.each(['synth:leather, held-back hides', 'real-256'])(
    'states that it beats local contrast in pixel F1 on %s',
    (set) => {
      const own = pack.card.scores.find((s) => s.set === set);
      const rival = pack.card.scores.find((s) => s.set === `${set}; rival: local contrast`);
      expect(own!.pixelF1!).toBeGreaterThan(rival!.pixelF1!);
      // The intervals do not touch: it is no luck of the draw.
      expect(own!.ci95![0]).toBeGreaterThan(rival!.ci95![1]);
    },
  );

  test('states that it is calibrated within .03 on held-back drawn hides, says how well on real ones, and reaches .45 there by class', () => {
    const scores = new Map(pack.card.scores.map((s) => [s.set, s]));
    expect(scores.get('synth:leather, held-back hides')!.ece).toBeLessThanOrEqual(0.03);
    const real = scores.get('real-256')!;
    expect(real.ece).toBeGreaterThan(0);
    const byClass = Object.values(real.perClass!).map((c) => c.pixelF1);
    expect(byClass).toHaveLength(4);
    expect(byClass.reduce((a, b) => a + b, 0) / 4).toBeGreaterThanOrEqual(0.45);
  });

  test.each(['synth:leather, held-back hides', 'real-256'])(
    'states that it keeps nine tenths of its best F1 at its own thresholds on %s',
    (set) => {
      const own = pack.card.scores.find((s) => s.set === set)!;
      expect(own['pixelF1AtThreshold']).toBeGreaterThan(0.9 * own.pixelF1!);
    },
  );
});

/** Drawn pictures from seeds that are held back. */
function heldBack(count: number, draw: (index: number) => Omit<TrainingPicture, 'name'>): EvaluationList {
  return {
    count,
    picture: (i) => Promise.resolve({ ...draw(i), name: String(i), className: null, classes: DRAWN_CLASSES }),
  };
}
const seed = (index: number) => drawnSeed('test', 1, index);
const closeUps = heldBack(12, (i) => drawCloseUp({ seed: seed(250_000 + i), sizePx: 256 }));
const hide = heldBack(1, (i) => drawHide({ seed: seed(2 + i), width: 1100, height: 850 }));

/** What it does today, a little less: these fail when the code that looks, reads or counts gets worse, whatever the card says. */
describe('leather-base as it runs', () => {
  let segmenter: Segmenter;
  const evaluate = { monotonicMs: () => performance.now() };
  const own = (list: EvaluationList): Promise<Evaluation> =>
    evaluatePack(pack, list, segmenter, { ...evaluate, random: seededRandom(1) });
  beforeAll(async () => {
    segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
  });
  afterAll(() => segmenter.close());

  test('finds what held-back drawn close-ups show, three times as well as local contrast', async () => {
    const e = await own(closeUps);
    const rival = await evaluateLocalContrast(closeUps, { ...evaluate, random: seededRandom(1) });
    expect(e.pixelF1).toBeGreaterThan(0.74);
    expect(e.pixelF1).toBeGreaterThan(3 * rival.pixelF1);
    expect(e.pixelF1AtThreshold).toBeGreaterThan(0.73);
    expect(e.aupro30).toBeGreaterThan(0.62);
    expect(e.objectRecall).toBeGreaterThan(0.37);
    expect(e.falsePerM2).toBeLessThan(35);
    expect(e.ece).toBeLessThan(0.01);
    expect(e.eceFrom.ece).toBeLessThan(0.11);
  });

  test('finds what a held-back drawn hide shows, and its sure marks are real', async () => {
    const e = await own(hide);
    // Of this one hide; over twenty it went up with a rim of five millimetres (decision 74).
    expect(e.pixelF1).toBeGreaterThan(0.83);
    expect(e.pixelF1AtThreshold).toBeGreaterThan(0.78);
    expect(e.objectRecall).toBeGreaterThan(0.77);
    expect(e.objectRecallAt.recall).toBeGreaterThan(0.9);
    expect(e.falsePerM2).toBeLessThan(5);
    expect(e.ece).toBeLessThan(0.045);
    expect(e.marks.count).toBeGreaterThanOrEqual(11);
    expect(e.marks.ece).toBeLessThan(0.2);
    expect(e.marks.reliability.at(-1)!.seen).toBeGreaterThan(0.85);
  });
});
