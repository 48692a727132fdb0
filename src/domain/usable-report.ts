import { z } from 'zod';
import { nonNegative, quality, sha256 } from './shapes.ts';

const count = z.int().nonnegative();
const percent = z.number().min(0).max(100);

/** What a hide is worth by area, as buyer and tannery settle it: how much of it reaches each grade. */
export const usableReportSchema = z.strictObject({
  kerf: z.literal(1),
  scan: sha256,
  pack: z.string(),
  grading: z.string(),
  /** Inside the outline; openings through which the table is seen belong to it. */
  grossMm2: nonNegative,
  /** Best grade first. `percent` of the gross area is exactly of this grade, `atLeast` of it or better. */
  grades: z
    .array(z.strictObject({ name: z.string(), quality, areaMm2: nonNegative, percent, atLeast: percent }))
    .readonly(),
  /** Holes, bites and what the margins round them take. */
  lostMm2: nonNegative,
  lostPercent: percent,
  /** Of it parts that marks cut off from the sheet; absent where there are none. */
  leftOutMm2: nonNegative.optional(),
  /** By class, the one that takes most first. Areas without margins; marks may overlap. */
  marks: z.array(z.strictObject({ class: z.string(), count, areaMm2: nonNegative, percent: nonNegative })).readonly(),
  regions: z.array(z.strictObject({ kind: z.string(), count, areaMm2: nonNegative })).readonly(),
  /** Marks so doubtful that the grading asks a person: until then the figures may move by their area. */
  doubtfulCount: count,
  doubtfulMm2: nonNegative,
});
export type UsableReport = z.infer<typeof usableReportSchema>;
