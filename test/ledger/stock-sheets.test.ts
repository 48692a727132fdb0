import { expect, test } from 'vitest';
import { besideStock } from '#ledger/stock-sheets.ts';
import { box } from '../nest/nest-cases.ts';

test('a hide beside remnants costs its area as they do, unless it states a cost', () => {
  const hide = { id: 'h', outline: box(0, 0, 2000, 1500), holes: [box(100, 100, 500, 200)] };
  expect(besideStock([hide, { ...hide, cost: 7 }]).map(({ cost }) => cost)).toEqual([2.9, 7]);
});
