import { z } from 'zod';
import { actKinds } from '#domain/arrangement.ts';
import { gradingSchema } from '#domain/grading.ts';
import { alarmSchema, jobSchema, stationStates } from '#domain/job.ts';
import { defectSchema } from '#domain/inspection.ts';
import { drawnRing } from '#domain/shapes.ts';

/** What windows see of the station. All coordinates are table mm. */

export const plcView = z.strictObject({
  isConnected: z.boolean(),
  isSimulated: z.boolean(),
  mode: z.enum(['auto', 'manual', 'fault', 'unknown']),
  /** The PLC's last answer to the current job, and how long it took. */
  lastResult: z.string().nullable(),
  lastCode: z.int().nullable(),
  answeredInMs: z.number().nullable(),
  /** A wish sent and not answered yet: pause, resume or cancel. */
  asked: z.enum(['pause', 'resume', 'cancel']).nullable(),
});

export const progressView = z.strictObject({ what: z.string(), done: z.number(), total: z.number() });

/** What a person did; `pieces`: those of the order that it was about, by id. */
export const actName = z.strictObject({ action: z.enum(actKinds), pieces: z.array(z.string()).readonly() });
export type ActName = z.infer<typeof actName>;

export const statusView = z.strictObject({
  version: z.string(),
  state: z.enum(stationStates),
  /** Counts changes of state; grows by one with each. */
  n: z.int().nonnegative(),
  job: jobSchema.nullable(),
  /** What people did to this job's marks and pieces: how much can be taken back, and of what was taken back how much can
   *  be done again; `undo` and `redo` name what comes next, absent where there is nothing. */
  corrections: z
    .strictObject({
      undoCount: z.int(),
      redoCount: z.int(),
      undo: actName.optional(),
      redo: actName.optional(),
    })
    .optional(),
  progress: progressView.nullable(),
  alarms: z.array(alarmSchema).readonly(),
  plc: plcView,
  broker: z.strictObject({ url: z.string(), isConnected: z.boolean(), outboxCount: z.int().nonnegative() }),
  provider: z.strictObject({ used: z.string(), why: z.string() }).nullable(),
  order: z.strictObject({
    name: z.string(),
    pieceCount: z.int(),
    /** `pieceCount` is what is left after the hides that were cut; absent: each hide is cut for all of it anew. */
    isCounted: z.boolean().optional(),
    kits: z.array(z.strictObject({ id: z.string(), quantity: z.int() })).readonly(),
  }),
  /** The scale in use, and from which doubt on a person is asked; absent: the leather scale. */
  grading: gradingSchema.pick({ id: true, grades: true, doubt: true }).optional(),
  language: z.string(),
  now: z.iso.datetime(),
});
export type StatusView = z.infer<typeof statusView>;

/** One placed piece, ready to draw: its outline stands in table mm. */
export const placedPieceView = z.strictObject({
  placement: z.int().nonnegative(),
  piece: z.int().nonnegative(),
  id: z.string(),
  label: z.string(),
  kit: z.string().nullable(),
  quality: z.int(),
  outline: drawnRing,
  holes: z.array(drawnRing).readonly(),
  isLocked: z.boolean(),
  /** Its placement: `outline` is the piece's own under this move. */
  x: z.number(),
  y: z.number(),
  rotation: z.number(),
  mirrored: z.boolean(),
  /** Angles it may lie at on this hide, degrees in [0, 360); null: any. */
  turns: z.array(z.number()).readonly().nullable(),
});

export const boundProofs = ['area', 'quality', 'rows', 'order'] as const;
export type BoundProof = (typeof boundProofs)[number];

export const layoutView = z.strictObject({
  job: z.string(),
  /** Hash of the inspection that it was made for: after a correction, a layout of another one cannot be cut. */
  inspectionSha256: z.string().nullable(),
  /** Hash of the layout as it would be released: what "Cut this" carries, while the search runs and after it. Null
   *  where no piece lies yet. The station keeps the latest 64 that it showed of a search; a correction ends them. */
  sha256: z.string().nullable(),
  isFinal: z.boolean(),
  pieces: z.array(placedPieceView).readonly(),
  /** Least distance between pieces, and from the hide's rim and holes. */
  spacing: z.number(),
  margin: z.number(),
  pieceCount: z.int(),
  /** Whole kits among the pieces. */
  kitCount: z.int(),
  /** Faultless leather that no piece lies on. */
  bestLeftMm2: z.number(),
  /** Of all contours, without the ways between them. */
  cutLength: z.number(),
  unplaced: z.array(z.strictObject({ id: z.string(), count: z.int(), reason: z.string() })).readonly(),
  nestedYieldBp: z.int(),
  value: z.number(),
  /** No layout is worth more. */
  bound: z.number(),
  /** What proves it: the leather's area, the leather that is good enough, rows across a strip that do not count alike, or
   *  that no more is ordered. Null while the search runs, which knows no bound before its end. */
  boundBy: z.enum(boundProofs).nullable(),
  seconds: z.number(),
  trace: z.array(z.strictObject({ seconds: z.number(), nestedYieldBp: z.number() })).readonly(),
});
export type LayoutView = z.infer<typeof layoutView>;

/** One correction by a person. */
export const labelView = z.strictObject({
  job: z.string(),
  /** 1, 2, 3 … within the job. */
  n: z.int().positive(),
  at: z.iso.datetime(),
  by: z.string(),
  action: z.enum(['draw', 'regrade', 'erase', 'undo', 'redo']),
  /** Of an undo or redo: the label that it takes back or does again. */
  of: z.int().nullable(),
  defect: z.string(),
  position: z.int().nonnegative(),
  before: defectSchema.nullable(),
  after: defectSchema.nullable(),
});

/** The order in which contours are cut, for the animation: indices are placements of the layout. */
export const cutView = z.strictObject({
  job: z.string(),
  order: z.array(z.int()).readonly(),
  cutLength: z.number(),
  seconds: z.number(),
  file: z.string(),
  sha256: z.string(),
});
export type CutView = z.infer<typeof cutView>;
