import { z } from 'zod';
import { csvDelimiter } from '#domain/mapping.ts';
import { orderFields } from '#domain/order-mapping.ts';
import { isoTime, ring, rings } from '#domain/shapes.ts';

/** What windows see of orders. Outlines stand in the piece's own mm. */

export const lengthUnits = ['mm', 'cm', 'm', 'in'] as const;

export const orderPieceView = z.strictObject({
  id: z.string(),
  label: z.string(),
  outline: ring,
  holes: rings,
  width: z.number(),
  height: z.number(),
  areaMm2: z.number(),
  quality: z.int(),
  grain: z.strictObject({ angle: z.number(), tolerance: z.number() }).nullable(),
  kit: z.string().nullable(),
  /** Drawn as the mirror image of another piece. */
  isPair: z.boolean(),
  quantity: z.int(),
  /** Cut so far, over all hides; 0 where the order is not counted. */
  cutCount: z.int(),
});
export type OrderPieceView = z.infer<typeof orderPieceView>;

export const orderView = z.strictObject({
  name: z.string(),
  /** The next hide is cut for it. */
  isNext: z.boolean(),
  /** false: every hide is cut for the whole of it anew (an order given on the command line, or put into the folder). */
  isCounted: z.boolean(),
  importedAt: isoTime.nullable(),
  importedBy: z.string().nullable(),
  pieceCount: z.int(),
  cutCount: z.int(),
  hideCount: z.int(),
  /** Of the material that it is cut from, mm; null: it does not say. */
  thickness: z.number().nullable(),
  kits: z.array(z.strictObject({ id: z.string(), quantity: z.int() })).readonly(),
  /** Code of what is wrong with its file; such an order cannot be chosen. */
  fault: z.string().nullable(),
});
export type OrderView = z.infer<typeof orderView>;

export const orderHideView = z.strictObject({
  job: z.string(),
  seq: z.int(),
  at: isoTime,
  state: z.string(),
  pieceCount: z.int(),
  nestedYieldBp: z.int(),
  unplaced: z.array(z.strictObject({ id: z.string(), count: z.int(), reason: z.string() })).readonly(),
});

export const orderDetailView = z.strictObject({
  order: orderView,
  pieces: z.array(orderPieceView).readonly(),
  /** Newest first. */
  hides: z.array(orderHideView).readonly(),
});
export type OrderDetailView = z.infer<typeof orderDetailView>;

/** What makes a person look twice before an order is taken. */
export const orderDoubts = [
  'unitNotStated',
  'unitsDiffer',
  'tooSmall',
  'tooLarge',
  'ordersDiffer',
  'coloursDiffer',
  'areasDiffer',
] as const;

/** What another program's file has to map. */
export const orderColumnsView = z.strictObject({
  format: z.enum(['csv', 'json']),
  delimiter: csvDelimiter.nullable(),
  decimal: z.enum(['.', ',']),
  rows: z.string(),
  columns: z
    .array(
      z.strictObject({
        name: z.string(),
        samples: z.array(z.string()).readonly(),
        /** What its name makes likely. */
        guess: z.enum(orderFields).nullable(),
      }),
    )
    .readonly(),
});
export type OrderColumnsView = z.infer<typeof orderColumnsView>;

export const orderPreviewView = z.strictObject({
  name: z.string(),
  unitsStated: z.array(z.string()).readonly(),
  doubts: z.array(z.enum(orderDoubts)).readonly(),
  pieceCount: z.int(),
  areaMm2: z.number(),
  kits: z.array(z.strictObject({ id: z.string(), quantity: z.int() })).readonly(),
  pieces: z.array(orderPieceView).readonly(),
});
export type OrderPreviewView = z.infer<typeof orderPreviewView>;
