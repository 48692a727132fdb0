import { z } from 'zod';
import { finite, nonNegative, positive, quality, ring, rings } from './shapes.ts';

/** Kerf's own nesting problem (docs/contracts.md, "Own problem"). order.json is it without `sheets`, sheet.json
 *  without `pieces`. Defaults are not filled in here: readers keep what was written, the solver's reader fills in. */

export const lockedSchema = z.strictObject({
  piece: z.string(),
  x: finite,
  y: finite,
  rotation: finite.optional(),
  mirrored: z.boolean().optional(),
});

export const sheetZoneSchema = z.strictObject({
  quality: quality.optional(),
  outline: ring,
  holes: rings.optional(),
  shade: z.tuple([finite, finite, finite]).readonly().optional(),
});

export const sheetGrainSchema = z
  .strictObject({
    angle: finite.optional(),
    field: z
      .array(z.strictObject({ x: finite, y: finite, angle: finite, doubt: finite.optional() }))
      .min(1)
      .readonly()
      .optional(),
    directed: z.boolean().optional(),
  })
  .refine((g) => (g.angle === undefined) !== (g.field === undefined), 'either angle or field');

export const sheetSchema = z.strictObject({
  id: z.string().min(1),
  outline: ring,
  holes: rings.optional(),
  zones: z.array(sheetZoneSchema).readonly().optional(),
  baseQuality: quality.optional(),
  grain: sheetGrainSchema.optional(),
  margin: nonNegative.optional(),
  locked: z.array(lockedSchema).readonly().optional(),
  quantity: z.int().nonnegative().optional(),
  cost: nonNegative.optional(),
});
export type Sheet = z.infer<typeof sheetSchema>;

export const pieceZoneSchema = z.strictObject({ quality, outline: ring, holes: rings.optional() });

export const rotationSchema = z.union(
  [
    z.literal('free'),
    z.literal('fixed'),
    z.array(finite).min(1).readonly(),
    z.strictObject({ around: finite, tolerance: nonNegative }),
  ],
  '"free", "fixed", a list of angles, or an object of around and tolerance',
);

export const pieceSchema = z.strictObject({
  id: z.string().min(1),
  outline: ring.optional(),
  path: z.string().optional(),
  holes: rings.optional(),
  quantity: z.int().nonnegative().optional(),
  quality: z.int().min(1).max(100).optional(),
  zones: z.array(pieceZoneSchema).readonly().optional(),
  rotation: rotationSchema.optional(),
  grain: z.strictObject({ angle: finite, tolerance: nonNegative.optional() }).optional(),
  mirror: z
    .union(
      [z.literal('never'), z.literal('allowed'), z.strictObject({ pairOf: z.string() })],
      '"never", "allowed", or an object with pairOf',
    )
    .optional(),
  priority: finite.optional(),
  value: nonNegative.optional(),
  kit: z.string().optional(),
  spacing: nonNegative.optional(),
  commonLine: z.boolean().optional(),
  label: z.string().optional(),
  marks: z
    .array(
      z.strictObject({
        kind: z.enum(['notch', 'drill', 'draw', 'text']),
        points: z
          .array(z.tuple([finite, finite]).readonly())
          .min(1)
          .readonly(),
        text: z.string().optional(),
      }),
    )
    .readonly()
    .optional(),
});
export type Piece = z.infer<typeof pieceSchema>;

export const kitSchema = z.strictObject({
  id: z.string().min(1),
  quantity: z.int().nonnegative().optional(),
  oneSheet: z.boolean().optional(),
  deltaE: nonNegative.optional(),
});

export const limitsSchema = z.strictObject({
  seconds: nonNegative.optional(),
  threads: z.int().positive().optional(),
  seed: z.int().nonnegative().optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

const head = {
  kerf: z.literal(1),
  unit: z.enum(['mm', 'cm', 'm', 'in']).optional(),
};
const wishes = {
  kits: z.array(kitSchema).readonly().optional(),
  spacing: nonNegative.optional(),
  objective: z.enum(['value', 'kits', 'sheets', 'strip']).optional(),
  stripHeight: positive.optional(),
  limits: limitsSchema.optional(),
};

export const orderSchema = z.strictObject({
  ...head,
  /** Of the material that it is cut from, in the order's unit. */
  thickness: nonNegative.optional(),
  pieces: z.array(pieceSchema).min(1).readonly(),
  ...wishes,
});
export type Order = z.infer<typeof orderSchema>;

/** What of an order is nested; the rest tells the eyes what lies there. */
export function nestedPart({ thickness: _, ...nested }: Order): Omit<Order, 'thickness'> {
  return nested;
}

export const sheetsSchema = z.strictObject({ ...head, sheets: z.array(sheetSchema).min(1).readonly() });
export type Sheets = z.infer<typeof sheetsSchema>;

export const problemSchema = z.strictObject({
  ...head,
  sheets: z.array(sheetSchema).readonly().optional(),
  pieces: z.array(pieceSchema).min(1).readonly(),
  ...wishes,
});
export type Problem = z.infer<typeof problemSchema>;
