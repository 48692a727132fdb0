import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finalJobStates, type Job } from '#domain/job.ts';
import { startBroker } from '#publish/broker.node.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import { openStore } from '#store/store.node.ts';
import { QUICK_PLC, temporaryDir } from '../station/small-station.ts';
import { startChild } from '../station/start-child.ts';

const STATIONS = 4;
/** Round every commit that makes, takes or uses up a remnant, or makes a job that goes on after another; one station dies
 *  there, the others wherever they are. */
const POINTS = [
  'cutting plc done: committed',
  'sheet: before commit',
  'new committed',
  'sheet: committed',
  'cutting plc cancelled: before commit',
  'cutting plc cancelled: committed',
];

test(
  'power cuts round every commit of the stock lose no remnant and give none twice',
  { timeout: 120_000 },
  async () => {
    await using dir = await temporaryDir();
    await using broker = await startBroker({ port: 0 });
    const plcs = Array.from(
      { length: STATIONS },
      (_, k) =>
        new SimulatedPlc({
          ...QUICK_PLC,
          ...{ cutMs: 700, progressCount: 12, url: broker.url, site: 'site', station: `s${k}` },
          shareDir: join(dir.path, `s${k}`, 'jobs'),
          ...{ timers: SYSTEM_TIMERS, random: SYSTEM_RANDOM },
        }),
    );
    const live = (crashAt: string) => startChild('stock-child.ts', [dir.path, broker.url, String(STATIONS), crashAt]);
    try {
      for (const point of POINTS) {
        const child = live(point);
        // It never says so: it dies on the way.
        expect(await child.says('ended'), `${point}: ${child.errors()}`).toBe(false);
        expect(child.errors(), point).toBe('');
        // Where the point never came it would be alive still.
        expect(await child.kill(), `${point} was not passed`).toBe(false);
      }
      const last = live('');
      expect(await last.says('ended'), last.errors()).toBe(true);
      await last.kill();
      const totals = { jobs: 0, ofRemnants: 0, followed: 0, used: 0, free: 0 };
      for (let k = 0; k < STATIONS; k += 1) await judge(join(dir.path, `s${k}`), totals);
      console.log(JSON.stringify(totals));
      // Kills before anything is cut prove nothing.
      expect(totals.ofRemnants).toBeGreaterThan(STATIONS);
      // The last life goes on at each station until one has.
      expect(totals.followed).toBeGreaterThanOrEqual(STATIONS);
      expect(totals.free).toBeGreaterThan(0);
    } finally {
      await Promise.all(plcs.map((plc) => plc.close()));
    }
  },
);

async function judge(
  dataDir: string,
  totals: { jobs: number; ofRemnants: number; followed: number; used: number; free: number },
): Promise<void> {
  await using store = await openStore(dataDir);
  expect(await store.check()).toBe('ok');
  const jobs = [...(await store.jobs(1000))].reverse();
  const remnants = [...(await store.remnants('free', 1000)), ...(await store.remnants('used', 1000))];
  const hasCut = (job: Job) => job.state === 'done' || (job.cutCount ?? 0) > 0;
  totals.jobs += jobs.length;
  for (const job of jobs) {
    expect([job.id, finalJobStates.has(job.state) && job.state !== 'failed', job.reason]).toEqual([job.id, true, null]);
    expect(await store.sheet(job.id), `${job.id} has no sheet`).not.toBeNull();
    // One piece of leather is left of each, once; nothing where nothing was cut.
    const own = remnants.filter((remnant) => remnant.job === job.id);
    expect(
      own.map((r) => r.id),
      `what ${job.id} (${job.state}) left`,
    ).toEqual(hasCut(job) ? [`${job.id}-r1`] : []);
    // Whoever cut it, or went on with it, and nobody else, used it up.
    const users = jobs.filter(
      (other) => hasCut(other) && (other.follows === job.id || (!other.follows && other.remnant === `${job.id}-r1`)),
    );
    expect(users.length, `${job.id}-r1 is cut ${users.length} times`).toBeLessThan(2);
    for (const { state, endedBy } of own)
      expect([job.id, state, endedBy]).toEqual([job.id, users[0] ? 'used' : 'free', users[0]?.id ?? null]);
    if (job.follows) totals.followed += 1;
    else if (job.remnant) totals.ofRemnants += 1;
    if (own[0]) totals[own[0].state === 'used' ? 'used' : 'free'] += 1;
  }
  const known = new Set(jobs.map((job) => job.id));
  for (const { id, job } of remnants) expect(known.has(job), `${id} is nobody's`).toBe(true);
  expect(await store.openOutbox()).toEqual([]);
}
