import { inside, together, without } from './validate-area.ts';
import type { Area, JudgedPiece } from './validate-problem.ts';

/** The part of a piece, in its own coordinates, that must not lie on `quality`: what asks for a higher one. A zone replaces
 *  the piece's own wish there; where zones overlap the strictest counts. */
export function partAbove(piece: JudgedPiece, quality: number): Area {
  const lenient = piece.zones.filter((zone) => zone.quality <= quality).map((zone) => zone.area);
  const strict = piece.zones.filter((zone) => zone.quality > quality).map((zone) => zone.area);
  const base = piece.base > quality ? without(piece.area, lenient) : [];
  if (strict.length === 0) return base;
  return inside(piece.area, base.length > 0 ? [together([base, ...strict])] : strict);
}

/** `partAbove` is asked for the same few qualities at every placement. */
export function partsAbove(pieces: readonly JudgedPiece[]): (piece: number, quality: number) => Area {
  const known = new Map<string, Area>();
  return (piece, quality) => {
    const key = `${piece} ${quality}`;
    const part = known.get(key) ?? partAbove(pieces[piece]!, quality);
    known.set(key, part);
    return part;
  };
}
