import { expect, test } from 'vitest';
import { withoutGrain } from '../../src/inspect/grain-guard.ts';

const marks = (count: number, areaMm2: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ areaMm2, confidence: ((i * 37) % 101) / 101, id: from + i }));

test('a few small marks all stay', () => {
  expect(withoutGrain(marks(20, 5), 2e6)).toHaveLength(20);
  expect(withoutGrain(marks(10, 5), 1e4)).toHaveLength(10);
});

test('of many small marks the surest ten a square metre stay, in their order', () => {
  const all = marks(101, 5);
  const left = withoutGrain(all, 2e6);
  expect(left).toHaveLength(20);
  expect(Math.min(...left.map((d) => d.confidence))).toBeGreaterThan(0.79);
  expect(left.map((d) => d.id)).toEqual(left.map((d) => d.id).sort((a, b) => a - b));
});

test('larger defects are never left out, however many', () => {
  expect(withoutGrain([...marks(300, 5), ...marks(300, 25, 300)], 1e6).filter((d) => d.areaMm2 === 25)).toHaveLength(
    300,
  );
});
