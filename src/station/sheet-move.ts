import { KerfError } from '#domain/kerf-error.ts';
import { flatRing, pointsOf, type Ring } from '#domain/ring.ts';
import { MOST_SHIFT, MOST_TURN, type AlignAnswer } from '#geometry/align-outlines.ts';
import { transformRing, poseOf } from '#geometry/transform-ring.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { LookOfSheet } from './align-sheet.ts';

/** A sheet's way on the table between two looks, as jobs and comparisons hold it. */
export interface SheetSlip {
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
  readonly farthest: number;
  readonly residual: number;
}

/** A rim nearer than this to where it lay has not moved: two looks at a sheet that lies still differ by less, mm. */
const STILL = 1;

/** Null: it lies as it lay; or its rim is out of the picture, and nobody can tell.
 *  @throws KerfError STATION_SHEET_MOVED where the two looks do not go together */
export function moveOf(answer: AlignAnswer, job: string): SheetSlip | null {
  if (!('refused' in answer)) {
    const { move, farthest, residual } = answer;
    return farthest < STILL ? null : { ...move, farthest, residual };
  }
  if (answer.refused === 'no rim') return null;
  throw new KerfError(
    'STATION_SHEET_MOVED',
    `The sheet does not lie as it was scanned for job ${job}: ${WORDS[answer.refused]} Lay it as it lay and scan again, or scan it as a new hide.`,
    { fault: 'answer', details: { job, why: answer.refused } },
  );
}

const WORDS = {
  'no match': 'its outline is another one.',
  'turns freely': 'its outline says how far it shifted, not how it turned.',
  'too far': `it has moved by more than ${MOST_SHIFT} mm or ${MOST_TURN} degrees.`,
} as const;

export function movedRing(ring: Ring, move: SheetSlip): Ring {
  return pointsOf(transformRing(flatRing(ring), poseOf({ ...move, mirrored: false })));
}

export function lookOf({ outline, holes, scan }: Inspection): LookOfSheet {
  return { outline, holes, scan };
}
