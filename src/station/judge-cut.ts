import type { CutPieces, PieceSight } from '#domain/cut-comparison.ts';
import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { pointsOf } from '#domain/ring.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { pieceShape, type PieceShape } from '#geometry/piece-shape.ts';
import { poseOf, transformRing } from '#geometry/transform-ring.ts';
import { materialAt, materialStep, type CutLook } from '#inspect/look-at-cut.ts';
import { compareCut, type CutPiece } from '#ledger/compare-cut.ts';
import { alignSheet, type LookOfSheet } from './align-sheet.ts';
import { moveOf, movedRing, type SheetSlip } from './sheet-move.ts';

export interface JudgeCutQuestion {
  readonly job: string;
  /** The look that the layout was made on, as people corrected it. */
  readonly before: LookOfSheet & Pick<Inspection, 'defects'>;
  readonly problem: Problem;
  readonly result: NestResult;
  /** Placements that were cut. */
  readonly cut: readonly number[];
  readonly pieces: CutPieces;
}

export interface JudgedCut {
  readonly scan: Inspection['scan'];
  readonly slip: SheetSlip | null;
  readonly sights: readonly PieceSight[];
}

/** So far beside a cut nothing is judged: the widest gap of a knife or a jet, and pixels that mix it with leather. mm and
 *  pixels. */
const GAP = 1.5;
const MIXED_PX = 1.5;

/** Holds what was cut against a look at the table after cutting; for the rooms' process.
 *  @throws KerfError STATION_SHEET_MOVED where another sheet lies there */
export function judgeCut(
  { job, before, problem, result, cut, pieces }: JudgeCutQuestion,
  look: CutLook,
  grading: Grading,
): JudgedCut {
  const inMm = inMillimetres(problem);
  const placements = result.layouts[0]?.placements ?? [];
  const best = Math.max(...grading.grades.map((grade) => grade.quality));
  const shapes = new Map<number, PieceShape>();
  const laid = cut.flatMap((index): CutPiece[] => {
    const placement = placements[index];
    const piece = placement && inMm.pieces[placement.piece];
    if (!placement || !piece) return [];
    const shape = shapes.get(placement.piece) ?? pieceShape(inMm.pieces, placement.piece);
    shapes.set(placement.piece, shape);
    return [placed({ placement: index, id: piece.id, quality: piece.quality ?? best, ...shape }, poseOf(placement))];
  });
  const after = { ...look, holes: [...look.holes, ...look.parts] };
  const cuts = laid.map(({ outline }) => pointsOf(outline));
  const slip = moveOf(alignSheet({ before, cuts, after }), job);
  const pose = slip && poseOf({ ...slip, mirrored: false });
  const sights = compareCut(
    pose ? laid.map((piece) => placed(piece, pose)) : laid,
    {
      isMaterial: materialAt(look),
      marks: look.defects,
      known: before.defects.map((d) => ({
        outline: slip ? movedRing(d.outline, slip) : d.outline,
        holes: [],
      })),
      doubtAbove: grading.doubt.above,
      band: GAP + MIXED_PX * materialStep(look) + (slip?.residual ?? 0),
    },
    pieces,
  );
  return { scan: look.scan, slip, sights };
}

function placed(piece: CutPiece, pose: ReturnType<typeof poseOf>): CutPiece {
  const moved = <R extends Pick<CutPiece, 'outline' | 'holes'>>(region: R): R => ({
    ...region,
    outline: transformRing(region.outline, pose),
    holes: region.holes.map((hole) => transformRing(hole, pose)),
  });
  return { ...moved(piece), zones: piece.zones.map(moved) };
}
