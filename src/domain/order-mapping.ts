import { z } from 'zod';
import { csvDelimiter, mappingColumn, mappingHead } from './mapping.ts';

/** What a column of another program's order lines may say. Without `id` a piece is called by its style, part, size and
 *  colour. `areaMm2` is what the other program thinks a piece has: a drawing that differs is asked about. Without
 *  `file` a piece of `width` and `height` is a rectangle. `thickness`, of the material in mm, is the same in
 *  all lines that say it. `kit`: quantities are for one, `kitQuantity` says how many. */
export const orderFields = [
  'id',
  'style',
  'part',
  'size',
  'colour',
  'order',
  'file',
  'width',
  'height',
  'areaMm2',
  'quantity',
  'quality',
  'rotation',
  'grainAngle',
  'grainTolerance',
  'mirror',
  'kit',
  'kitQuantity',
  'value',
  'priority',
  'label',
  'thickness',
] as const;
export type OrderField = (typeof orderFields)[number];

const column = z.strictObject({
  ...mappingColumn,
  /** As the other program calls it: a head of CSV; a path in a JSON line (`article.code`), or from the document's top
   *  (`/header.number`). */
  name: z.string().min(1).max(200).optional(),
  /** What it says; or `is`. `text` may name other fields in braces: "patterns/{style}-{size}.dxf". */
  to: z.enum(orderFields).optional(),
  /** Lines with anything else there are left out. */
  is: z.array(z.string()).min(1).max(100).readonly().optional(),
});

/** How somebody else's program writes order lines: order-mapping.json. */
export const orderMappingSchema = z.strictObject({
  ...mappingHead,
  /** Of CSV; without: the sign that its first line has most of. */
  delimiter: csvDelimiter.optional(),
  encoding: z.enum(['utf-8', 'utf-16le', 'windows-1252']).default('utf-8'),
  /** Of JSON: where the list of lines is (`order.lines`); without: the document itself. */
  rows: z.string().max(200).optional(),
  /** Of drawings that state none. */
  unit: z.enum(['mm', 'cm', 'm', 'in']).optional(),
  columns: z.array(column).min(1).max(100).readonly(),
});
export type OrderMapping = z.output<typeof orderMappingSchema>;
export type OrderMappingInput = z.input<typeof orderMappingSchema>;
