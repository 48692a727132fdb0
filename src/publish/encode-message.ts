import { z } from 'zod';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { MAX_PAYLOAD_BYTES } from '#domain/plc-messages.ts';

/** The latest alarms in one flat record, retained. */
export const alarmSummaryMessage = z.strictObject({
  activeCount: z.int().nonnegative(),
  unacknowledgedCount: z.int().nonnegative(),
  /** Severity of the most urgent one, 1 to 4; 0 when there is none. */
  severity: z.int().min(0).max(4),
  code: z.string().max(80),
  t: z.iso.datetime(),
});

/** Yields of the latest job that ended, basis points, retained. */
export const yieldMessage = z.strictObject({
  job: z.string().max(80),
  seq: z.int().nonnegative(),
  nestedYieldBp: z.int().nonnegative(),
  pieceCount: z.int().nonnegative(),
  cutCount: z.int().nonnegative(),
  t: z.iso.datetime(),
});

/** The head of the audit log, at each start and every hour: who keeps it can show later that rows were cut off. */
export const auditMessage = z.strictObject({ n: z.int().nonnegative(), hash: z.string().max(80), t: z.iso.datetime() });

/** One payload of the PLC's contract: minified ASCII JSON of at most 512 bytes.
 *  @throws KerfError PUBLISH_MESSAGE_REFUSED where a message would break the contract; it is a mistake of ours */
export function encodeMessage<T extends z.ZodType>(topic: string, schema: T, message: z.input<T>): string {
  const where = `topic ${topic}`;
  const document = parseDocument(schema, message, { name: 'message', where, code: 'PUBLISH_MESSAGE_REFUSED' });
  const payload = JSON.stringify(document);
  const foreign = /[^\u0020-\u007e]/.exec(payload);
  if (foreign)
    throw new KerfError(
      'PUBLISH_MESSAGE_REFUSED',
      `${where}: found the character ${JSON.stringify(foreign[0])}, expected printable ASCII only.`,
    );
  if (payload.length > MAX_PAYLOAD_BYTES)
    throw new KerfError(
      'PUBLISH_MESSAGE_REFUSED',
      `${where}: found ${payload.length} bytes, expected at most ${MAX_PAYLOAD_BYTES}.`,
    );
  return payload;
}

/** Text as a PLC can hold it: printable ASCII, at most 80 characters; what does not fit becomes "?" or is cut off. */
export function wireText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mn}/gu, '')
    .replaceAll(/[^\u0020-\u007e]/gu, '?')
    .slice(0, 80);
}
