import { z } from 'zod';
import { isoTime, nonNegative, sha256, wireId } from './shapes.ts';

const count = z.int().nonnegative();

/** What became of a hide whose cutter stopped with no piece counted: its leather is gone; it lies with the others again,
 *  uncut; or it was scanned again as another job's hide. */
export const sheetFates = ['used', 'unused', 'again'] as const;
export const sheetFateSchema = z.strictObject({
  by: z.string(),
  at: isoTime,
  sheet: z.enum(sheetFates),
  /** As which job's hide it was scanned again; else null. */
  job: wireId.nullable(),
});
export type SheetFate = z.infer<typeof sheetFateSchema>;

/** One sheet in the ledger: what it was, what was laid, cut and accepted, how long it took, who and what made it so.
 *  Areas mm². */
export const sheetRecordSchema = z.strictObject({
  kerf: z.literal(1),
  job: z.string(),
  seq: z.int().positive(),
  order: z.string(),
  machine: z.string(),
  /** The job that was broken off on the same sheet; absent in records before contract 1.4. */
  follows: wireId.nullable().optional(),
  /** The remnant of the stock that the sheet was; absent in records before contract 1.4. */
  remnant: wireId.nullable().optional(),
  /** How the job ended, and when. */
  state: z.string(),
  at: isoTime,
  /** The outline of the material that lay there, its holes taken off. */
  grossMm2: nonNegative,
  /** Of exactly this quality, as seen and corrected. */
  usableMm2: z.record(z.string(), nonNegative),
  nestedMm2: nonNegative,
  /** Pieces that the cutter has counted, in its order. */
  cutMm2: nonNegative,
  /** Null until somebody has looked at what was cut. */
  accepted: z
    .strictObject({
      by: z.string(),
      at: isoTime,
      how: z.enum(['tap', 'scan']),
      areaMm2: nonNegative,
      rejected: z.array(count).readonly(),
      /** By a scan: which, and the placements that a person decided herself, against it or where it was in doubt. */
      scan: z
        .strictObject({ comparisonSha256: sha256, scanSha256: sha256, decided: z.array(count).readonly() })
        .optional(),
    })
    .nullable(),
  /** What a person has said of a hide that was stopped with no piece counted; absent: nothing. */
  fate: sheetFateSchema.optional(),
  pieces: z
    .array(
      z.strictObject({
        id: z.string(),
        placed: count,
        cut: count,
        /** Of these not taken; absent until somebody has looked. */
        rejected: count.optional(),
        areaMm2: nonNegative,
      }),
    )
    .readonly(),
  unplacedCount: count,
  /** Seconds in each state of the job. */
  secondsIn: z.record(z.string(), nonNegative),
  approvedBy: z.string().nullable(),
  waivedCount: count,
  correctionCount: count,
  /** What it takes to make the layout again: `kerf nest --replay JOB`. */
  made: z.strictObject({
    pack: z.strictObject({ id: z.string(), sha256 }),
    version: z.string(),
    solverSha256: sha256.nullable(),
    seed: count,
    threads: count,
    evaluations: count,
    problemSha256: sha256,
    layoutSha256: sha256,
  }),
});
export type SheetRecord = z.infer<typeof sheetRecordSchema>;
