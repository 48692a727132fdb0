import { z } from 'zod';
import { finite, homography, isoTime, nonNegative, quality, ring, rings, sha256 } from './shapes.ts';

/** How pieces lie when the table is scanned after cutting.
 *  - `inPlace`: nobody has lifted anything; a piece that is not there is missing.
 *  - `takenOff`: the good pieces have been lifted; what still lies there was left, or never came loose. */
export const cutPieces = ['inPlace', 'takenOff'] as const;
export type CutPieces = (typeof cutPieces)[number];

export const pieceSightSchema = z.strictObject({
  placement: z.int().nonnegative(),
  /** Id of the piece. */
  piece: z.string(),
  /** Where it was cut, in the table frame of the scan after cutting. */
  outline: ring,
  /** `there`: leather all over; `gone`: the table all over; `partly`: torn, moved, or half cut; `marked`: there, with a
   *  defect that it may not have and that was not there before; `unseen`: out of the picture. */
  state: z.enum(['there', 'gone', 'partly', 'marked', 'unseen']),
  /** `doubtful`: a person decides. */
  verdict: z.enum(['accepted', 'rejected', 'doubtful']),
  /** Share of its area that shows leather. */
  share: z.number().min(0).max(1),
  /** What it may not have, as far as it is new. */
  marks: z
    .array(
      z.strictObject({
        class: z.string(),
        outline: ring,
        holes: rings,
        quality,
        doubt: z.number().min(0).max(1),
        /** In this piece, mm². */
        areaMm2: nonNegative,
      }),
    )
    .readonly(),
});
export type PieceSight = z.infer<typeof pieceSightSchema>;

/** A scan of the table after cutting, held against the layout that was cut. */
export const cutComparisonSchema = z.strictObject({
  kerf: z.literal(1),
  job: z.string(),
  at: isoTime,
  by: z.string(),
  pieces: z.enum(cutPieces),
  scan: z.strictObject({ sha256, widthPx: z.int().positive(), heightPx: z.int().positive(), toMm: homography }),
  /** How the sheet has moved since the scan that it was nested on: turned about the frame's origin (degrees), then
   *  shifted; the largest way of a point of its rim and how far both rims still differ, mm. Null: it lies as it lay. */
  slip: z
    .strictObject({ x: finite, y: finite, rotation: finite, farthest: nonNegative, residual: nonNegative })
    .nullable(),
  /** Of each piece that was cut. */
  sights: z.array(pieceSightSchema).readonly(),
});
export type CutComparison = z.infer<typeof cutComparisonSchema>;

/** What a person has decided about one piece of a comparison; the latest word counts. */
export const cutDecisionSchema = z.strictObject({
  placement: z.int().nonnegative(),
  isGood: z.boolean(),
  by: z.string(),
  at: isoTime,
});
export type CutDecision = z.infer<typeof cutDecisionSchema>;
