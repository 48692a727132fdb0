import { z } from 'zod';
import { nonNegative } from './shapes.ts';

/** Thickest material, mm: leather is 0.4 to 6. */
export const MOST_THICKNESS = 50;

/** How thick what lies on the table is, mm, and who says so: a gauge (or a person) for this hide, or the order for all of
 *  its hides. */
export const toldThicknessSchema = z.strictObject({
  mm: nonNegative.max(MOST_THICKNESS),
  by: z.enum(['gauge', 'order']),
});
export type ToldThickness = z.infer<typeof toldThicknessSchema>;
