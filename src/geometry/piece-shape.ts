import { KerfError } from '#domain/kerf-error.ts';
import type { Piece } from '#domain/problem.ts';
import type { FlatRing, Ring } from '#domain/ring.ts';
import { flatRing } from '#domain/ring.ts';
import { cleanRing } from './clean-ring.ts';
import { flattenPath, PATH_TOLERANCE } from './flatten-path.ts';
import { orientRing } from './orient-ring.ts';
import { mirrorRing } from './transform-ring.ts';

export interface PieceMark {
  readonly kind: 'notch' | 'drill' | 'draw' | 'text';
  readonly points: Float64Array;
  readonly text: string | null;
}

/** What is drawn of a piece, in its own coordinates: outline counter-clockwise, holes clockwise, repeated vertices gone. */
export interface PieceShape {
  readonly outline: FlatRing;
  readonly holes: readonly FlatRing[];
  readonly zones: readonly {
    readonly quality: number;
    readonly outline: FlatRing;
    readonly holes: readonly FlatRing[];
  }[];
  readonly marks: readonly PieceMark[];
  /** Whether the outline follows curves, to `tolerance`. */
  readonly isCurved: boolean;
}

/** The shape of the piece at `index`. A piece with `pairOf` has the other's mirrored (x to -x), and its own marks when it
 *  states some. `pieces` are in mm; `tolerance` is how far curves of a `path` may be left.
 *  @throws KerfError GEOMETRY_PIECE_WITHOUT_OUTLINE, GEOMETRY_PATH_REFUSED with the piece's place (`pieces[1].path`) */
export function pieceShape(pieces: readonly Piece[], index: number, tolerance = PATH_TOLERANCE): PieceShape {
  const piece = pieces[index];
  if (!piece)
    throw new KerfError('GEOMETRY_NO_SUCH_PIECE', `found piece ${index}, expected 0 to ${pieces.length - 1}.`);
  const twinOf = typeof piece.mirror === 'object' ? piece.mirror.pairOf : null;
  const drawn = twinOf === null ? piece : pieces.find((p) => p.id === twinOf);
  if (!drawn || (drawn.outline === undefined && drawn.path === undefined)) {
    throw new KerfError(
      'GEOMETRY_PIECE_WITHOUT_OUTLINE',
      `piece "${piece.id}"${twinOf === null ? '' : `, pair of "${twinOf}"`}: found no outline, expected outline or path.`,
      { details: { piece: piece.id } },
    );
  }
  const isTwin = twinOf !== null;
  const curve =
    drawn.path === undefined ? null : figureOf(drawn.path, `pieces[${pieces.indexOf(drawn)}].path`, tolerance);
  const laid = (points: Ring, wanted: 'outer' | 'hole') => {
    const ring = cleanRing(flatRing(points));
    return orientRing(isTwin ? mirrorRing(ring) : ring, wanted);
  };
  const marks = piece.marks ?? drawn.marks ?? [];
  const isMirroredMark = isTwin && piece.marks === undefined;
  return {
    outline: laid(curve?.points ?? drawn.outline!, 'outer'),
    holes: (drawn.holes ?? []).map((hole) => laid(hole, 'hole')),
    zones: (drawn.zones ?? []).map((zone) => ({
      quality: zone.quality,
      outline: laid(zone.outline, 'outer'),
      holes: (zone.holes ?? []).map((hole) => laid(hole, 'hole')),
    })),
    marks: marks.map((mark) => ({
      kind: mark.kind,
      points: flatRing(isMirroredMark ? mark.points.map(([x, y]) => [-x, y] as const) : mark.points),
      text: mark.text ?? null,
    })),
    isCurved: curve?.isCurved ?? false,
  };
}

function figureOf(path: string, at: string, tolerance: number): ReturnType<typeof flattenPath> {
  try {
    return flattenPath(path, tolerance);
  } catch (cause) {
    if (!(cause instanceof KerfError)) throw cause;
    const details = { ...cause.details, path: at };
    throw new KerfError(cause.code, cause.message.replace('path data', at), { details, cause });
  }
}
