import { z } from 'zod';
import { toldThicknessSchema } from './material.ts';
import { finite, isoTime, nonNegative, sha256, wireId } from './shapes.ts';

/** States of the contract (docs/contracts.md, "States"). */
export const stationStates = [
  'STARTING',
  'READY',
  'SCANNING',
  'INSPECTING',
  'REVIEWING',
  'NESTING',
  'RELEASED',
  'CUTTING',
  'PAUSED',
  'DONE',
] as const;
export type StationState = (typeof stationStates)[number];

export const jobStates = [
  'new',
  'scanned',
  'inspected',
  'reviewed',
  'nested',
  'approved',
  'released',
  'accepted',
  'cutting',
  'paused',
  'done',
  'rejected',
  'failed',
  'cancelled',
] as const;
export type JobState = (typeof jobStates)[number];

/** A job never leaves these; but where a restore ended it the cutter's own end takes the place of that one. */
export const finalJobStates: ReadonlySet<JobState> = new Set(['done', 'rejected', 'failed', 'cancelled']);

/** One hide's way through the station. Files live in `jobs/<id>/` of the data folder: scan/, inspection.json,
 *  order.json, problem.json, layout.json (a nest result), cut.<ext>; the record names their hashes. */
export const jobSchema = z.strictObject({
  id: wireId,
  /** 1..2147483647, +1 a job; the same when a message is resent. */
  seq: z.int().min(1).max(2147483647),
  state: z.enum(jobStates),
  source: z.string(),
  /** Name of the order this hide is cut for. */
  order: z.string(),
  machine: wireId,
  /** Of the profile that the cut file was made for; absent or null: there is none, or it is of an earlier version. */
  machineSha256: sha256.nullable().optional(),
  /** Code of the hide, typed or read from its tag; absent or null: none. */
  hide: wireId.nullable().optional(),
  /** The remnant of the stock that lies on the table instead of a whole hide. */
  remnant: wireId.nullable().optional(),
  /** Of the material; absent or null: neither order nor gauge told it, the station's settings count. */
  thickness: toldThicknessSchema.nullable().optional(),
  /** The job that was broken off on this sheet; what it cut is not cut again. */
  follows: wireId.nullable().optional(),
  /** Of that job: placements that may not be cut into again, and how many of each piece it (and those before it) cut. */
  cutBefore: z
    .strictObject({
      placements: z.array(z.int().nonnegative()).readonly(),
      pieces: z.record(z.string(), z.int().nonnegative()),
    })
    .nullable()
    .optional(),
  /** How far its sheet has slipped since the scan of the job that it follows: the largest way of a point of the rim (mm),
   *  the turn (degrees, counter-clockwise), and how far both rims still differ (mm, root mean square). Null: it lies as
   *  it lay, or its rim is out of the picture and nobody can tell. */
  slip: z.strictObject({ farthest: nonNegative, rotation: finite, residual: nonNegative }).nullable().optional(),
  createdAt: isoTime,
  updatedAt: isoTime,
  scanSha256: sha256.nullable(),
  inspectionSha256: sha256.nullable(),
  layoutSha256: sha256.nullable(),
  cutFile: z.string().nullable(),
  cutSha256: sha256.nullable(),
  pieceCount: z.int().nonnegative().nullable(),
  cutCount: z.int().nonnegative().nullable(),
  /** Area of placed pieces over the hide's net area, basis points. */
  nestedYieldBp: z.int().min(0).max(10000).nullable(),
  approvedBy: z.string().nullable(),
  /** Doubtful regions that a person let pass: how many, and who. */
  waivedCount: z.int().nonnegative(),
  waivedBy: z.string().nullable(),
  /** Result code of the PLC's last answer (0 ok; docs/contracts.md, "Codes"). */
  code: z.int().nullable(),
  /** Why it ended as failed or cancelled: an error code of ours, or null. */
  reason: z.string().nullable(),
  seconds: z.record(z.string(), nonNegative),
});
export type Job = z.infer<typeof jobSchema>;

/** Reasons for which a person may put an alarm aside for a time. */
export const shelfReasons = ['known', 'repairing', 'flapping', 'notUsed'] as const;
export type ShelfReason = (typeof shelfReasons)[number];

export const shelfSchema = z.strictObject({
  by: z.string(),
  reason: z.enum(shelfReasons),
  at: isoTime,
  /** It comes back by itself then. */
  until: isoTime,
});
export type Shelf = z.infer<typeof shelfSchema>;

export const alarmSchema = z.strictObject({
  id: z.string(),
  code: z.string(),
  /** 1 urgent to 4 for information. */
  severity: z.int().min(1).max(4),
  isActive: z.boolean(),
  isAcknowledged: z.boolean(),
  /** Counts changes of this alarm. */
  n: z.int().nonnegative(),
  job: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  raisedAt: isoTime,
  /** Put aside by a person: it stands, but asks for nobody until then. Absent or null: it is not. */
  shelved: shelfSchema.nullable().optional(),
  clearedAt: isoTime.nullable(),
});
export type Alarm = z.infer<typeof alarmSchema>;
