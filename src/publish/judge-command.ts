import { z } from 'zod';
import { commandMessage, MAX_READ_BYTES, PLC_CODES } from '#domain/plc-messages.ts';
import { MOST_THICKNESS } from '#domain/material.ts';
import { orderName } from '#domain/shapes.ts';
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

/** What a command asks for, with what it names. None of them releases or approves. */
export type Command =
  | { readonly verb: 'sync' | 'pause' | 'resume' }
  /** Of the material, micrometres, as a gauge says. */
  | { readonly verb: 'scan'; readonly thicknessUm?: number | undefined }
  | { readonly verb: 'load'; readonly order: string }
  | { readonly verb: 'cancel'; readonly job: string }
  | { readonly verb: 'ackAlarm'; readonly alarm: string };
export type Verb = Command['verb'];

export type CommandJudgement =
  | { readonly kind: 'act'; readonly id: string; readonly command: Command }
  | { readonly kind: 'refuse'; readonly id: string; readonly code: number }
  /** It has no id to answer to. */
  | { readonly kind: 'drop' };

/** Heartbeats may be this much older than the station's last; at 2 s each, a command is good for half a minute. */
export const OLDEST_HEARTBEAT = 15;
const HEARTBEAT_CYCLE = 32768;
const wireId = commandMessage.shape.id;
const withId = z.object({ id: wireId });

const nothing = z.object({});
const READ: { readonly [V in Verb]: z.ZodType<Omit<Extract<Command, { verb: V }>, 'verb'>> } = {
  sync: nothing,
  scan: z.object({
    thicknessUm: z
      .int()
      .min(0)
      .max(MOST_THICKNESS * 1000)
      .optional(),
  }),
  pause: nothing,
  resume: nothing,
  load: z.object({ order: orderName }),
  cancel: z.object({ job: wireId }),
  ackAlarm: z.object({ alarm: wireId }),
};
export const VERBS = Object.keys(READ) as readonly Verb[];

/** Whether a command may act: never a retained one, never one whose sender has not heard the station lately, only a
 *  verb of the settings' list, and only with what the verb needs, in at most 512 bytes. */
export function judgeCommand({
  verb,
  payload,
  isRetained,
  heartbeat,
  allowedVerbs,
}: CommandQuestion): CommandJudgement {
  const id = readMessage(withId, payload, MAX_READ_BYTES)?.id;
  if (id === undefined) return { kind: 'drop' };
  const refuse = (code: number) => ({ kind: 'refuse', id, code }) as const;
  if (isRetained) return refuse(PLC_CODES.expired);
  const message = readMessage(commandMessage, payload, MAX_READ_BYTES);
  if (!message) return refuse(PLC_CODES.expired);
  const age = (heartbeat - message.hb + HEARTBEAT_CYCLE) % HEARTBEAT_CYCLE;
  if (age > OLDEST_HEARTBEAT) return refuse(PLC_CODES.expired);
  if (!allowedVerbs.includes(verb) || !Object.hasOwn(READ, verb)) return refuse(PLC_CODES.notAllowed);
  // What the verb needs is read of a payload within the contract's length alone.
  const named = readMessage<z.ZodType<object>>(READ[verb as Verb], payload);
  if (!named) return refuse(PLC_CODES.badMessage);
  return { kind: 'act', id, command: { verb, ...named } as Command };
}
