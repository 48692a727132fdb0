import type { Order, Piece } from '#domain/problem.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import { pointsOf } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';

/** What an order still wants after `cut` pieces by id; null when nothing. Pieces keep their kit's name, but kits are no
 *  longer counted in whole ones, unless the order asks for whole kits (objective `kits`, or `oneSheet`): then a kit is
 *  wanted again until it was cut whole. A pair whose halves are uneven becomes two pieces of their own. */
export function orderLeft(order: Order, cut: ReadonlyMap<string, number>): Order | null {
  const wanted = orderedQuantities(order);
  const kits = new Map((order.kits ?? []).map((kit) => [kit.id, kit]));
  const isWhole = (kit: string | undefined) =>
    kit !== undefined && (order.objective === 'kits' || kits.get(kit)?.oneSheet === true);
  const done = (piece: Piece) => cut.get(piece.id) ?? 0;
  const kitsLeft = new Map(
    [...kits.values()].map(({ id, quantity = 1 }) => {
      const whole = order.pieces.flatMap((piece, i) =>
        piece.kit === id ? [Math.floor(done(piece) / (wanted[i]! / quantity || 1))] : [],
      );
      return [id, Math.max(0, quantity - Math.min(...whole, quantity))];
    }),
  );
  const left = order.pieces.map((piece, i) =>
    isWhole(piece.kit)
      ? (wanted[i]! / (kits.get(piece.kit!)?.quantity ?? 1)) * kitsLeft.get(piece.kit!)!
      : Math.max(0, wanted[i]! - done(piece)),
  );
  const pieces = order.pieces.flatMap((piece, i): Piece[] => {
    if (left[i] === 0) return [];
    const leader = typeof piece.mirror === 'object' ? order.pieces.findIndex((p) => p.id === twinOf(piece)) : -1;
    const alone = leader >= 0 && left[leader] !== left[i] ? ownShape(order.pieces, i) : piece;
    return [isWhole(piece.kit) ? alone : { ...alone, quantity: left[i]! }];
  });
  if (pieces.length === 0) return null;
  const named = new Set(pieces.map((p) => p.kit));
  const leftKits = [...kits.values()]
    .filter((kit) => named.has(kit.id))
    .map((kit) => ({ ...kit, quantity: isWhole(kit.id) ? kitsLeft.get(kit.id)! : 1 }));
  return { ...order, pieces, ...(order.kits ? { kits: leftKits } : {}) };
}

function twinOf({ mirror }: Piece): string | null {
  return typeof mirror === 'object' ? mirror.pairOf : null;
}

/** A mirrored twin as a piece with an outline of its own: holes, zones and grain as it inherits them. */
function ownShape(pieces: readonly Piece[], index: number): Piece {
  const { mirror: _, ...piece } = pieces[index]!;
  const leader = pieces.find((p) => p.id === twinOf(pieces[index]!));
  const shape = pieceShape(pieces, index);
  const grain = piece.grain ?? (leader?.grain && { ...leader.grain, angle: 180 - leader.grain.angle });
  return {
    ...piece,
    outline: pointsOf(shape.outline),
    ...(shape.holes.length > 0 ? { holes: shape.holes.map(pointsOf) } : {}),
    ...(shape.zones.length > 0
      ? {
          zones: shape.zones.map(({ quality, outline, holes }) => ({
            quality,
            outline: pointsOf(outline),
            holes: holes.map(pointsOf),
          })),
        }
      : {}),
    ...(shape.marks.length > 0
      ? {
          marks: shape.marks.map(({ kind, points, text }) => ({
            kind,
            points: pointsOf(points),
            ...(text === null ? {} : { text }),
          })),
        }
      : {}),
    ...(grain ? { grain } : {}),
  };
}
