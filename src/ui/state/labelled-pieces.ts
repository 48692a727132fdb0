import type { LayoutView } from '#api/views.ts';

export interface LabelledPiece {
  readonly piece: LayoutView['pieces'][number];
  /** Its place in the order of cutting, from 1. */
  readonly number: number;
}

/** Pieces that get a label: those that were cut, less those that a person has found not good. */
export function labelledPieces(
  { pieces }: LayoutView,
  cut: readonly number[],
  rejected: readonly number[],
): readonly LabelledPiece[] {
  const byPlacement = new Map(pieces.map((piece) => [piece.placement, piece]));
  return cut.flatMap((placement, i) => {
    const piece = byPlacement.get(placement);
    return piece === undefined || rejected.includes(placement) ? [] : [{ piece, number: i + 1 }];
  });
}
