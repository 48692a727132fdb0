import type { OrderPieceView } from '#api/order-views.ts';
import { BEST_QUALITY } from '#domain/grading.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { Order } from '#domain/problem.ts';
import { pointsOf } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

/** Curves in a table's small pictures, mm. */
const PICTURE_TOLERANCE = 0.5;
/** Default of the contract. */
const GRAIN_TOLERANCE = 5;

/** An order's pieces as windows show them, with how many of each are cut. */
export function orderPieces({ pieces, kits }: Order, cut: ReadonlyMap<string, number>): readonly OrderPieceView[] {
  const quantities = orderedQuantities({ pieces, ...(kits ? { kits } : {}) });
  return pieces.map((piece, index) => {
    const { outline, holes } = pieceShape(pieces, index, PICTURE_TOLERANCE);
    const { minX, maxX, minY, maxY } = ringBounds(outline);
    const leader = typeof piece.mirror === 'object' ? pieces.find((p) => p.id === twinOf(piece.mirror)) : undefined;
    const grain = piece.grain ?? (leader?.grain && { ...leader.grain, angle: 180 - leader.grain.angle });
    return {
      id: piece.id,
      label: piece.label ?? piece.id,
      outline: pointsOf(outline),
      holes: holes.map(pointsOf),
      width: maxX - minX,
      height: maxY - minY,
      areaMm2: regionArea(outline, holes),
      quality: piece.quality ?? BEST_QUALITY,
      grain: grain ? { angle: grain.angle, tolerance: grain.tolerance ?? GRAIN_TOLERANCE } : null,
      kit: piece.kit ?? null,
      isPair: leader !== undefined,
      quantity: quantities[index]!,
      cutCount: cut.get(piece.id) ?? 0,
    };
  });
}

function twinOf(mirror: Order['pieces'][number]['mirror']): string | null {
  return typeof mirror === 'object' ? mirror.pairOf : null;
}
