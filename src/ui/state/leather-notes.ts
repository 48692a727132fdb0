import { isUnbelieved, type Inspection } from '#domain/inspection.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { frameStretches, LEAST_CUT_OFF, lengthOf } from '#geometry/frame-contact.ts';
import { ringArea } from '#geometry/ring-area.ts';

/** What the eyes say of a hide as a whole, and no mark shows: for a person to know before pieces are laid. */
export interface LeatherNotes {
  /** What does not lie flat: a part turned over, a rim that rises, a wave. */
  readonly folds: readonly Pick<Inspection['regions'][number], 'outline' | 'holes'>[];
  /** Where the hide lies on the picture's edge: only part of it is seen. */
  readonly cutOff: readonly Ring[];
  /** So many marks were taken for the leather's own look that the model does not know this leather: a printed pattern,
   *  another grain. */
  readonly isStrange: boolean;
  /** A chalk that inspectors use here can't be told from this leather, or from the table in its openings. */
  readonly isChalkHidden: boolean;
  /** The scan's pixels are coarser than those that the model was taught on. */
  readonly isCoarse: boolean;
  /** So much of the hide did the model mark, mm², and was not believed. */
  readonly unbelievedMm2: number;
  /** So much of the hide is cut off from the sheet by marks, mm². */
  readonly leftOutMm2: number;
}

/** Marks left out that are more than pores and dust, on any hide and on each square metre. Doubled, a check printed on a
 *  shoulder passes in silence; halved, nubuck with open pores is called strange. */
const STRANGE_COUNT = 20;
const STRANGE_PER_M2 = 24;

export function leatherNotes(
  inspection: Pick<Inspection, 'regions' | 'outline' | 'scan' | 'leftOut' | 'coarserThanTaught'> | null,
): LeatherNotes {
  const regions = inspection?.regions ?? [];
  const unseen = regions.filter((r) => r.kind === 'unseen').map((r) => r.value);
  const m2 = inspection === null ? 0 : Math.abs(ringArea(flatRing(inspection.outline))) / 1e6;
  const stretches = inspection === null ? [] : frameStretches(inspection.outline, inspection.scan);
  return {
    folds: regions.filter((r) => r.kind === 'fold'),
    cutOff: lengthOf(stretches) >= LEAST_CUT_OFF ? stretches : [],
    isStrange: unseen.some((count) => count >= STRANGE_COUNT + STRANGE_PER_M2 * m2),
    isChalkHidden: unseen.includes(0),
    isCoarse: inspection?.coarserThanTaught !== undefined,
    unbelievedMm2: regions.filter(isUnbelieved).reduce((sum, { areaMm2 = 0 }) => sum + areaMm2, 0),
    leftOutMm2: inspection?.leftOut?.areaMm2 ?? 0,
  };
}
