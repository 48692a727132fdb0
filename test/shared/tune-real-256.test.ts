import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { loadPack } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { evaluateLocalContrast, evaluatePack } from '../../src/tune/evaluate-pack.ts';
import { evaluationOf } from '../../src/tune/evaluation-list.node.ts';
import { sharedDir } from './shared-dir.ts';

const shared = sharedDir();
/** Every fourteenth picture: the whole set takes a minute. */
const STEP = 14;

test.runIf(shared !== null)('leather-base beats local contrast on real leather', async () => {
  const pack = await loadPack(resolve(import.meta.dirname, '../../models/leather-base'));
  const [, all] = await evaluationOf(resolve(shared!, 'data/leather/real-256'), pack.card);
  const list = { count: Math.floor(all.count / STEP), picture: (i: number) => all.picture(i * STEP) };
  const options = () => ({ random: seededRandom(1), monotonicMs: () => performance.now() });
  const segmenter = await openSegmenter(pack, { provider: 'cpu' });
  try {
    const own = await evaluatePack(pack, list, segmenter, options());
    const rival = await evaluateLocalContrast(list, options());
    expect(own.images).toBe(12);
    expect(own.pixelF1).toBeGreaterThan(rival.pixelF1);
    expect(own.ap).toBeGreaterThan(rival.ap);
  } finally {
    await segmenter.close();
  }
});
