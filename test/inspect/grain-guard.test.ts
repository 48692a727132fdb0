import { expect, test } from 'vitest';
import { withoutGrain } from '../../src/inspect/grain-guard.ts';

const marks = (count: number, areaMm2: number, from = 0) =>
  Array.from({ length: count }, (_, i) => ({ areaMm2, strength: ((i * 37) % 101) / 101, id: from + i }));

test('a few small marks all stay', () => {
  expect(withoutGrain(marks(20, 5), 2e6)).toMatchObject({ droppedCount: 0 });
  expect(withoutGrain(marks(10, 5), 1e4).kept).toHaveLength(10);
});

test('of many small marks the surest ten a square metre stay, in their order', () => {
  const { kept, droppedCount } = withoutGrain(marks(101, 5), 2e6);
  expect(kept).toHaveLength(20);
  expect(droppedCount).toBe(81);
  expect(Math.min(...kept.map((d) => d.strength))).toBeGreaterThan(0.79);
  expect(kept.map((d) => d.id)).toEqual(kept.map((d) => d.id).sort((a, b) => a - b));
});

test('of all marks 24 a square metre stay, the larger of equally sure ones first', () => {
  const { kept } = withoutGrain([...marks(300, 30), ...marks(20, 100, 300)], 1e6);
  expect(kept).toHaveLength(24);
  const sure = kept.filter((d) => d.areaMm2 === 30).map((d) => d.strength);
  expect(Math.min(...sure)).toBeGreaterThan(0.85);
  const large = { areaMm2: 100, strength: 0.9, id: 1000 };
  expect(withoutGrain([...Array.from({ length: 40 }, () => ({ ...large, areaMm2: 10 })), large], 1e6).kept).toContain(
    large,
  );
});
