import { describe, expect, it } from 'vitest';
import type { Order } from '#domain/problem.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { pointsOf } from '#domain/ring.ts';
import { checkOrder, jsonPlaces } from '#orders/check-order.ts';
import { orderLeft } from '#orders/order-left.ts';

const SHOE: Order = {
  kerf: 1,
  unit: 'mm',
  kits: [{ id: 'shoe', quantity: 4 }],
  pieces: [
    {
      id: 'vamp',
      kit: 'shoe',
      quantity: 1,
      grain: { angle: 30 },
      outline: [
        [0, 0],
        [9, 0],
        [3, 7],
      ],
      zones: [
        {
          quality: 1,
          outline: [
            [0, 0],
            [2, 0],
            [1, 1],
          ],
        },
      ],
    },
    { id: 'vamp-r', kit: 'shoe', mirror: { pairOf: 'vamp' } },
    {
      id: 'tab',
      kit: 'shoe',
      quantity: 2,
      outline: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
    {
      id: 'spare',
      quantity: 5,
      outline: [
        [0, 0],
        [2, 0],
        [2, 2],
      ],
    },
  ],
};
const left = (order: Order, cut: Record<string, number>) => {
  const rest = orderLeft(order, new Map(Object.entries(cut)));
  if (rest) checkOrder(rest, jsonPlaces('left'));
  return rest && Object.fromEntries(orderedQuantities(rest).map((n, i) => [rest.pieces[i]!.id, n]));
};

describe('what an order still wants', () => {
  it('is all of it before the first hide, and nothing after the last', () => {
    expect(left(SHOE, {})).toEqual({ vamp: 4, 'vamp-r': 4, tab: 8, spare: 5 });
    expect(left(SHOE, { vamp: 4, 'vamp-r': 4, tab: 8, spare: 5 })).toBeNull();
  });

  it('counts piece by piece and never below nothing', () => {
    expect(left(SHOE, { vamp: 3, 'vamp-r': 3, tab: 9, spare: 1 })).toEqual({ vamp: 1, 'vamp-r': 1, spare: 4 });
  });

  it('parts a pair whose halves are uneven, with the mirrored shape, zones and grain', () => {
    expect(left(SHOE, { vamp: 4, 'vamp-r': 1, tab: 8, spare: 5 })).toEqual({ 'vamp-r': 3 });
    const rest = orderLeft(SHOE, new Map([['vamp', 4]]))!;
    const twin = rest.pieces.find((p) => p.id === 'vamp-r')!;
    expect(twin).toMatchObject({ outline: pointsOf(pieceShape(SHOE.pieces, 1).outline), grain: { angle: 150 } });
    expect(twin.zones).toHaveLength(1);
    expect(twin.mirror).toBeUndefined();
  });

  it('counts whole kits where the order asks for them', () => {
    const whole: Order = { ...SHOE, objective: 'kits' };
    expect(left(whole, { vamp: 3, 'vamp-r': 3, tab: 4 })).toEqual({ vamp: 2, 'vamp-r': 2, tab: 4, spare: 5 });
  });
});
