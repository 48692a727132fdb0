import { z } from 'zod';
import { isoTime, nonNegative, wireId } from './shapes.ts';

const count = z.int().nonnegative();

/** What a shift came to. Areas mm², yields in basis points of area. */
export const shiftReportSchema = z.strictObject({
  kerf: z.literal(1),
  from: isoTime,
  until: isoTime,
  sheetCount: count,
  doneCount: count,
  brokenOffCount: count,
  /** Of these, sheets that had lain on the table before: after a stop, or as remnants. */
  againCount: count,
  /** Each hide once: a sheet that lay there again adds nothing here, nor to `usableMm2`. */
  grossMm2: nonNegative,
  /** The gross area of those sheets, which is not in `grossMm2`. */
  againMm2: nonNegative,
  /** Hides whose cutter stopped with no piece counted, while nobody has said what became of them: they are in no other
   *  area of this report. `next` is the hide that was scanned after it, as which it may have lain there again. */
  open: z
    .array(
      z.strictObject({
        job: wireId,
        seq: z.int().positive(),
        order: z.string(),
        at: isoTime,
        grossMm2: nonNegative,
        next: z.strictObject({ job: wireId, seq: z.int().positive() }).nullable(),
      }),
    )
    .readonly(),
  openMm2: nonNegative,
  usableMm2: z.record(z.string(), nonNegative),
  /** Without what a stop left uncut where it was laid again. */
  nestedMm2: nonNegative,
  cutMm2: nonNegative,
  /** Of the sheets that somebody has accepted. */
  acceptedMm2: nonNegative,
  acceptedSheetCount: count,
  /** Nested area over gross area. */
  grossYieldBp: count,
  /** Nested area over usable area of any quality above 0. */
  usableYieldBp: count,
  /** Cut area over gross area. */
  cutYieldBp: count,
  secondsIn: z.record(z.string(), nonNegative),
  correctionCount: count,
  waivedCount: count,
  byOrder: z
    .array(
      z.strictObject({
        order: z.string(),
        sheetCount: count,
        nestedMm2: nonNegative,
        cutMm2: nonNegative,
        pieces: z.array(z.strictObject({ id: z.string(), placed: count, cut: count })).readonly(),
      }),
    )
    .readonly(),
  byPerson: z.array(z.strictObject({ name: z.string(), sheetCount: count })).readonly(),
});
export type ShiftReport = z.infer<typeof shiftReportSchema>;
