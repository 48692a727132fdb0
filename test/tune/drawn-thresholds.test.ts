import { beforeAll, describe, expect, test } from 'vitest';
import type { ModelCard } from '../../src/domain/model-card.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { SURE_GRID } from '../../src/tune/choose-thresholds.ts';
import { softmax } from '../../src/tune/class-loss.ts';
import { againstItself } from '../../src/tune/defect-net.ts';
import { closeUpsToChooseBy } from '../../src/tune/drawn-pictures.ts';
import { CLOSE_UP_PX, drawnThresholds } from '../../src/tune/drawn-thresholds.node.ts';
import type { ThresholdSize } from '../../src/tune/drawn-thresholds.node.ts';
import { countPictures } from '../../src/tune/evaluate-pack.ts';
import { graphBuilder } from '../../src/tune/onnx-graph.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

const clock = { now: () => '2026-01-01T00:00:00Z', monotonicMs: () => performance.now() };
const size: ThresholdSize = {
  // One alone shows no false mark: its rim is no edge any more (decision 74).
  hides: 4,
  closeUpsOfEach: 3,
  hide: { mmPerPx: 2, width: 600, height: 500, counts: { cut: 3, hole: 4, scratch: 2 } },
};
const options = { seed: 5, clock };

/** A pack that takes what is darker than its surroundings for a cut and what is brighter for a hole, and never sees a
 *  brand. `surer` is added to the logits of both. */
function darkAndBright(surer = 0) {
  const g = graphBuilder('kerf-dark-and-bright');
  const seen = againstItself(g, g.input('pixels', ['n', 3, 'h', 'w']));
  const mix = new Float32Array(4 * 5);
  mix[1 * 5] = -1.5;
  mix[2 * 5] = 1.5;
  const logits = g.op('Conv', [seen, g.floats(mix, [4, 5, 1, 1]), g.floats([0, surer - 2, surer - 5, -40], [4])]);
  const { p, entropy } = softmax(g, logits);
  g.output('scores', p, ['n', 4, 'h', 'w']);
  g.output('doubt', g.op('Clip', [entropy, g.scalar(0), g.scalar(1)]), ['n', 1, 'h', 'w']);
  const model = g.encode();
  const card = untrainedCard(model, {
    ...{ id: 'dark-and-bright', tilePx: 256, overlapPx: 32, mmPerPx: 2 },
    classes: ['good', 'cut', 'hole', 'brand'].map((name) => ({ name })),
  });
  return { dir: '', card, model, sha256: card.files['model.onnx']! };
}

/** Each class's F1 by pixels on what the thresholds were chosen on, counted plainly; a pixel of another class is no error. */
async function meanF1(pack: ReturnType<typeof darkAndBright>, thresholds: readonly number[]): Promise<number[]> {
  const list = closeUpsToChooseBy(options.seed, size.closeUpsOfEach!, CLOSE_UP_PX);
  const byClass = new Map<number, number[][]>();
  const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
  const onScored = ({ mask }: { readonly mask: Uint8Array }, score: Uint16Array) => {
    for (const kind of new Set(mask)) {
      if (kind === 0) continue;
      if (!byClass.has(kind))
        byClass.set(
          kind,
          thresholds.map(() => [0, 0]),
        );
      thresholds.forEach((t, k) => {
        const counts = byClass.get(kind)![k]!;
        for (let i = 0; i < mask.length; i += 1) {
          const isCalled = score[i]! >= 65535 * t;
          if (mask[i] === kind && isCalled) counts[0]! += 2;
          if ((mask[i] === kind && !isCalled) || (mask[i] === 0 && isCalled)) counts[1]! += 1;
        }
      });
    }
  };
  await countPictures(pack, list, segmenter, { onScored }).finally(() => segmenter.close());
  return thresholds.map((_, k) => {
    const f1s = [...byClass.values()].map((own) => own[k]![0]! / Math.max(1, own[k]![0]! + own[k]![1]!));
    return f1s.reduce((a, b) => a + b, 0) / f1s.length;
  });
}

const sureOf = (classes: ModelCard['classes'], name: string) => classes.find((c) => c.name === name)!.sureFrom!;
const logitOf = (p: number) => Math.log(p / (1 - p));

describe('thresholds chosen on drawn leather', () => {
  let plain: ModelCard['classes'] = [];
  beforeAll(async () => {
    plain = await drawnThresholds(darkAndBright(), options, size);
  });

  test('are one number for the pixels of all classes: no other is better on what it was chosen on', async () => {
    expect(plain.map((c) => c.name)).toEqual(['good', 'cut', 'hole', 'brand']);
    expect(plain[0]).toEqual({ name: 'good' });
    const [threshold, ...others] = new Set(plain.slice(1).map((c) => c.threshold!));
    expect(others).toEqual([]);
    const t = threshold!;
    const [own, ...rivals] = await meanF1(darkAndBright(), [t, 0.5 * t, 0.8 * t, (3 * t + 1) / 4, (1 + t) / 2]);
    expect(own).toBeGreaterThan(0);
    for (const rival of rivals) expect(rival).toBeLessThanOrEqual(own! + 1e-3);
  });

  test('ask more of a class that is wrong on whole hides than of one that is never named', () => {
    expect(sureOf(plain, 'brand')).toBe(SURE_GRID[0]);
    expect(sureOf(plain, 'cut')).toBeGreaterThan(sureOf(plain, 'brand'));
  });

  test('go with the pack: one that is surer of everything has higher ones', async () => {
    const surer = await drawnThresholds(darkAndBright(1), options, size);
    const gain = logitOf(surer[1]!.threshold!) - logitOf(plain[1]!.threshold!);
    expect(gain).toBeGreaterThan(0.7);
    expect(gain).toBeLessThan(1.3);
    expect(sureOf(surer, 'cut')).toBeGreaterThanOrEqual(sureOf(plain, 'cut'));
  });

  test('are not chosen to the end when nobody waits for them', async () => {
    const stopped = drawnThresholds(darkAndBright(), { ...options, signal: AbortSignal.abort() }, size);
    await expect(stopped).rejects.toThrow();
  });
});
