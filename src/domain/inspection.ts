import { z } from 'zod';
import { sheetSchema } from './problem.ts';
import { finite, homography, isoTime, nonNegative, quality, ring, rings, sha256 } from './shapes.ts';

export const defectSchema = z.strictObject({
  id: z.string(),
  class: z.string(),
  outline: ring,
  holes: rings,
  areaMm2: nonNegative,
  /** Probability that it is a defect at all. */
  confidence: z.number().min(0).max(1),
  /** How unsure the model is, 0 to 1; above the grading's limit a person is asked. */
  doubt: z.number().min(0).max(1),
  quality,
  source: z.enum(['model', 'person', 'chalk']),
  by: z.string().nullable(),
  at: isoTime.nullable(),
});
export type Defect = z.infer<typeof defectSchema>;

/** What the model and people see on one scan. All coordinates are table mm. */
export const inspectionSchema = z.strictObject({
  kerf: z.literal(1),
  scan: z.strictObject({ sha256, widthPx: z.int().positive(), heightPx: z.int().positive(), toMm: homography }),
  pack: z.strictObject({ id: z.string(), sha256 }),
  provider: z.strictObject({
    used: z.string(),
    wanted: z.array(z.string()).readonly(),
    why: z.string(),
    /** A better provider was tried or asked for, and refused. */
    fellBack: z.boolean().optional(),
    /** Inference threads that hung or died and were replaced, since the model was loaded. */
    replaced: z.int().nonnegative().optional(),
  }),
  /** The hide's rim; the largest piece of material in view. */
  outline: ring,
  holes: rings,
  defects: z.array(defectSchema).readonly(),
  regions: z
    .array(
      z.strictObject({
        kind: z.enum(['fold', 'texture', 'shade', 'glare', 'unseen']),
        outline: ring,
        /** What it encloses and is none of it, from 2000 mm² on (folds: 900); absent where there is none. */
        holes: rings.optional(),
        value: finite,
        quality,
        /** Of what is unseen: area that the model marked and that is in no mark. */
        areaMm2: nonNegative.optional(),
      }),
    )
    .readonly(),
  grain: z
    .strictObject({
      angle: finite.optional(),
      field: z
        .array(z.strictObject({ x: finite, y: finite, angle: finite, doubt: finite }))
        .readonly()
        .optional(),
      directed: z.boolean().optional(),
    })
    .nullable(),
  sheet: sheetSchema,
  /** Pieces of the order, by id, that a person keeps off this hide. */
  banned: z.array(z.string()).readonly().optional(),
  /** Usable area by quality ("4": mm²): material of exactly that quality. */
  usableMm2: z.record(z.string(), nonNegative),
  /** The scan's pixels are so many times those that the pack was taught on, where it knows no pixels as coarse: it misses what is
   *  small. */
  coarserThanTaught: z.number().min(1).optional(),
  /** Parts of the hide that marks cut off from the sheet, of a square centimetre or more; absent where there are none. */
  leftOut: z.strictObject({ count: z.int().positive(), areaMm2: nonNegative }).optional(),
  seconds: z.record(z.string(), nonNegative),
});
export type Inspection = z.infer<typeof inspectionSchema>;

/** Whether a region says that the model marked more of the hide than it was believed about: for a person to look at. */
export function isUnbelieved({ kind, areaMm2 = 0 }: Inspection['regions'][number]): boolean {
  return kind === 'unseen' && areaMm2 > 0;
}
