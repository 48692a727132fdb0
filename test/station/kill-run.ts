import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalJobStates } from '#domain/job.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { startBroker } from '#publish/broker.node.ts';
import { openMqttSession } from '#publish/mqtt-session.node.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import { openStore } from '#store/store.node.ts';
import { startChild } from './start-child.ts';
import { QUICK_PLC, temporaryDir } from './small-station.ts';

/** From opened to killed: up to this, or on a slow machine up to a quarter of what the start took. A job lives through several cuts. */
const LEAST_LIFE_MS = 50;
const MOST_LIFE_MS = 300;

export interface KillOptions {
  /** Power cuts, each of all stations. */
  readonly cuts: number;
  readonly stations: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

export interface KillReport {
  /** Stations whose power was cut, each counted at each cut. */
  readonly kills: number;
  readonly jobs: number;
  /** Jobs that did not come to "done". */
  readonly lost: number;
  /** Jobs that the cutter began more than once. */
  readonly actedTwice: number;
  /** Jobs whose release was seen on the wire. */
  readonly released: number;
  /** Releases on the wire beyond one a job: the PLC answers them from its memory. */
  readonly repeatedReleases: number;
  readonly faults: readonly string[];
  readonly seconds: number;
}

/** Stations in one process, killed (SIGKILL) at random moments, their broker and PLCs outside it. Afterwards every job
 *  must have been cut exactly once, each step of it written down once, nothing left to send, every store sound. */
export async function runKills({ cuts, stations, seed, signal }: KillOptions): Promise<KillReport> {
  const begun = performance.now();
  const random = seededRandom(seed);
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const plcs = Array.from(
    { length: stations },
    (_, k) =>
      new SimulatedPlc({
        ...QUICK_PLC,
        url: broker.url,
        site: 'site',
        station: `s${k}`,
        shareDir: join(dir.path, `s${k}`, 'jobs'),
        timers: SYSTEM_TIMERS,
        random: SYSTEM_RANDOM,
      }),
  );
  const open = (until: 'go' | 'end') => startChild('kill-child.ts', [dir.path, broker.url, String(stations), until]);
  const faults: string[] = [];
  const released: string[] = [];
  const listener = openMqttSession({
    url: broker.url,
    clientId: 'listener',
    isKept: false,
    random: SYSTEM_RANDOM,
    subscribe: ['kerf/v1/site/+/job/released'],
    onMessage: (topic, payload) => {
      released.push(`${topic} ${(JSON.parse(new TextDecoder().decode(payload)) as { id: string }).id}`);
      return Promise.resolve();
    },
    onConnection: () => undefined,
    onError: (cause) => faults.push(String(cause)),
  });
  let kills = 0;
  try {
    for (let cut = 0; cut < cuts; cut += 1) {
      signal?.throwIfAborted();
      const child = open('go');
      // Every fifth power cut hits stations that are still starting.
      if (cut % 5 === 4) await sleep(200 + random() * 600);
      else {
        const opened = performance.now();
        if (!(await child.says('ready'))) faults.push(`cut ${cut}: the stations ended: ${child.errors()}`);
        await sleep(LEAST_LIFE_MS + random() * Math.max(MOST_LIFE_MS, (performance.now() - opened) / 4));
      }
      if (await child.kill()) kills += stations;
      else faults.push(`cut ${cut}: ended by itself: ${child.errors()}`);
    }
    const last = open('end');
    if (!(await last.says('ended'))) faults.push(`the last start did not end its jobs: ${last.errors()}`);
    await last.kill();
    const counted = { jobs: 0, lost: 0, actedTwice: 0 };
    for (const [k, plc] of plcs.entries()) await judge(join(dir.path, `s${k}`), plc, counted, faults);
    return {
      kills,
      ...counted,
      released: new Set(released).size,
      repeatedReleases: released.length - new Set(released).size,
      faults,
      seconds: Math.round(performance.now() - begun) / 1000,
    };
  } finally {
    await listener.close();
    await Promise.all(plcs.map((plc) => plc.close()));
  }
}

/** Events that a job must have had exactly once, whatever happened between. */
const ONCE = ['new', 'scanned', 'inspected', 'reviewed', 'nested', 'released', 'plc done'];

async function judge(
  dataDir: string,
  plc: SimulatedPlc,
  counted: { jobs: number; lost: number; actedTwice: number },
  faults: string[],
): Promise<void> {
  await using store = await openStore(dataDir);
  const say = (what: string) => faults.push(`${dataDir.split('/').at(-1) ?? ''}: ${what}`);
  if ((await store.check()) !== 'ok') say('the store is damaged');
  if ((await store.openOutbox()).length > 0) say('messages are left in the outbox');
  const jobs = await store.jobs(10_000);
  counted.jobs += jobs.length;
  for (const job of jobs) {
    if (job.state !== 'done') {
      counted.lost += 1;
      say(`${job.id} is ${job.state}${finalJobStates.has(job.state) ? `: ${job.reason ?? ''}` : ''}`);
    }
    const kinds = (await store.events(job.id)).map((event) => event.kind);
    const countOf = (kind: string) => kinds.filter((k) => k === kind).length;
    for (const kind of ONCE) if (countOf(kind) !== 1) say(`${job.id}: "${kind}" ${countOf(kind)} times`);
    // An approval that the power cut off from its release counts no more.
    if (countOf('approved') !== countOf('lapsed') + 1)
      say(`${job.id}: approved ${countOf('approved')} times, lapsed ${countOf('lapsed')} times`);
    const cutCount = plc.cutJobs.filter((id) => id === job.id).length;
    if (cutCount > 1) counted.actedTwice += 1;
    if (cutCount !== 1) say(`${job.id} was cut ${cutCount} times`);
  }
  const known = new Set(jobs.map((job) => job.id));
  for (const id of plc.cutJobs) if (!known.has(id)) say(`the PLC cut ${id}, which the store does not know`);
}
