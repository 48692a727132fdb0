import { expect, test } from 'vitest';
import { flatRing } from '../../src/domain/ring.ts';
import { uniformToMm } from '../../src/domain/scan.ts';
import { ringArea } from '../../src/geometry/ring-area.ts';
import { foldsOf } from '../../src/inspect/find-folds.ts';
import { SHADE_CELL } from '../../src/inspect/shading-map.ts';
import { measureFolds } from '../../src/cli/bench/leather-measures.ts';

const PATIENT_MS = 120_000;
const SIDE = { width: 1200, height: 920, mmPerPx: 2 };

test(
  'a wave, a rim that rises and a part turned over are flagged on a fixed drawn hide',
  () => {
    const { folds, falseCount } = measureFolds(806, SIDE);
    expect(folds.map((f) => f.kind)).toEqual(['flap', 'curl', 'wave']);
    expect(folds.filter((f) => f.isFound).length).toBeGreaterThanOrEqual(2);
    expect(falseCount).toBeLessThanOrEqual(1);
  },
  PATIENT_MS,
);

test(
  'a hide that lies flat is hardly ever flagged',
  () => {
    expect(measureFolds(831, { ...SIDE, folds: [] }).falseCount).toBeLessThanOrEqual(1);
  },
  PATIENT_MS,
);

test('a rim that curls all round encloses what lies flat', () => {
  const [across, down] = [60, 50];
  const score = Float32Array.from({ length: across * down }, (_, i) => {
    const [x, y] = [i % across, Math.floor(i / across)];
    return Math.min(x, y, across - 1 - x, down - 1 - y) < 4 ? 1.5 : 0;
  });
  // A gap of a cell or two is no place to lay a piece.
  score[2 * across + 2] = 0;
  const toMm = uniformToMm(1, down * SHADE_CELL);
  const [fold, ...rest] = foldsOf(score, across, { toMm, pxPerCell: [SHADE_CELL, SHADE_CELL] });
  expect(rest).toEqual([]);
  expect(fold!.holes).toHaveLength(1);
  const share = Math.abs(ringArea(flatRing(fold!.holes![0]!))) / Math.abs(ringArea(flatRing(fold!.outline)));
  expect(share).toBeCloseTo((52 * 42) / (across * down), 2);
});
