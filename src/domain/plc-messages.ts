import { z } from 'zod';
import { wireId } from './shapes.ts';

/** The PLC's contract over MQTT (docs/contracts.md, "MQTT, plain JSON"): flat, minified ASCII JSON of at most 512
 *  bytes; unknown keys are ignored by both sides. Messages that we read are loose, those that we write are strict. */

const id = wireId;
const seq = z.int().min(1).max(2147483647);
const text = z.string().max(80);
const count = z.int().nonnegative();
const t = z.iso.datetime();

export const releaseResults = [
  'accepted',
  'rejected',
  'started',
  'paused',
  'resumed',
  'done',
  'failed',
  'cancelled',
] as const;
export type ReleaseResult = (typeof releaseResults)[number];

export const heartbeatMessage = z.strictObject({ n: z.int().min(0).max(32767), s: text });
export const plcHeartbeatMessage = z.object({
  n: z.int().min(0).max(32767),
  mode: z.enum(['auto', 'manual', 'fault']),
});
export const stateMessage = z.strictObject({ s: text, job: text, seq: count, n: count, t });
export const jobReleasedMessage = z.strictObject({
  id,
  seq,
  sheet: text,
  recipe: text,
  pieceCount: count,
  nestedYieldBp: count,
  /** Relative to the agreed share; written, synced and re-read before. */
  file: text,
  sha256: z.string().length(64),
  t,
});
export const jobRequestMessage = z.strictObject({ id, seq, req: z.enum(['pause', 'resume', 'cancel']) });
export const jobAckMessage = z.object({
  id,
  seq,
  result: z.enum(releaseResults),
  code: count,
  cutCount: count.optional(),
});
export const jobClosedMessage = z.strictObject({ id, seq, result: z.enum(releaseResults) });
export const alarmMessage = z.strictObject({
  id: text,
  code: text,
  severity: z.int().min(1).max(4),
  active: z.int().min(0).max(1),
  n: count,
  t,
});
export const sheetMessage = z.strictObject({
  job: text,
  seq: count,
  sheet: text,
  outlineCm2: count,
  usableCm2: count,
  defectCount: count,
  t,
});
export const layoutMessage = z.strictObject({
  job: text,
  seq: count,
  pieceCount: count,
  unplacedCount: count,
  nestedYieldBp: count,
  t,
});
export const commandMessage = z.object({ id, hb: z.int().min(0).max(32767) });
export const commandAckMessage = z.strictObject({ id, ok: z.int().min(0).max(1), code: count });

export type JobReleased = z.infer<typeof jobReleasedMessage>;
export type JobAck = z.infer<typeof jobAckMessage>;

/** Codes of the contract; 100..999 are the machine's, with texts in its profile. */
export const PLC_CODES = {
  ok: 0,
  busy: 1,
  fileMissing: 2,
  hashDiffers: 3,
  wrongSheet: 4,
  toolMissing: 5,
  notAutomatic: 6,
  expired: 7,
  idReused: 8,
  notAllowed: 9,
  wrongState: 10,
  badMessage: 11,
} as const;

export const MAX_PAYLOAD_BYTES = 512;
/** What a PLC says beyond `MAX_PAYLOAD_BYTES` breaks the contract, and silence would leave it to repeat itself: up to
 *  here it is read, so that a command is refused by its id, and a job's result, which no answer can refuse, is taken. */
export const MAX_READ_BYTES = 4096;
