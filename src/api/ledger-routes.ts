import { z } from 'zod';
import { cutComparisonSchema, cutDecisionSchema, cutPieces } from '#domain/cut-comparison.ts';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { sheetFates, sheetRecordSchema } from '#domain/sheet-record.ts';
import { shiftReportSchema } from '#domain/shift-report.ts';
import { isoTime, personName, sha256, wireId } from '#domain/shapes.ts';

const jobParams = z.strictObject({ id: z.string() });
const placements = z.array(z.int().nonnegative()).max(10_000).readonly();
/** `sha256` is what an acceptance names; `decisions` is what people have said of its pieces so far. */
const keptComparison = z.strictObject({
  sha256,
  comparison: cutComparisonSchema,
  decisions: z.array(cutDecisionSchema).readonly(),
});

/** A span that ends before it begins is a slip, and no shift without sheets. */
const isForwards = ({ from, until }: { readonly from: string; readonly until: string }): boolean =>
  Date.parse(from) <= Date.parse(until);
const BACKWARDS = { path: ['from'], error: 'a time that is not after `until`' };
export const spanQuery = z.strictObject({ from: isoTime, until: isoTime }).refine(isForwards, BACKWARDS);

export const LEDGER_ROUTES = {
  sheet: {
    method: 'GET',
    path: '/jobs/:id/sheet',
    summary: "The ledger's record of a sheet whose job has ended: areas, pieces, times, who and what made it so",
    params: jobParams,
    answer: sheetRecordSchema,
  },
  /** Again with other pieces it takes the earlier answer's place; the audit log holds both. */
  accept: {
    method: 'POST',
    path: '/jobs/:id/accept',
    summary:
      'Somebody has looked at what was cut: all of it is good but the placements that are named, or what a scan said',
    params: jobParams,
    /** `comparison`: the hash of a scan after cutting, whose word counts for each placement that is not named here. */
    body: z.strictObject({
      by: personName,
      rejected: placements.default([]),
      accepted: placements.default([]),
      comparison: sha256.optional(),
    }),
    answer: sheetRecordSchema,
  },
  /** Of a hide that was stopped with no piece counted: until then it is open, and in no sum of a shift. */
  tellFate: {
    method: 'POST',
    path: '/jobs/:id/fate',
    summary:
      'What became of a hide whose cutter stopped with no piece counted: used, unused, or scanned again as a job',
    params: jobParams,
    body: z.strictObject({ by: personName, sheet: z.enum(sheetFates), again: wireId.optional() }),
    answer: sheetRecordSchema,
  },
  compareCut: {
    method: 'POST',
    path: '/jobs/:id/after-cut',
    summary: 'Scan the table after cutting and hold it against the layout; nothing is accepted by it',
    params: jobParams,
    body: z.strictObject({ by: personName, pieces: z.enum(cutPieces), source: z.string().optional() }),
    answer: keptComparison,
  },
  endCutScan: {
    method: 'POST',
    path: '/jobs/:id/after-cut/end',
    summary: 'End the scan of this job after cutting that is under way, if there is one',
    params: jobParams,
    answer: z.strictObject({ ok: z.literal(true) }),
  },
  /** Nothing is accepted by it: `accept` names what counts. */
  decideCut: {
    method: 'POST',
    path: '/jobs/:id/after-cut/decisions',
    summary: 'A person says whether one piece of a scan after cutting is good; kept, and told to every window',
    params: jobParams,
    body: z.strictObject({ by: personName, comparison: sha256, placement: z.int().nonnegative(), isGood: z.boolean() }),
    answer: cutDecisionSchema,
  },
  cutComparison: {
    method: 'GET',
    path: '/jobs/:id/after-cut',
    summary: 'The latest scan of a job after cutting, held against its layout',
    params: jobParams,
    answer: keptComparison,
  },
  shift: {
    method: 'GET',
    path: '/ledger/shift',
    summary: 'What the sheets that ended between two times came to',
    query: spanQuery,
    answer: shiftReportSchema,
  },
  results: {
    method: 'POST',
    path: '/ledger/results',
    summary: 'The sheets that ended between two times as CSV or JSON, by the columns of a mapping',
    /** A mapping, or the name of one that is kept. */
    body: z
      .strictObject({ from: isoTime, until: isoTime, mapping: z.union([resultsMappingSchema, wireId]) })
      .refine(isForwards, BACKWARDS),
    answer: z.strictObject({ format: z.enum(['csv', 'json']), text: z.string() }),
  },
} as const;
