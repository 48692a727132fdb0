import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import { Publisher } from '#publish/publisher.node.ts';
import { isFinalResult } from '#publish/plc-memory.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { TOPICS } from '#publish/topics.ts';
import { openStore } from '#store/store.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import type { Mosquitto } from './mosquitto.ts';

export interface HandshakeDrill {
  readonly jobCount: number;
  readonly brokerRestartCount: number;
  readonly powerCutCount: number;
  /** Jobs that did not end as done. */
  readonly lostCount: number;
  /** Jobs that the knife began more than once. */
  readonly actedTwiceCount: number;
  /** Releases on the wire beyond one a job. */
  readonly repeatCount: number;
  readonly seconds: number;
}

export interface HandshakeDrillOptions {
  readonly dir: string;
  readonly mosquitto: Mosquitto;
  readonly jobCount: number;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

const AT = '2026-01-01T00:00:00.000Z';

/** Jobs released one after another to a PLC over Mosquitto, while the PLC's power and the broker fail at random. */
export async function drillHandshake(options: HandshakeDrillOptions): Promise<HandshakeDrill> {
  const { dir, mosquitto, jobCount, random, signal } = options;
  const url = `mqtt://127.0.0.1:${mosquitto.port}`;
  const share = join(dir, 'share');
  await mkdir(share, { recursive: true });
  await writeFile(join(share, 'cut.dxf'), 'nothing to cut');
  const sha256 = sha256Of('nothing to cut');
  await using store = await openStore(join(dir, 'handshake'));
  const done = new Set<string>();
  let sentCount = 0;
  /** Of this job alone: a broker that was restarted says answers again, and those may come after the next release. */
  const rowsOf = async (job: string) =>
    (await store.openOutbox())
      .filter(({ payload }) => (JSON.parse(payload) as { id: string }).id === job)
      .map((row) => row.id);
  const place = { url, site: 'drill', station: 'handshake' };
  await using publisher = new Publisher({
    ...place,
    allowedVerbs: ['sync'],
    retained: new Map(),
    outbox: {
      openOutbox: (limit) => store.openOutbox(limit),
      openOutboxCount: () => store.openOutboxCount(),
      outboxEnd: (ids, by, at) => store.outboxEnd(ids, by, at),
      outboxSent: (ids, at) => {
        sentCount += ids.length;
        return store.outboxSent(ids, at);
      },
    },
    reconnectMs: 100,
    timers: SYSTEM_TIMERS,
    random: SYSTEM_RANDOM,
    now: () => new Date().toISOString(),
    onAck: async (ack) => {
      await store.outboxEnd(await rowsOf(ack.id), ack.result, AT);
      if (ack.result === 'done') done.add(ack.id);
      if (isFinalResult(ack.result)) publisher.closeJob(ack);
      await publisher.wake();
    },
    onCommand: async () => {
      await publisher.sync();
      return 0;
    },
    onPlc: () => undefined,
    onConnection: () => undefined,
    onUnanswered: () => undefined,
    onError: () => undefined,
  });
  await using plc = new SimulatedPlc({
    ...place,
    shareDir: share,
    timers: SYSTEM_TIMERS,
    random: SYSTEM_RANDOM,
    ...{ answerMs: 20, startMs: 20, cutMs: 100, progressCount: 4, repeatMs: 500, heartbeatMs: 200, reconnectMs: 100 },
    restartMs: 100,
  });
  let brokerRestartCount = 0;
  let powerCutCount = 0;
  const begun = performance.now();
  for (let seq = 1; seq <= jobCount; seq += 1) {
    const id = `j20260101T000000-${seq}`;
    const release = {
      id,
      seq,
      sheet: 's',
      recipe: 'r',
      pieceCount: 4,
      nestedYieldBp: 1,
      file: 'cut.dxf',
      sha256,
      t: AT,
    };
    await store.commitAlarm({
      alarm: {
        ...{ id, code: 'DRILL', severity: 4, isActive: false, isAcknowledged: true, n: 1, job: null, details: {} },
        ...{ raisedAt: AT, clearedAt: AT },
      },
      outbox: [{ job: null, topic: TOPICS.jobReleased, payload: JSON.stringify(release), endsWith: 'answer' }],
    });
    await publisher.wake();
    await sleep(random() * 200, undefined, { signal });
    if (random() < 0.5) {
      powerCutCount += 1;
      await plc.powerCycle();
    }
    if (random() < 0.5) {
      brokerRestartCount += 1;
      await mosquitto.restart();
    }
    const until = performance.now() + 60_000;
    while (!done.has(id) && performance.now() < until) await sleep(5, undefined, { signal });
  }
  const begins = new Map<string, number>();
  for (const id of plc.cutJobs) begins.set(id, (begins.get(id) ?? 0) + 1);
  return {
    jobCount,
    brokerRestartCount,
    powerCutCount,
    lostCount: jobCount - done.size,
    actedTwiceCount: [...begins.values()].filter((count) => count > 1).length,
    repeatCount: sentCount - jobCount,
    seconds: (performance.now() - begun) / 1000,
  };
}
