import { z } from 'zod';
import { cutDecisionSchema } from '#domain/cut-comparison.ts';
import { defectSchema } from '#domain/inspection.ts';
import { backupView } from './backup-routes.ts';
import { layoutView, statusView } from './views.ts';
import { ring, sha256 } from '#domain/shapes.ts';

/** Events on the WebSocket /api/v1/events. The first is always `status`, so a window that reconnects has all it needs
 *  and then fetches inspection and layout of the job by the routes; while the hide is looked at, what was told of it so far
 *  comes next. `status` comes at least every 2 s: a station that says nothing for 6 s is gone. */
export const eventSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('status'), status: statusView }),
  /** A tile of the scan has been looked at: its rectangle in table mm and what was found so far in it. */
  z.strictObject({ kind: z.literal('tile'), job: z.string(), outline: ring, done: z.int(), total: z.int() }),
  /** What a tile shows by itself, provisional: the inspection takes the place of all of them. */
  z.strictObject({ kind: z.literal('defects'), job: z.string(), defects: z.array(defectSchema).readonly() }),
  /** The inspection changed: fetch it again. */
  z.strictObject({ kind: z.literal('inspection'), job: z.string() }),
  z.strictObject({ kind: z.literal('layout'), layout: layoutView }),
  /** Pieces done, as the PLC says. */
  z.strictObject({ kind: z.literal('cut'), job: z.string(), cutCount: z.int() }),
  /** A person has decided about a piece of a scan after cutting; null: a new scan was held against the layout. */
  z.strictObject({
    kind: z.literal('cut-scan'),
    job: z.string(),
    comparison: sha256,
    decision: cutDecisionSchema.nullable(),
  }),
  /** Somebody has accepted what was cut: fetch the ledger's record again. */
  z.strictObject({ kind: z.literal('sheet'), job: z.string() }),
  /** How far a backup is. */
  z.strictObject({ kind: z.literal('backup'), backup: backupView }),
]);
export type StationEvent = z.infer<typeof eventSchema>;

/** The version of the station in a status of whatever version. */
export const statusVersion = z
  .object({ kind: z.literal('status'), status: z.object({ version: z.string() }) })
  .transform(({ status }) => status.version);
