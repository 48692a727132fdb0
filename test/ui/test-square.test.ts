import { expect, it } from 'vitest';
import type { OrderView } from '../../src/api/order-views.ts';
import { orderSchema } from '../../src/domain/problem.ts';
import { cutTestSquare, testSquareOrder } from '../../src/ui/commission/test-square.ts';

const order = (name: string, cutCount = 0) => ({ name, cutCount }) as OrderView;

it('is an order of its own each time, of one square of 100 mm for any leather', () => {
  expect(testSquareOrder([]).name).toBe('test-square-1');
  const { name, file } = testSquareOrder([order('test-square-9'), order('test-square-10'), order('bags')]);
  expect([name, file.name]).toEqual(['test-square-11', 'test-square-11.json']);
  const { pieces } = orderSchema.parse(JSON.parse(file.text));
  expect(pieces).toHaveLength(1);
  expect(pieces[0]).toMatchObject({ quantity: 1, quality: 1 });
  for (const k of [0, 1] as const) {
    const along = (pieces[0]!.outline ?? []).map((p) => p[k]);
    expect(Math.max(...along) - Math.min(...along)).toBe(100);
  }
});

it('is seen once it was cut, the latest of them', () => {
  expect(cutTestSquare([order('test-square-1'), order('bags', 12)])).toBeNull();
  expect(cutTestSquare([order('test-square-2', 1), order('test-square-10', 1), order('test-square-11')])).toBe(
    'test-square-10',
  );
});
