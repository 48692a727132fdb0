import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  auPro,
  calibrationError,
  emptyCounts,
  pixelMetrics,
  SCORE_STEPS,
  shareFrom,
} from '../../src/tune/pixel-metrics.ts';

function countsOf(pixels: readonly { step: number; isDefect: boolean }[]) {
  const counts = emptyCounts();
  for (const p of pixels) (p.isDefect ? counts.defect : counts.good)[p.step]! += 1;
  return counts;
}
const pixelLists = fc.array(fc.record({ step: fc.integer({ min: 0, max: 20 }), isDefect: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

test('a perfect score has F1, AP and AUROC of 1', () => {
  const m = pixelMetrics(
    countsOf([
      { step: 900, isDefect: true },
      { step: 100, isDefect: false },
    ]),
  );
  expect(m).toMatchObject({ pixelF1: 1, ap: 1, auroc: 1 });
});

test('F1 and AUROC equal their definitions by brute force', () => {
  fc.assert(
    fc.property(pixelLists, (pixels) => {
      const m = pixelMetrics(countsOf(pixels));
      const positives = pixels.filter((p) => p.isDefect);
      const negatives = pixels.filter((p) => !p.isDefect);
      if (positives.length === 0) return;
      let best = 0;
      for (let t = 0; t <= 20; t += 1) {
        const hits = positives.filter((p) => p.step >= t).length;
        const alarms = negatives.filter((p) => p.step >= t).length;
        best = Math.max(best, (2 * hits) / (positives.length + hits + alarms));
      }
      expect(m.pixelF1).toBeCloseTo(best, 9);
      if (negatives.length === 0) return;
      let wins = 0;
      for (const a of positives) for (const b of negatives) wins += a.step > b.step ? 1 : a.step === b.step ? 0.5 : 0;
      expect(m.auroc).toBeCloseTo(wins / (positives.length * negatives.length), 9);
    }),
  );
});

test('probabilities that come true have no calibration error, boasting has', () => {
  const honest = emptyCounts();
  const step = Math.floor(SCORE_STEPS * 0.2);
  honest.defect[step] = 200;
  honest.good[step] = 800;
  expect(calibrationError(honest)).toBeLessThan(0.002);
  const boast = emptyCounts();
  boast.good[SCORE_STEPS - 1] = 1000;
  expect(calibrationError(boast)).toBeGreaterThan(0.99);
});

test('the overlap area is 1 when every object is found before the first false pixel, and counts small objects in full', () => {
  const good = emptyCounts().good;
  good[0] = 1000;
  const found = emptyCounts().defect;
  found[900] = 5;
  const missed = emptyCounts().defect;
  missed[0] = 5000;
  expect(auPro([found], good)).toBeCloseTo(1, 2);
  expect(auPro([found, missed], good)).toBeGreaterThan(0.5);
  expect(auPro([found, missed], good)).toBeLessThan(0.7);
});

test('the calibration error of what is stated is not thinned by the pixels that are plainly good', () => {
  const counts = emptyCounts();
  counts.good[0] = 960;
  // .7 is stated of forty pixels, and twenty are defect.
  const step = Math.round(0.7 * SCORE_STEPS);
  counts.defect[step] = 20;
  counts.good[step] = 20;
  expect(calibrationError(counts)).toBeLessThan(0.01);
  expect(calibrationError(counts, 0.05)).toBeCloseTo(0.2, 2);
  expect(shareFrom(counts, 0.05)).toBeCloseTo(0.04, 9);
  expect([calibrationError(emptyCounts(), 0.05), shareFrom(emptyCounts(), 0.05)]).toEqual([0, 0]);
});
