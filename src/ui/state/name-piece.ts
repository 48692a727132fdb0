import type { OrderPieceView } from '#api/order-views.ts';

/** A piece's label, with its product where another product of the order has a piece of that label; its id where the
 *  order does not know it. */
export function namePiece(pieces: readonly Pick<OrderPieceView, 'id' | 'label' | 'kit'>[], id: string): string {
  const piece = pieces.find((one) => one.id === id);
  if (!piece) return id;
  const isShared = pieces.some((other) => other.label === piece.label && other.kit !== piece.kit);
  return isShared && piece.kit !== null ? `${piece.kit} ${piece.label}` : piece.label;
}
