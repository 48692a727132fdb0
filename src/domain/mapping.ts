import { z } from 'zod';

/** What mappings of orders in and of results out say alike: how the other program writes, and its own words. */
export const mappingHead = {
  kerf: z.literal(1),
  format: z.enum(['csv', 'json']),
  decimal: z.enum(['.', ',']).default('.'),
} as const;

export const csvDelimiter = z.enum([',', ';', '\t']);

export const mappingColumn = {
  /** A fixed text instead of what the other program has there. */
  text: z.string().max(200).optional(),
  /** Numbers are multiplied by it: 0.000001 makes m² of mm², 100 makes mm² of cm². */
  times: z.number().optional(),
  /** Other words for the values of this column: {"done": "FERTIG"}. */
  words: z.record(z.string(), z.string()).optional(),
} as const;
