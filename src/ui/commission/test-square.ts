import type { OrderView } from '#api/order-views.ts';
import type { Order } from '#domain/problem.ts';

/** Side of the square that the cutter is checked by, mm. */
export const TEST_SQUARE_MM = 100;
/** Corner to corner, mm. */
export const TEST_DIAGONAL_MM = TEST_SQUARE_MM * Math.SQRT2;

/** An order is counted once; a square is cut as often as somebody wants one. */
const NAMED = /^test-square-(\d+)$/;

const numberOf = ({ name }: OrderView): number => Number(NAMED.exec(name)?.[1] ?? 0);

/** The order of one more test square: nothing of it is nested but the square. */
export function testSquareOrder(orders: readonly OrderView[]): {
  readonly name: string;
  readonly file: { readonly name: string; readonly text: string };
} {
  const name = `test-square-${Math.max(0, ...orders.map(numberOf)) + 1}`;
  const s = TEST_SQUARE_MM;
  const outline = [
    [0, 0],
    [s, 0],
    [s, s],
    [0, s],
  ] as const;
  // Any leather will do, so that it can be cut from waste.
  const order: Order = { kerf: 1, pieces: [{ id: 'test-square', outline, quantity: 1, quality: 1 }] };
  return { name, file: { name: `${name}.json`, text: JSON.stringify(order) } };
}

/** Name of the latest test square that was cut, or null. */
export function cutTestSquare(orders: readonly OrderView[]): string | null {
  const cut = orders.filter((order) => numberOf(order) > 0 && order.cutCount > 0);
  return cut.toSorted((a, b) => numberOf(b) - numberOf(a))[0]?.name ?? null;
}
