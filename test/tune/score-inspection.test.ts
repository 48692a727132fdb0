import { expect, test } from 'vitest';
import type { Defect } from '../../src/domain/inspection.ts';
import type { Ring } from '../../src/domain/ring.ts';
import { scoreInspection } from '../../src/tune/score-inspection.ts';

const box = (x: number, y: number, w: number, h: number): Ring => [
  [x, y],
  [x + w, y],
  [x + w, y + h],
  [x, y + h],
];
const truth = {
  mmPerPx: 1,
  widthPx: 1000,
  heightPx: 1000,
  outline: box(0, 0, 1000, 1000),
  holes: [],
  defects: [
    { class: 'cut', outline: box(100, 100, 40, 2), areaMm2: 80 },
    { class: 'hole', outline: box(300, 300, 20, 20), areaMm2: 400 },
    { class: 'tick', outline: box(600, 600, 2, 2), areaMm2: 4 },
  ],
};
const seen = (name: string, outline: Ring): Defect => ({
  id: name,
  class: name,
  outline,
  holes: [],
  areaMm2: 1,
  confidence: 1,
  doubt: 0,
  quality: 0,
  source: 'model',
  by: null,
  at: null,
});

test('the truth itself scores perfectly', () => {
  const score = scoreInspection(
    { outline: truth.outline, defects: truth.defects.map((d) => seen(d.class, d.outline)) },
    truth,
  );
  expect(score).toMatchObject({ outlineIou: 1, recall: 1, trueCount: 2, falsePerM2: 0, classRecall: 1 });
});

test('a quarter covered is a hit, less is none, and a small true defect is never missed nor false', () => {
  const score = scoreInspection(
    {
      outline: truth.outline,
      defects: [
        seen('scratch', box(100, 100, 11, 2)),
        seen('hole', box(300, 300, 4, 20)),
        seen('tick', box(600, 600, 2, 2)),
      ],
    },
    truth,
  );
  expect(score.recallByClass).toEqual({ cut: { hit: 1, count: 1 }, hole: { hit: 0, count: 1 } });
  expect(score.classRecall).toBe(0);
  expect(score.falseCount).toBe(0);
});

test('what lies over 3 mm from every true defect is false, counted per square metre', () => {
  const score = scoreInspection(
    {
      outline: truth.outline,
      defects: [seen('cut', box(144, 100, 3, 3)), seen('cut', box(142, 100, 3, 3)), seen('stain', box(800, 100, 9, 9))],
    },
    truth,
  );
  expect(score.falseCount).toBe(2);
  expect(score.falsePerM2).toBeCloseTo(2, 2);
  expect(score.falseByClass).toEqual({ cut: 1, stain: 1 });
});

test('a mark over everything is false and hits nothing', () => {
  const score = scoreInspection({ outline: truth.outline, defects: [seen('cut', truth.outline)] }, truth);
  expect(score).toMatchObject({ recall: 0, falseCount: 1, classRecall: 0 });
});

test('half an outline has half the overlap', () => {
  expect(scoreInspection({ outline: box(0, 0, 500, 1000), defects: [] }, truth).outlineIou).toBeCloseTo(0.5, 2);
});
