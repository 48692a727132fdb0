import { z } from 'zod';
import { finite } from './shapes.ts';

/** Where one piece lies: mirror first (x to -x), then rotate about the origin of the piece's own coordinates, then
 *  translate. `piece` is a position in the instance. */
export const placementSchema = z.object({
  piece: z.int().nonnegative(),
  x: finite,
  y: finite,
  rotation: finite.default(0),
  mirrored: z.boolean().default(false),
});
export type Placement = z.infer<typeof placementSchema>;

export const layoutSchema = z.object({
  material: z.int().nonnegative(),
  placements: z.array(placementSchema).readonly(),
  width: finite.optional(),
});
export type Layout = z.infer<typeof layoutSchema>;

/** The nest result (docs/contracts.md): a fixed contract, unknown keys are ignored. */
export const nestResultSchema = z.object({
  kerf: z.literal(1),
  layouts: z.array(layoutSchema).readonly(),
  unplaced: z
    .array(z.object({ piece: z.int().nonnegative(), count: z.int().positive(), reason: z.string() }))
    .readonly(),
  stopped: z.enum(['complete', 'time', 'evaluations', 'aborted']),
  objective: z.object({
    kind: z.enum(['value', 'kits', 'sheets', 'strip']),
    value: finite,
    bound: finite,
    /** What proves the bound: area, quality or rows. */
    boundBy: z.string().optional(),
  }),
  seconds: finite,
  seed: z.int(),
  threads: z.int(),
  trace: z
    .array(
      z.object({
        seconds: finite,
        evaluations: finite,
        value: finite,
        by: z.string().optional(),
        /** Which start of the race on sheets, from 1. */
        start: z.int().positive().optional(),
      }),
    )
    .readonly(),
});
export type NestResult = z.infer<typeof nestResultSchema>;
