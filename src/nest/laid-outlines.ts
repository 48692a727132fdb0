import type { Layout } from '#domain/nest-result.ts';
import type { Piece } from '#domain/problem.ts';
import { pointsOf, type Ring } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { placeRing } from '#geometry/transform-ring.ts';

/** Outlines of a layout's pieces where they lie, mm, by placement. `pieces` are in mm. */
export function laidOutlines({ placements }: Layout, pieces: readonly Piece[]): readonly Ring[] {
  const shapes = new Map<number, Float64Array>();
  return placements.map((placement) => {
    const shape = shapes.get(placement.piece) ?? pieceShape(pieces, placement.piece).outline;
    shapes.set(placement.piece, shape);
    return pointsOf(placeRing(shape, placement));
  });
}
