import { z } from 'zod';
import { finite } from './shapes.ts';

/** What another search needs to find the layouts of a search by time again, on any number of threads (docs/contracts.md,
 *  "Ledger"): `search.json` of a job's folder. */
export const searchRecordSchema = z.object({
  kerf: z.literal(1),
  seed: z.int().nonnegative(),
  threads: z.int().positive(),
  /** Seven numbers a placement that the search, since its last change, began with: sheet, copy, piece, x, y, rotation in
   *  degrees, mirrored (0 or 1). In this order: of equal pieces the first found takes the place. */
  start: z
    .array(finite)
    .refine((numbers) => numbers.length % 7 === 0, 'seven numbers a placement')
    .readonly(),
  /** What the clock and the other workers were to each worker: as native/core/src/record.rs writes it. */
  met: z.array(finite).min(2).readonly(),
});
export type SearchRecord = z.infer<typeof searchRecordSchema>;
