import { z } from 'zod';
import { defectSchema } from './inspection.ts';
import { jobStates } from './job.ts';
import { remnantSchema } from './remnant.ts';
import { isoTime, nonNegative, ring, wireId } from './shapes.ts';

const count = z.int().nonnegative();

/** All that is known of one hide, by the code of its tag; it outlives jobs. Shapes are in the table frame of their job. */
export const hidePassportSchema = z.strictObject({
  kerf: z.literal(1),
  code: wireId,
  firstAt: isoTime,
  /** Newest first. */
  jobs: z
    .array(
      z.strictObject({
        job: wireId,
        seq: z.int().positive(),
        at: isoTime,
        state: z.enum(jobStates),
        order: z.string(),
        /** The remnant that lay there, or the job that it went on after. */
        remnant: wireId.nullable(),
        follows: wireId.nullable(),
        scanSha256: z.string().nullable(),
        /** Null where its inspection is not there (any more). */
        outline: ring.nullable(),
        usableMm2: z.record(z.string(), nonNegative),
        defects: z.array(defectSchema).readonly(),
        pieceCount: count,
        cutCount: count,
        nestedYieldBp: count,
      }),
    )
    .readonly(),
  /** In whatever state, newest first. */
  remnants: z.array(remnantSchema).readonly(),
});
export type HidePassport = z.infer<typeof hidePassportSchema>;
