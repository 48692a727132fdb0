import type { LayoutView } from '#api/views.ts';
import type { Ring } from '#domain/ring.ts';

/** The layout with every outline that lies where one lay before as that very ring: what was found for a ring (where its
 *  words go) and what was drawn of it holds on. Each answer of the station is parsed anew, and most pieces stay. */
export function sharingRings(before: LayoutView | null, next: LayoutView): LayoutView {
  if (!before || before === next) return next;
  const rings = new Map<string, readonly Ring[]>();
  const keyOf = ({ outline }: LayoutView['pieces'][number]) => `${outline[0]?.join(' ')} ${outline.length}`;
  for (const piece of before.pieces) rings.set(keyOf(piece), [piece.outline, ...piece.holes]);
  const pieces = next.pieces.map((piece) => {
    const [outline, ...holes] = rings.get(keyOf(piece)) ?? [];
    const isSame =
      outline !== undefined &&
      isSameRing(outline, piece.outline) &&
      holes.length === piece.holes.length &&
      holes.every((hole, i) => isSameRing(hole, piece.holes[i]!));
    return isSame ? { ...piece, outline: outline as typeof piece.outline, holes: holes as typeof piece.holes } : piece;
  });
  return { ...next, pieces };
}

function isSameRing(a: Ring, b: Ring): boolean {
  return a.length === b.length && a.every(([x, y], i) => x === b[i]![0] && y === b[i]![1]);
}
