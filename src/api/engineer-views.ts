import { z } from 'zod';
import { isoTime, point } from '#domain/shapes.ts';

/** What the engineer's screens see of the station beside its status. Null: not known (yet), never a guess. */

export const healthView = z.strictObject({
  at: isoTime,
  version: z.string(),
  node: z.string(),
  startedAt: isoTime,
  memoryBytes: z.int(),
  dataDir: z.string(),
  disk: z.strictObject({ freeBytes: z.int(), totalBytes: z.int() }).nullable(),
  source: z.strictObject({
    address: z.string(),
    kind: z.enum(['file', 'folder', 'device']),
    /** null: a device is only asked when it scans. */
    isThere: z.boolean().nullable(),
  }),
  /** The latest hide that was scanned. */
  scan: z
    .strictObject({
      job: z.string(),
      takenAt: isoTime,
      widthPx: z.int(),
      heightPx: z.int(),
      mmPerPx: z.number(),
      calibration: z.string().nullable(),
      /** What the table was found by; null: the picture was taken as it is. */
      foundBy: z.enum(['markers', 'corners']).nullable(),
      /** How far off straight the markers of the table are, mm; null where none says. */
      residual: z.number().nullable(),
      /** How far a marker has moved since the table was told, mm; null where none says. */
      drift: z.number().nullable(),
    })
    .nullable(),
  model: z.strictObject({
    /** As the settings name it. */
    wanted: z.string(),
    /** What looked at the latest hide. */
    used: z.string().nullable(),
    provider: z.string().nullable(),
  }),
  /** Seconds of the latest hide's steps. */
  seconds: z.record(z.string(), z.number()),
  nest: z.strictObject({ seconds: z.number(), threads: z.int(), seed: z.int() }),
  machine: z.strictObject({
    id: z.string(),
    kind: z.string(),
    format: z.string(),
    width: z.number(),
    height: z.number(),
    send: z.string(),
  }),
  messages: z.strictObject({ sent: z.int(), bad: z.int(), refusedCommands: z.int(), connections: z.int() }),
  /** Alarms that took the screen since `since` (eight hours ago, or when the station started). */
  alarms: z.strictObject({
    since: isoTime,
    raisedCount: z.int(),
    perTenMinutes: z.number(),
    mostInTenMinutes: z.int(),
  }),
  jobCount: z.int(),
});
export type HealthView = z.infer<typeof healthView>;

/** The camera that hides come from, and how its latest picture looks. */
export const cameraView = z.strictObject({
  /** False: hides come from a file or folder, and there is nothing to look through. */
  isLive: z.boolean(),
  /** Codes of the camera's alarms, the gravest first; empty while all is well. */
  troubles: z.array(z.string()).readonly(),
  /** Where a window on the station's machine gives the pictures of a camera of its browser: a port at 127.0.0.1
   *  (#domain/frame-feed.ts). Null: the camera is another. */
  feedPort: z.int().nullable(),
  picture: z
    .strictObject({
      takenAt: isoTime,
      widthPx: z.int(),
      heightPx: z.int(),
      /** Brightness that a twentieth of the picture reaches, 0 to 255. */
      bright: z.number(),
      /** Share of the picture that is burnt out, 0 to 1. */
      burntShare: z.number(),
      /** Width of the sharpest edges, px; null where too few are strong enough to tell. */
      edgePx: z.number().nullable(),
    })
    .nullable(),
});
export type CameraView = z.infer<typeof cameraView>;

export const logLineView = z.strictObject({
  at: isoTime,
  level: z.enum(['error', 'warn', 'info']),
  event: z.string(),
  fields: z.record(z.string(), z.string()),
});
export type LogLineView = z.infer<typeof logLineView>;

export const jobEventView = z.strictObject({
  id: z.int(),
  kind: z.string(),
  at: isoTime,
  by: z.string().nullable(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type JobEventView = z.infer<typeof jobEventView>;

/** Where the table's corners lie in the projector's picture, as shares of its width and height, y down: lower left,
 *  lower right, upper right, upper left of the table. */
export const projectorCorners = z.tuple([point, point, point, point]).readonly();
export type ProjectorCorners = z.infer<typeof projectorCorners>;

export const projectorView = z.strictObject({
  tableWidth: z.number(),
  tableHeight: z.number(),
  corners: projectorCorners.nullable(),
  setAt: isoTime.nullable(),
  setBy: z.string().nullable(),
});
export type ProjectorView = z.infer<typeof projectorView>;
