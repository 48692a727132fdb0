import ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { addVectors, emptySums, fitGaussian, gaussianScores } from '../../src/tune/gaussian-model.ts';
import { judgeEvidence, quantile, sureScore, thresholdScore } from '../../src/tune/judge-evidence.ts';
import { curveLogit, probabilityOf, strictlyRising } from '../../src/tune/monotone-curve.ts';
import {
  cellPx,
  featureGraph,
  NORMALITY_BLOCKS,
  NORMALITY_CHANNELS,
  normalityGraph,
} from '../../src/tune/normality-graph.ts';
import { enlarged, smoothed, withoutHalos } from '../../src/tune/score-map.ts';

const sidePx = 128;

async function run(graph: Uint8Array, pixels: Float32Array, output: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(graph, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const out = await session.run({ pixels: new ort.Tensor('float32', pixels, [1, 3, sidePx, sidePx]) });
    return out[output]!.data as Float32Array;
  } finally {
    await session.release();
  }
}

test('teaching scores a picture as the pack does that it makes', async () => {
  const random = seededRandom(3);
  const plane = sidePx * sidePx;
  const pixels = Float32Array.from({ length: 3 * plane }, (_, i) => {
    const isMark = Math.abs((i % sidePx) - 60) < 3 && Math.abs((Math.floor(i / sidePx) % sidePx) - 70) < 20;
    return isMark ? 0.9 : 0.4 + 0.1 * random();
  });
  const grid = { gridWidth: sidePx / cellPx(2), gridHeight: sidePx / cellPx(2) };
  const features = await run(featureGraph(2), pixels, 'features');
  const sums = emptySums(NORMALITY_CHANNELS);
  addVectors(sums, features, grid.gridWidth * grid.gridHeight, (i) => i % 7 !== 0);
  const gaussian = fitGaussian(sums, NORMALITY_BLOCKS, 0.5);
  const plain = smoothed(gaussianScores(gaussian, features, grid.gridWidth * grid.gridHeight), grid);
  const standsOutFrom = quantile([...plain], 0.8);
  const curve = { at: [-3, 0, 4], logit: [-4, -1, 5] };
  const scores = enlarged(withoutHalos(plain, grid, standsOutFrom), grid, cellPx(2));
  const seen = await run(normalityGraph({ reducedBy: 2, gaussian, standsOutFrom, curve }), pixels, 'scores');
  const apart = scores.map((score, i) => Math.abs(probabilityOf(curveLogit(curve, score)) - seen[plane + i]!));
  expect(Math.max(...apart)).toBeLessThan(1e-3);
  expect(Math.max(...seen.subarray(plane)) - Math.min(...seen.subarray(plane))).toBeGreaterThan(0.3);
});

test('the threshold is that of even squares, however many squares hold marks that nobody noted', () => {
  const counts = {
    step: 1,
    from: 0,
    good: new Float64Array(8),
    beside: new Float64Array(8),
    pasted: new Float64Array(8),
    pastedMost: [2, 3, 4, 5],
  };
  const even = Array.from({ length: 40 }, (_, i) => 1 + 0.01 * (i % 10));
  const marked = even.map((most, i) => (i % 10 < 6 ? most : most + 5));
  const clean = judgeEvidence({ ...counts, blockMost: even }).score;
  expect(clean).toBeGreaterThan(Math.max(...even));
  expect(judgeEvidence({ ...counts, blockMost: marked }).score).toBeCloseTo(clean, 5);
});

test('the threshold lies higher over the grain where pasted defects stand out farther', () => {
  const blockMost = Array.from({ length: 41 }, (_, i) => i / 40);
  const grain = 0.1;
  const strong = thresholdScore({ blockMost, pastedMost: [4.1, 4.1, 9, 9, 9] });
  expect(strong).toBeCloseTo(grain + 0.25 * (4.1 - grain), 5);
  // Where they hardly do, it still keeps clear of the grain.
  for (const pastedMost of [[0, 0, 0], []]) expect(thresholdScore({ blockMost, pastedMost })).toBeCloseTo(0.6, 5);
});

test('a mark is sure from what most squares of good material stay below, and half way to pasted defects at most', () => {
  const pastedMost = [3, 3, 3];
  const specks = [0, 1, 1, 1, 1.5, 1.5, 2, 9, 9, 9, 9];
  expect(sureScore({ blockMost: specks, pastedMost }, 1)).toBe(2);
  expect(sureScore({ blockMost: [0, 0.2, 0.3, 1.2], pastedMost }, 1)).toBe(1);
  expect(sureScore({ blockMost: [0, 1.4, 1.4, 1.4], pastedMost }, 1)).toBeCloseTo(1.4, 5);
  // Defects fainter than the threshold raise nothing.
  expect(sureScore({ blockMost: specks, pastedMost: [0.5] }, 1)).toBe(1);
});

test('beyond what a curve was fitted on, stronger marks still rank higher', () => {
  const fitted = { at: [0, 1], logit: [-9, 9] };
  const curve = strictlyRising(fitted, { from: -8, to: 16, pivot: 1 });
  const scores = Array.from({ length: 25 }, (_, i) => i - 8);
  const steps = scores.map((score) => Math.floor(probabilityOf(curveLogit(curve, score)) * 1024));
  // Strong marks differ in the 1024ths that evaluation counts in.
  expect(steps[scores.indexOf(1)]).toBeLessThan(steps[scores.indexOf(5)]!);
  for (const [i, score] of scores.entries())
    if (i > 0) expect(curveLogit(curve, score)).toBeGreaterThan(curveLogit(curve, score - 1));
  expect(strictlyRising({ at: [], logit: [] }, { from: 0, to: 1, pivot: 0 })).toEqual({ at: [], logit: [] });
});
