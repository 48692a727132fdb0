import { z } from 'zod';
import { arrangement } from '#domain/arrangement.ts';
import { jobSchema, shelfReasons } from '#domain/job.ts';
import { inspectionSchema } from '#domain/inspection.ts';
import { MOST_THICKNESS } from '#domain/material.ts';
import { isoTime, personName, quality, readableText, wireId } from '#domain/shapes.ts';
import { MOST_TABLE } from '#domain/table-corners.ts';
import { cutView, labelView, layoutView, statusView } from './views.ts';
import { ENGINEER_ROUTES } from './engineer-routes.ts';
import { ACCESS_ROUTES } from './access-routes.ts';
import { BACKUP_ROUTES } from './backup-routes.ts';
import { LEDGER_ROUTES } from './ledger-routes.ts';
import { MAPPING_ROUTES } from './mapping-routes.ts';
import { STOCK_ROUTES } from './stock-routes.ts';
import { TABLE_ROUTES } from './table-routes.ts';
import { ORDER_ROUTES } from './order-routes.ts';

/** One schema a route: the server validates by it, the client is typed by it, OpenAPI is made of it.
 *  All under /api/v1. Who may call one stands in route-callers.ts; what is no JSON in file-routes.ts;
 *  `GET /openapi.json` describes all of this. */

/** What a person draws lies on the table or a little beside it: further off is a slip that no solver can follow. */
const onTable = z
  .number()
  .min(-MOST_TABLE)
  .max(2 * MOST_TABLE);
const ringOnTable = z
  .array(z.tuple([onTable, onTable]).readonly())
  .min(3)
  .readonly();
