import { z } from 'zod';
import { csvDelimiter, mappingColumn, mappingHead } from './mapping.ts';

/** What a column of results may show of a sheet in the ledger, and of a piece of it. Areas and laid pieces are what the
 *  sheet adds to a sum over all rows: `grossMm2` of a sheet that had lain on the table before is 0, `againMm2` has it; so has
 *  `openMm2` that of one of which nobody knows what became of it. */
export const sheetFields = [
  'job',
  'seq',
  'order',
  'machine',
  'state',
  'at',
  'follows',
  'remnant',
  'grossMm2',
  'againMm2',
  'openMm2',
  'fate',
  'usableMm2',
  'nestedMm2',
  'cutMm2',
  'acceptedMm2',
  'acceptedBy',
  'acceptedHow',
  'placedCount',
  'cutCount',
  'unplacedCount',
  'yieldBp',
  'seconds',
  'approvedBy',
  'layoutSha256',
] as const;
export type SheetField = (typeof sheetFields)[number];
export const pieceFields = ['piece', 'piecePlaced', 'pieceCut', 'pieceMm2'] as const;
export type PieceField = (typeof pieceFields)[number];

const column = z.strictObject({
  ...mappingColumn,
  /** As the reader calls it. */
  name: z.string().min(1).max(80),
  /** What stands in it; `grade:4` is the area of exactly that quality, mm². Else a fixed `text`. */
  from: z
    .union([z.enum([...sheetFields, ...pieceFields]), z.string().regex(/^grade:\d{1,3}$/, '"grade:" with a number')])
    .optional(),
  digits: z.int().min(0).max(9).optional(),
});

/** A layout of results as somebody else's program wants them: results-mapping.json. */
export const resultsMappingSchema = z.strictObject({
  ...mappingHead,
  /** One row a sheet, or one a piece of a sheet. */
  rows: z.enum(['sheet', 'piece']),
  /** Of CSV. */
  delimiter: csvDelimiter.default(','),
  columns: z.array(column).min(1).max(100).readonly(),
});
export type ResultsMappingInput = z.input<typeof resultsMappingSchema>;
export type ResultsColumn = z.output<typeof column>;
