import { z } from 'zod';
import { sheetSchema } from './problem.ts';
import { isoTime, nonNegative, wireId } from './shapes.ts';

export const remnantStates = ['free', 'used', 'discarded'] as const;

/** What a job left of its sheet: stock, until it is cut itself. */
export const remnantSchema = z.strictObject({
  kerf: z.literal(1),
  /** JOB-r1, the largest of its job first. */
  id: wireId,
  job: wireId,
  /** Code of the hide that it is of, where that had one. */
  hide: wireId.nullable(),
  at: isoTime,
  state: z.enum(remnantStates),
  /** The job that cut it, or whoever ended it. */
  endedBy: z.string().nullable(),
  endedAt: isoTime.nullable(),
  areaMm2: nonNegative,
  /** Of exactly a quality, by quality. */
  usableMm2: z.record(z.string(), nonNegative),
  /** As it lay on the table of its job, zones and grain with it; its id is the remnant's. */
  sheet: sheetSchema,
});
export type Remnant = z.infer<typeof remnantSchema>;
