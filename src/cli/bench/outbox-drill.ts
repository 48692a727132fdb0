import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { Publisher } from '#publish/publisher.node.ts';
import { TOPICS, topicPrefix } from '#publish/topics.ts';
import { openStore } from '#store/store.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import type { Mosquitto } from './mosquitto.ts';

export interface OutboxDrill {
  readonly eventCount: number;
  readonly restartCount: number;
  /** Events that the outside client never heard. */
  readonly lostCount: number;
  /** Heard again, on the wire; each has the same id as before. */
  readonly repeatCount: number;
  /** After removal of equal ids, per topic. */
  readonly outOfOrderCount: number;
  /** Broker up for the first time until the outside client has heard the last event, restarts included. */
  readonly seconds: number;
  /** From the broker's door open until the station is connected, one a restart. */
  readonly reconnectMs: readonly number[];
  /** From the station's connection until an outside client has heard the state as it is now. */
  readonly stateRightMs: readonly number[];
}

export interface OutboxDrillOptions {
  readonly dir: string;
  readonly mosquitto: Mosquitto;
  readonly eventCount: number;
  readonly restartCount: number;
  /** Least time before the station tries again; 1000 in a station. */
  readonly reconnectMs: number;
  readonly signal: AbortSignal;
}

const SITE = 'drill';
const STATION = 'outbox';
const PREFIX = topicPrefix(SITE, STATION);
const EVENT_TOPICS = ['alarm', 'drill/a', 'drill/b', 'drill/c'];
const AT = '2026-01-01T00:00:00.000Z';
const ROWS_A_COMMIT = 250;

/** Events written while the broker is away, then sent to it while it is restarted again and again, heard by
 *  mosquitto_sub with a kept session. */
export async function drillOutbox(options: OutboxDrillOptions): Promise<OutboxDrill> {
  const { dir, mosquitto, eventCount, restartCount, signal } = options;
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const ear = await listen(mosquitto.port);
  await using store = await openStore(join(dir, 'data'));
  try {
    await mosquitto.stop();
    await writeEvents(store, eventCount);
    let ended = 0;
    let connectedAt = 0;
    await using publisher = new Publisher({
      ...{ url, site: SITE, station: STATION, allowedVerbs: [], retained: new Map() },
      outbox: {
        openOutbox: (limit) => store.openOutbox(limit),
        openOutboxCount: () => store.openOutboxCount(),
        outboxSent: (ids, at) => store.outboxSent(ids, at),
        outboxEnd: async (ids, by, at) => {
          await store.outboxEnd(ids, by, at);
          ended += ids.length;
        },
      },
      reconnectMs: options.reconnectMs,
      timers: SYSTEM_TIMERS,
      random: SYSTEM_RANDOM,
      now: () => new Date().toISOString(),
      onAck: () => Promise.resolve(),
      onCommand: () => Promise.resolve(0),
      onPlc: () => undefined,
      onConnection: (isConnected) => {
        if (isConnected) connectedAt = performance.now();
      },
      onUnanswered: () => undefined,
      onError: () => undefined,
    });
    await publisher.wake();
    const reconnectMs: number[] = [];
    const stateRightMs: number[] = [];
    const begun = performance.now();
    for (let restart = 0; restart <= restartCount; restart += 1) {
      const state = `{"s":"READY","job":"","seq":0,"n":${restart},"t":"${AT}"}`;
      publisher.setRetained(TOPICS.state, state);
      await mosquitto.start();
      const open = performance.now();
      while (!publisher.isConnected) await sleep(2, undefined, { signal });
      if (restart > 0) reconnectMs.push(connectedAt - open);
      stateRightMs.push((await hearsState(url, state, signal)) - connectedAt);
      const enough = (eventCount * (restart + 1)) / (restartCount + 2);
      if (restart < restartCount) {
        while (ended < enough) await sleep(2, undefined, { signal });
        await mosquitto.stop();
        while (publisher.isConnected) await sleep(2, undefined, { signal });
      }
    }
    const isDone = async () => (await store.openOutboxCount()) === 0 && new Set(ear.heard).size >= eventCount;
    // What is lost never comes: a minute without anything new is the end.
    for (let before = -1, quietSince = performance.now(); !(await isDone()); await sleep(50, undefined, { signal })) {
      if (ear.heard.length !== before) quietSince = performance.now();
      before = ear.heard.length;
      if (performance.now() - quietSince > 60_000) break;
    }
    const seconds = (performance.now() - begun) / 1000;
    return { ...count(ear.heard, eventCount), eventCount, restartCount, seconds, reconnectMs, stateRightMs };
  } finally {
    await ear.close();
  }
}

async function writeEvents(store: Awaited<ReturnType<typeof openStore>>, eventCount: number): Promise<void> {
  for (let first = 0; first < eventCount; first += ROWS_A_COMMIT) {
    const ids = Array.from({ length: Math.min(ROWS_A_COMMIT, eventCount - first) }, (_, i) => first + i);
    await store.commitAlarm({
      alarm: {
        ...{ id: `drill${first}`, code: 'DRILL', severity: 4, isActive: false, isAcknowledged: true, n: 1 },
        ...{ job: null, details: {}, raisedAt: AT, clearedAt: AT },
      },
      outbox: ids.map((id) => ({
        job: null,
        topic: EVENT_TOPICS[id % EVENT_TOPICS.length] ?? '',
        payload: `{"id":"${id}","code":"DRILL","severity":4,"active":1,"n":1,"t":"${AT}"}`,
        endsWith: 'puback' as const,
      })),
    });
  }
}

/** Ids in the order in which they were heard. */
function count(heard: readonly number[], eventCount: number) {
  const firsts = [...new Set(heard)];
  const last = new Map<number, number>();
  let outOfOrderCount = 0;
  for (const id of firsts) {
    const topic = id % EVENT_TOPICS.length;
    if (id < (last.get(topic) ?? -1)) outOfOrderCount += 1;
    last.set(topic, id);
  }
  return { lostCount: eventCount - firsts.length, repeatCount: heard.length - firsts.length, outOfOrderCount };
}

/** When an outside client that asks for the state is told this one; retained or just said. */
async function hearsState(url: string, state: string, signal: AbortSignal): Promise<number> {
  const client = await connectAsync(url, { reconnectPeriod: 0, clientId: `state-${Math.round(performance.now())}` });
  try {
    let at: number | null = null;
    client.on('message', (_topic, payload) => {
      if (payload.toString() === state) at ??= performance.now();
    });
    await client.subscribeAsync(PREFIX + TOPICS.state, { qos: 1 });
    while (at === null) await sleep(1, undefined, { signal });
    return at;
  } finally {
    await client.endAsync(true);
  }
}

/** mosquitto_sub with a session that the broker keeps over restarts. */
async function listen(port: number): Promise<{ readonly heard: number[]; close(): Promise<void> }> {
  const heard: number[] = [];
  const topics = EVENT_TOPICS.flatMap((topic) => ['-t', PREFIX + topic]);
  const child: ChildProcess = spawn(
    'mosquitto_sub',
    ['-h', '127.0.0.1', '-p', `${port}`, '-q', '1', '-c', '-i', 'drill-ear', ...topics, '-t', 'probe', '-F', '%p'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let isListening = false;
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line === 'probe') isListening = true;
    else heard.push(Number(/"id":"(\d+)"/.exec(line)?.[1]));
  });
  const probe = await connectAsync(`mqtt://127.0.0.1:${port}`);
  while (!isListening) {
    await probe.publishAsync('probe', 'probe');
    await sleep(10);
  }
  await probe.endAsync();
  return {
    heard,
    close: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
}
