import type { LayoutView } from '#api/views.ts';

export interface KitCount {
  readonly id: string;
  /** Place among the order's kits: its hue. */
  readonly position: number;
  readonly pieceCount: number;
}

/** Pieces of each kit of the order that lie on this hide, in the order's sequence. */
export function kitCounts(layout: LayoutView, kits: readonly { readonly id: string }[]): readonly KitCount[] {
  const counts = new Map<string, number>();
  for (const piece of layout.pieces) if (piece.kit !== null) counts.set(piece.kit, (counts.get(piece.kit) ?? 0) + 1);
  return kits.map((kit, position) => ({ id: kit.id, position, pieceCount: counts.get(kit.id) ?? 0 }));
}
