import { expect, it } from 'vitest';
import { orderedQuantities } from '../../src/domain/ordered-quantity.ts';
import { sampleOrder } from '../../src/orders/sample-order.ts';

it('counts kits, pairs and plain pieces', () => {
  const order = {
    kits: [{ id: 'bag', quantity: 3 }],
    pieces: [
      { id: 'front', kit: 'bag', quantity: 2 },
      { id: 'left', kit: 'bag' },
      { id: 'right', mirror: { pairOf: 'left' } },
      { id: 'tag', quantity: 5 },
      { id: 'one' },
    ],
  };
  expect(orderedQuantities(order)).toEqual([6, 3, 3, 5, 1]);
});

it('counts the 111 pieces of the sample order', () => {
  expect(orderedQuantities(sampleOrder()).reduce((a, b) => a + b, 0)).toBe(111);
});
