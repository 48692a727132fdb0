import ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import type { DefectKind } from '../../src/synth/defect-kinds.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { chooseLook } from '../../src/synth/leather-look.ts';
import { normalityGraph } from '../../src/tune/normality-graph.ts';
import { emptyCounts, pixelMetrics, stepOf } from '../../src/tune/pixel-metrics.ts';
import { teachFrom } from '../../src/tune/teach-pack.node.ts';

const SIDE = 256;
const MM_PER_PX = 0.15;
const JUDGED: readonly (readonly DefectKind[])[] = [['cut'], ['wrinkle'], ['hole', 'scratch'], []];

/** Clean, grained leather in even light. */
function draw(seed: number, kinds: readonly DefectKind[]) {
  const usual = chooseLook(seededRandom(5));
  const look = { ...usual, grain: 'pebble', grainSize: 1, grainContrast: 0.12, dust: 0, noiseLevels: 1.2 } as const;
  return drawLeatherTile({ seed, sizePx: SIDE, mmPerPx: MM_PER_PX, kinds, look });
}

test('a pack taught from four good pictures finds defects, and its own threshold keeps most of what any could', async () => {
  const good = [1, 2, 3, 4].map((seed) => {
    const { rgb, widthPx, heightPx } = draw(seed, []);
    return { name: String(seed), rgb, widthPx, heightPx, sha256: '' };
  });
  const { model, threshold, sureFrom } = await teachFrom(good, { mmPerPx: MM_PER_PX, seed: 1 });
  expect(sureFrom).toBeGreaterThanOrEqual(threshold);
  const session = await ort.InferenceSession.create(normalityGraph(model), {
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const counts = emptyCounts();
  const called = { hits: 0, alarms: 0, misses: 0 };
  const plane = SIDE * SIDE;
  try {
    for (const [i, kinds] of JUDGED.entries()) {
      const { rgb, mask } = draw(50 + i, kinds);
      const pixels = Float32Array.from(
        { length: 3 * plane },
        (_, k) => rgb[3 * (k % plane) + Math.floor(k / plane)]! / 255,
      );
      const out = await session.run({ pixels: new ort.Tensor('float32', pixels, [1, 3, SIDE, SIDE]) });
      const chance = (out['scores']!.data as Float32Array).subarray(plane);
      for (let k = 0; k < plane; k += 1) {
        const isDefect = mask[k] !== 0;
        counts[isDefect ? 'defect' : 'good'][stepOf(Math.round(chance[k]! * 65535))]! += 1;
        if (chance[k]! >= threshold) called[isDefect ? 'hits' : 'alarms'] += 1;
        else if (isDefect) called.misses += 1;
      }
    }
  } finally {
    await session.release();
  }
  const best = pixelMetrics(counts);
  const own = (2 * called.hits) / (2 * called.hits + called.alarms + called.misses);
  // When this was written: .77 at the best, AP .78, .75 at the own threshold.
  expect(best.pixelF1).toBeGreaterThan(0.72);
  expect(best.ap).toBeGreaterThan(0.72);
  expect(own / best.pixelF1).toBeGreaterThan(0.94);
});
