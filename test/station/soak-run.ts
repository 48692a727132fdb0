import { getHeapStatistics } from 'node:v8';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { sendAtOnce } from '#publish/mqtt-session.node.ts';
import { TOPICS, topicPrefix } from '#publish/topics.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { ManualTimers } from '../publish/manual-timers.ts';
import { smallRooms } from './small-rooms.ts';
import { OWN_THREADS, QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

export interface SoakOptions {
  /** Simulated. */
  readonly hours: number;
  /** 25: two hundred a shift of eight hours. */
  readonly jobsAnHour: number;
}

export interface SoakReport {
  readonly hours: number;
  readonly jobs: number;
  /** Jobs that did not come to "done". */
  readonly lost: number;
  readonly heartbeats: number;
  /** Alarms that stood at the end. */
  readonly alarms: readonly string[];
  /** Heap of the station's thread after a collection, MB, at the end of each hour. */
  readonly heapMb: readonly number[];
  /** From the end of the first hour to the end, % of the former. */
  readonly driftPercent: number;
  readonly seconds: number;
}

const HOUR_MS = 3600_000;
const STEP_MS = 2000;
const START_MS = Date.parse('2026-11-22T06:00:00.000Z');

/** A station, its broker and its PLC over simulated hours: their timers move in steps of two seconds, and before each step
 *  the station has taken and written down what was said in the last. Rooms and disk are real. Needs `--expose-gc`. */
export async function runSoak({ hours, jobsAnHour }: SoakOptions): Promise<SoakReport> {
  const collect = globalThis.gc;
  if (!collect) throw new Error('start Node with --expose-gc');
  const begun = performance.now();
  const timers = new ManualTimers();
  const clock = { now: () => new Date(START_MS + timers.nowMs).toISOString(), monotonicMs: () => timers.nowMs };
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, {
    ...OWN_THREADS,
    ...{ clock, timers },
    plc: { ...QUICK_PLC, timers, answerMs: 2000, startMs: 5000, cutMs: 60_000, heartbeatMs: 2000 },
    rooms: smallRooms({ nestMs: 3 }),
  });
  const { station } = running;
  const ear = await connectAsync(running.brokerUrl);
  sendAtOnce(ear);
  let heartbeats = 0;
  ear.on('message', () => (heartbeats += 1));
  // QoS 0: the broker's journal would sync each of them.
  await ear.subscribeAsync(`${topicPrefix('site', 'station')}${TOPICS.heartbeat}`, { qos: 0 });
  /** Until the station has taken what was said before, and has written down what it had begun: the station counts
   *  messages that it cannot read, and takes one after another. */
  const settledSides = async () => {
    const { publisher } = station;
    const before = publisher.counts.badMessageCount;
    // Again after a while: the first may come before the station listens.
    for (let turn = 0; publisher.counts.badMessageCount === before; turn += 1) {
      if (turn % 500 === 0)
        await ear.publishAsync(`${topicPrefix('site', 'station')}${TOPICS.plcHeartbeat}`, '', { qos: 0 });
      await sleep(1);
    }
    await running.store.meta();
  };
  const step = async () => {
    await timers.pass(STEP_MS);
    // What was said, and what is said to that.
    for (let round = 0; round < 2; round += 1) await settledSides();
  };
  const heapMb: number[] = [];
  let [jobs, lost] = [0, 0];
  let working: Promise<void> | null = null;
  const work = async () => {
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    jobs += 1;
    if (job.state !== 'done') lost += 1;
  };
  let nextJobMs = 0;
  const endMs = hours * HOUR_MS;
  while (timers.nowMs < endMs) {
    await step();
    if (timers.nowMs >= nextJobMs && !working) {
      nextJobMs += HOUR_MS / jobsAnHour;
      working = work().finally(() => (working = null));
    }
    if (timers.nowMs % HOUR_MS !== 0 && timers.nowMs < endMs) continue;
    // Between two jobs, and when a turn is over: what is then held is held.
    while (working) await step();
    for (let k = 0; k < 10 && station.status().alarms.length > 0; k += 1) await step();
    await sleep(20);
    collect();
    heapMb.push(getHeapStatistics().used_heap_size / 1e6);
  }
  await ear.endAsync();
  const [first = 0, last = 0] = [heapMb[0], heapMb.at(-1)];
  return {
    ...{ hours, jobs, lost, heartbeats },
    alarms: station.status().alarms.map(({ code }) => code),
    heapMb: heapMb.map((mb) => Math.round(mb * 100) / 100),
    driftPercent: Math.round(((last - first) / first) * 10_000) / 100,
    seconds: Math.round(performance.now() - begun) / 1000,
  };
}
