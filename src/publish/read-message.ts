import type { z } from 'zod';
import { MAX_PAYLOAD_BYTES } from '#domain/plc-messages.ts';

/** Reads what a machine sent. Anything that does not fit is null: a broken message is counted, never a crash. */
export function readMessage<T extends z.ZodType>(
  schema: T,
  payload: Uint8Array,
  mostBytes = MAX_PAYLOAD_BYTES,
): z.infer<T> | null {
  if (payload.byteLength > mostBytes) return null;
  try {
    const result = schema.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
    return result.success ? result.data : null;
  } catch {
    // No UTF-8 or no JSON: the same as a message of the wrong shape.
    return null;
  }
}
