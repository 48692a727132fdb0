import { z } from 'zod';
import { commandMessage, PLC_CODES } from '#domain/plc-messages.ts';
import { readMessage } from './read-message.ts';

export interface CommandQuestion {
  readonly verb: string;
  readonly payload: Uint8Array;
  /** The broker kept it: sent at some time past. */
  readonly isRetained: boolean;
  /** n of the station's last heartbeat. */
  readonly heartbeat: number;
  readonly allowedVerbs: readonly string[];
}

export type CommandJudgement =
  | { readonly kind: 'act'; readonly id: string }
  | { readonly kind: 'refuse'; readonly id: string; readonly code: number }
  /** It has no id to answer to. */
  | { readonly kind: 'drop' };

/** Heartbeats may be this much older than the station's last; at 2 s each, a command is good for half a minute. */
const OLDEST_HEARTBEAT = 15;
const HEARTBEAT_CYCLE = 32768;
const withId = z.object({ id: commandMessage.shape.id });

/** Whether a command may act: never a retained one, never one whose sender has not heard the station lately, and only
 *  a verb of the settings' list. */
export function judgeCommand({
  verb,
  payload,
  isRetained,
  heartbeat,
  allowedVerbs,
}: CommandQuestion): CommandJudgement {
  const id = readMessage(withId, payload)?.id;
  if (id === undefined) return { kind: 'drop' };
  if (isRetained) return { kind: 'refuse', id, code: PLC_CODES.expired };
  const message = readMessage(commandMessage, payload);
  if (!message) return { kind: 'refuse', id, code: PLC_CODES.expired };
  const age = (heartbeat - message.hb + HEARTBEAT_CYCLE) % HEARTBEAT_CYCLE;
  if (age > OLDEST_HEARTBEAT) return { kind: 'refuse', id, code: PLC_CODES.expired };
  if (!allowedVerbs.includes(verb)) return { kind: 'refuse', id, code: PLC_CODES.notAllowed };
  return { kind: 'act', id };
}
