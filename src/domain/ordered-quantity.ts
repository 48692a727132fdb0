import type { Piece, Problem } from './problem.ts';

/** How many of each piece an order wants, in the order of its pieces: the quantity for one kit times the kits, and for
 *  a piece that is a pair of another what that one says. */
export function orderedQuantities(order: Pick<Problem, 'pieces' | 'kits'>): number[] {
  const kits = new Map((order.kits ?? []).map((kit) => [kit.id, kit.quantity ?? 1]));
  const byId = new Map(order.pieces.map((piece) => [piece.id, piece]));
  const leader = (piece: Piece): Piece =>
    typeof piece.mirror === 'object' ? (byId.get(piece.mirror.pairOf) ?? piece) : piece;
  return order.pieces.map((piece) => {
    const { quantity = 1, kit } = leader(piece);
    return quantity * (kit === undefined ? 1 : (kits.get(kit) ?? 1));
  });
}
