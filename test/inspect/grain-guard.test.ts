import { expect, test } from 'vitest';
import { withoutGrain } from '../../src/inspect/grain-guard.ts';

/** Marks `step` apart along a line. */
const marks = (count: number, areaMm2: number, step: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({
    areaMm2,
    confidence: ((i * 37) % 101) / 101,
    outline: Float64Array.of(from + i * step, from, from + i * step + 1, from, from, from + 1),
    id: from + i,
  }));

test('a few small marks all stay', () => {
  expect(withoutGrain(marks(12, 5, 100), 2e6)).toHaveLength(12);
  expect(withoutGrain(marks(10, 5, 100), 1e4)).toHaveLength(10);
});

test('of many small marks the surest six a square metre stay, in their order', () => {
  const left = withoutGrain(marks(101, 5, 100), 2e6);
  expect(left).toHaveLength(12);
  expect(Math.min(...left.map((d) => d.confidence))).toBeGreaterThan(0.87);
  expect(left.map((d) => d.id)).toEqual(left.map((d) => d.id).sort((a, b) => a - b));
});

test('a cluster of ticks counts as one', () => {
  expect(withoutGrain([...marks(40, 5, 10), ...marks(11, 5, 100, 1e5)], 2e6)).toHaveLength(51);
});

test('larger defects are never left out, however many', () => {
  const all = [...marks(300, 5, 100), ...marks(300, 25, 100, 1e6)];
  expect(withoutGrain(all, 1e6).filter((d) => d.areaMm2 === 25)).toHaveLength(300);
});
