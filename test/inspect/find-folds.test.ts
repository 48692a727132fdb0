import { expect, test } from 'vitest';
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
