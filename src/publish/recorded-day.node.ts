import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { connectAsync } from 'mqtt';
import { z } from 'zod';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { mqttDoorOptions, type MqttDoor } from './mqtt-session.node.ts';
import type { Timers } from './timers.ts';
import { RETAINED_TOPICS, topicPrefix, TOPICS } from './topics.ts';

/** One message of a recorded day, a line of JSON. */
const dayLine = z.strictObject({
  /** Since the first message. */
  ms: z.number().nonnegative(),
  /** Below the station's prefix. */
  topic: z.string().regex(/^[A-Za-z0-9._/-]+$/, 'a topic of A-Z a-z 0-9 . _ / -'),
  payload: z.string(),
  qos: z.union([z.literal(0), z.literal(1)]),
  retain: z.boolean(),
});
export type DayLine = z.infer<typeof dayLine>;

/** What is heard as it is said has lost its retain flag (MQTT 3.1.1, 3.3.1.3); the contract says where it was. */
const KEPT: ReadonlySet<string> = new Set([TOPICS.availability, ...RETAINED_TOPICS]);

interface DayPlace {
  readonly door: MqttDoor;
  readonly site: string;
  readonly station: string;
  readonly signal: AbortSignal;
}

/** @throws KerfError PUBLISH_DAY_REFUSED with file and line */
export function dayLines(text: string, where: string): DayLine[] {
  const code = 'PUBLISH_DAY_REFUSED';
  return text
    .split('\n')
    .map((line, i) => ({ line, where: `${where}:${i + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, where: place }) =>
      parseDocument(dayLine, parseJson(line, place, code), { name: 'message', where: place, code }),
    );
}

/** Writes every message of a station and its PLC until `signal` aborts; gives their number. */
export async function recordDay({
  door,
  site,
  station,
  signal,
  file,
  nowMs,
}: DayPlace & { readonly file: string; readonly nowMs: () => number }): Promise<number> {
  const prefix = topicPrefix(site, station);
  const out = createWriteStream(file);
  const client = await connectAsync(door.url, { ...mqttDoorOptions(door), reconnectPeriod: 1000 });
  let count = 0;
  let first: number | null = null;
  client.on('message', (topic, payload, { qos, retain }) => {
    const now = nowMs();
    first ??= now;
    count += 1;
    const line: DayLine = {
      ms: Math.round(now - first),
      topic: topic.slice(prefix.length),
      payload: payload.toString(),
      qos: qos === 0 ? 0 : 1,
      retain: retain || KEPT.has(topic.slice(prefix.length)),
    };
    out.write(`${JSON.stringify(line)}\n`);
  });
  await client.subscribeAsync(`${prefix}#`, { qos: 1 });
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await client.endAsync();
  out.end();
  await finished(out);
  return count;
}

/** Says recorded messages again, `speed` times as fast as they were. */
export async function replayDay({
  door,
  site,
  station,
  signal,
  lines,
  speed,
  timers,
}: DayPlace & { readonly lines: readonly DayLine[]; readonly speed: number; readonly timers: Timers }): Promise<{
  readonly count: number;
}> {
  const prefix = topicPrefix(site, station);
  const client = await connectAsync(door.url, { ...mqttDoorOptions(door), reconnectPeriod: 1000 });
  try {
    let before = 0;
    for (const { ms, topic, payload, qos, retain } of lines) {
      signal.throwIfAborted();
      const pause = (ms - before) / speed;
      before = ms;
      if (pause >= 1) await new Promise<void>((resolve) => timers.after(pause, resolve));
      await client.publishAsync(prefix + topic, payload, { qos, retain });
    }
    return { count: lines.length };
  } finally {
    await client.endAsync();
  }
}
