import { describe, expect, test } from 'vitest';
import type { Segmenter } from '../../src/inspect/segmenter.ts';
import { bestForAllClasses, chooseSureFrom, SURE_GRID } from '../../src/tune/choose-thresholds.ts';
import { countPicture } from '../../src/tune/count-picture.ts';
import { countPictures } from '../../src/tune/evaluate-pack.ts';
import { f1Curve, emptyCounts, pixelMetrics } from '../../src/tune/pixel-metrics.ts';
import type { InspectionScore } from '../../src/tune/score-inspection.ts';
import { untrainedCard } from '../inspect/untrained-card.ts';

const W = 32;
const rgb = new Uint8Array(3 * W * W).fill(90);
const plain = { rgb, widthPx: W, heightPx: W, mmPerPx: 1 };

describe('from what probability on a pixel is defect', () => {
  /** A class of 100 pixels that the pack gives `sure`, on good pixels of which as many have `fooled`. */
  const picture = (name: string, sure: number, fooled: number) => {
    const mask = new Uint8Array(W * W).fill(1, 0, 100);
    const score = Uint16Array.from(mask, (k, i) => 65535 * (k === 1 ? sure : i < 200 ? fooled : 0));
    return countPicture({ ...plain, name, mask, className: name }, score, new Uint8Array(W * W));
  };

  test('is one number, between what fools it in one class and what is faint in another', () => {
    const threshold = bestForAllClasses([picture('hole', 0.9, 0.3), picture('scar', 0.5, 0.1)]);
    expect(threshold).toBeGreaterThan(0.3);
    expect(threshold).toBeLessThanOrEqual(0.5);
  });

  test('weighs classes alike, however many pixels they have', () => {
    const many = Array.from({ length: 9 }, () => picture('hole', 0.9, 0.6));
    // Over .6 the scar is lost whole; below it the nine holes lose a third each.
    expect(bestForAllClasses([...many, picture('scar', 0.5, 0)])).toBeLessThanOrEqual(0.5);
  });

  test('has its best F1 where the curve over all thresholds has', () => {
    const counts = emptyCounts();
    counts.defect.set([5, 9, 2], 400);
    counts.good.set([50, 4, 1], 399);
    const { pixelF1, bestThreshold } = pixelMetrics(counts);
    const curve = f1Curve(counts);
    expect(Math.max(...curve)).toBeCloseTo(pixelF1, 12);
    expect(curve[Math.round(bestThreshold * curve.length)]).toBeCloseTo(pixelF1, 12);
  });
});

test('a class needs the least certainty that keeps its false marks below its share', () => {
  const hides = (falseScars: number): InspectionScore[] => [
    {
      ...{ outlineIou: 1, recall: 1, trueCount: 1, falsePerM2: 0, falseCount: 0, classRecall: 1, recallByClass: {} },
      hideM2: 2,
      falseByClass: { scar: falseScars },
    },
  ];
  const classes = [{ name: 'good' }, { name: 'scar' }, { name: 'hole' }];
  const scores = SURE_GRID.map((sure) => hides(sure < 0.5 ? 4 : 1));
  expect(chooseSureFrom(classes, scores).map((c) => c.sureFrom)).toEqual([undefined, 0.5, SURE_GRID[0]]);
});

test('a patch without a sure pixel is no called defect, whatever its threshold', async () => {
  const faint = [4, 4] as const;
  const sure = [20, 20] as const;
  const probability = (x: number, y: number) => {
    const isIn = ([left, top]: readonly [number, number]) => x >= left && x < left + 6 && y >= top && y < top + 6;
    if (x === sure[0] && y === sure[1]) return 0.9;
    return isIn(faint) || isIn(sure) ? 0.4 : 0.02;
  };
  const segmenter: Pick<Segmenter, 'concurrent' | 'segment'> = {
    concurrent: 1,
    segment: ({ widthPx, heightPx, rimPx }) => {
      const [w, h] = [widthPx - 2 * rimPx, heightPx - 2 * rimPx];
      const p = Array.from({ length: w * h }, (_, i) => probability(i % w, Math.floor(i / w)));
      const scores = Uint16Array.from([...p.map((v) => 65535 * (1 - v)), ...p.map((v) => 65535 * v)]);
      return Promise.resolve({ scores, doubt: new Uint16Array(w * h), widthPx: w, heightPx: h });
    },
  };
  const mask = new Uint8Array(W * W);
  for (const [left, top] of [faint, sure])
    for (let y = top; y < top + 6; y += 1) mask.fill(1, y * W + left, y * W + left + 6);
  const list = { count: 1, picture: () => Promise.resolve({ ...plain, name: 'a', mask, className: 'scar' }) };
  const hitsWith = async (more: { sureFrom?: number }) => {
    const card = untrainedCard(new Uint8Array(), {
      ...{ id: 'x', tilePx: 64, overlapPx: 16, mmPerPx: 1 },
      classes: [{ name: 'good' }, { name: 'scar', threshold: 0.3, ...more }],
    });
    return (await countPictures({ card }, list, segmenter as Segmenter, {}))[0]!.at;
  };
  expect(await hitsWith({})).toMatchObject({ hits: 72, found: 2 });
  expect(await hitsWith({ sureFrom: 0.8 })).toMatchObject({ hits: 36, misses: 36, found: 1 });
});