const ok = z.strictObject({ ok: z.literal(true) });
export const errorBody = z.strictObject({
  code: z.string(),
  message: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  readonly answer: z.ZodType;
  /** Longest body; the server's own limit where it says none. */
  readonly bodyLimitBytes?: number;
}

const jobParams = z.strictObject({ id: z.string() });
/** Names the layout that the person saw. */
const layoutSha256 = z.string().length(64);

export const ROUTES = {
  ...ACCESS_ROUTES,
  ...LEDGER_ROUTES,
  ...ORDER_ROUTES,
  ...MAPPING_ROUTES,
  ...STOCK_ROUTES,
  ...ENGINEER_ROUTES,
  ...BACKUP_ROUTES,
  ...TABLE_ROUTES,
  status: { method: 'GET', path: '/status', summary: 'The station, now', answer: statusView },
  jobs: {
    method: 'GET',
    path: '/jobs',
    summary: 'Jobs, newest first: the latest, those before a number or a time, or those of one hide',
    /** `before`: the `seq` of the last job that one has, for the next page; `until`: begun before it. */
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(500).default(50),
      before: z.coerce.number().int().min(1).optional(),
      until: isoTime.optional(),
      hide: wireId.optional(),
    }),
    answer: z.array(jobSchema).readonly(),
  },
  job: { method: 'GET', path: '/jobs/:id', summary: 'One job', params: jobParams, answer: jobSchema },
  startJob: {
    method: 'POST',
    path: '/jobs',
    summary: 'Scan the next hide (READY or DONE only)',
    /** `hide`: the code of its tag; `remnant`: a remnant of the stock lies there instead of a whole hide. */
    body: z.strictObject({
      source: z.string().optional(),
      hide: wireId.nullable().optional(),
      remnant: wireId.nullable().optional(),
      /** Of the material, mm; else as the order says, or the settings. */
      thickness: z.number().min(0).max(MOST_THICKNESS).nullable().optional(),
      /** The job that was broken off on the sheet that lies there: what it cut is not cut again. `cut` are its
       *  placements that were cut; without it those that the cutter has counted. */
      follows: z
        .strictObject({ job: wireId, cut: z.array(z.int().nonnegative()).max(10_000).readonly().optional() })
        .optional(),
    }),
    answer: jobSchema,
  },
  inspection: {
    method: 'GET',
    path: '/jobs/:id/inspection',
    summary: 'What was seen',
    params: jobParams,
    answer: inspectionSchema,
  },
  layout: {
    method: 'GET',
    path: '/jobs/:id/layout',
    summary: 'The best layout so far; null while there is none',
    params: jobParams,
    answer: layoutView.nullable(),
  },
  /** The best first; any of them can be cut. */
  alternatives: {
    method: 'GET',
    path: '/jobs/:id/alternatives',
    summary: 'Up to three layouts of the search, each better than the others at something',
    params: jobParams,
    answer: z.array(layoutView).max(3).readonly(),
  },
  cutPlan: {
    method: 'GET',
    path: '/jobs/:id/cut-plan',
    summary: 'The order of cutting',
    params: jobParams,
    answer: cutView,
  },
  /** "Looks right". With doubtful regions open it needs waive: true and a name. */
  review: {
    method: 'POST',
    path: '/jobs/:id/review',
    summary: 'A person has looked; nesting starts',
    params: jobParams,
    body: z.strictObject({ by: personName, waive: z.boolean().default(false) }),
    answer: jobSchema,
  },
  /** Before review it corrects the inspection; while nesting or with a layout it makes a new valid layout. Here and below
   *  `layoutSha256` is what an undo comes back to; without it the best one of the search is. */
  addDefect: {
    method: 'POST',
    path: '/jobs/:id/defects',
    summary: 'Draw a defect',
    params: jobParams,
    body: z.strictObject({
      outline: ringOnTable,
      class: readableText(80).default('person'),
      quality,
      layoutSha256: layoutSha256.optional(),
      by: personName,
    }),
    answer: inspectionSchema,
  },
  changeDefect: {
    method: 'POST',
    path: '/jobs/:id/defects/:defect',
    summary: 'Regrade a defect (quality) or take it away (quality null)',
    params: z.strictObject({ id: z.string(), defect: z.string() }),
    body: z.strictObject({ quality: quality.nullable(), layoutSha256: layoutSha256.optional(), by: personName }),
    answer: inspectionSchema,
  },
  /** Marks and arrangements in the order in which they were made, back to the start of the job, across reloads and
   *  restarts; the layout before comes back, and the search goes on from it. Refused where there is nothing: 409. */
  undo: {
    method: 'POST',
    path: '/jobs/:id/undo',
    summary: 'Take the latest correction or arrangement back',
    params: jobParams,
    body: z.strictObject({ layoutSha256: layoutSha256.optional(), by: personName }),
    answer: inspectionSchema,
  },
  redo: {
    method: 'POST',
    path: '/jobs/:id/redo',
    summary: 'Do again what was taken back last',
    params: jobParams,
    body: z.strictObject({ layoutSha256: layoutSha256.optional(), by: personName }),
    answer: inspectionSchema,
  },
  labels: {
    method: 'GET',
    path: '/jobs/:id/labels',
    summary: 'What people corrected, in order',
    params: jobParams,
    answer: z.array(labelView).readonly(),
  },
  /** All locked and banned pieces of the hide; the search goes on round the first and without the others. A piece that
   *  was moved or turned is locked there. `layoutSha256` names the layout that the person saw: the search goes on from
   *  that one, where the station still has it; `moved` are its placements whose pieces lie elsewhere now. */
  lockPieces: {
    method: 'POST',
    path: '/jobs/:id/locked',
    summary: 'Keep these pieces where they lie, and these off the hide',
    params: jobParams,
    body: arrangement.extend({
      layoutSha256: layoutSha256.optional(),
      moved: z.array(z.int().nonnegative()).max(2000).readonly().optional(),
      by: personName,
    }),
    answer: inspectionSchema,
  },
  stopNest: {
    method: 'POST',
    path: '/jobs/:id/nest/stop',
    summary: 'Keep the best layout so far',
    params: jobParams,
    answer: ok,
  },
  /** "Cut this": exactly the layout with this hash is checked, approved and released, or nothing. Idempotent. */
  approve: {
    method: 'POST',
    path: '/jobs/:id/approve',
    summary: 'Approve and release',
    params: jobParams,
    body: z.strictObject({ layoutSha256, by: personName }),
    answer: jobSchema,
  },
  /** A wish; the PLC decides. */
  request: {
    method: 'POST',
    path: '/jobs/:id/request',
    summary: 'Ask the cutter to pause, resume or cancel',
    params: jobParams,
    body: z.strictObject({ req: z.enum(['pause', 'resume', 'cancel']) }),
    answer: ok,
  },
  /** Before the approval; null takes the code away. */
  nameHide: {
    method: 'POST',
    path: '/jobs/:id/hide',
    summary: 'The code of the hide on the table, as its tag says',
    params: jobParams,
    body: z.strictObject({ code: wireId.nullable(), by: personName }),
    answer: jobSchema,
  },
  cancel: {
    method: 'POST',
    path: '/jobs/:id/cancel',
    summary: 'Give the job up before release',
    params: jobParams,
    answer: jobSchema,
  },
  key: {
    method: 'GET',
    path: '/key',
    summary: 'The public part of the key that signs releases',
    answer: z.strictObject({ id: z.string(), publicPem: z.string() }),
  },
  acknowledgeAlarm: {
    method: 'POST',
    path: '/alarms/:id/acknowledge',
    summary: 'Seen; the alarm stands until its cause has gone',
    params: jobParams,
    answer: ok,
  },
  /** It comes back by itself; an urgent one (severity 1) is refused: 409. */
  shelveAlarm: {
    method: 'POST',
    path: '/alarms/:id/shelve',
    summary: 'Put an alarm aside for a time, with a reason',
    params: jobParams,
    body: z.strictObject({ by: personName, reason: z.enum(shelfReasons), minutes: z.int().min(1).max(480) }),
    answer: ok,
  },
  unshelveAlarm: {
    method: 'POST',
    path: '/alarms/:id/unshelve',
    summary: 'Bring an alarm back before its time',
    params: jobParams,
    body: z.strictObject({ by: personName }),
    answer: ok,
  },
} as const satisfies Record<string, Route>;
export type RouteName = keyof typeof ROUTES;

export const API_PREFIX = '/api/v1';
