import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../station/free-port.ts';
import { describe, expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { openStore } from '#store/store.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { QUICK_PLC, temporaryDir } from '../station/small-station.ts';

const CHILD = new URL('../station/job-child.ts', import.meta.url).pathname;
const NODE = join(import.meta.dirname, '../../node_modules/.bin/node');
/** A station starts, takes up the job and ends it in about 1 s; this is for a machine that does other things too. */
const CHILD_LIMIT_MS = 60_000;
const PARALLEL = 2;
const SPREAD = 6;

interface Outcome {
  readonly points: readonly string[];
  readonly state: string | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

function runChild(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(NODE, [CHILD, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: CHILD_LIMIT_MS,
      env: { ...process.env, ...COMPILE_CACHE },
    });
    let out = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.stderr.on('data', (chunk) => (errors += String(chunk)));
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      const lines = out.split('\n').filter(Boolean);
      resolve({
        points: lines.filter((line) => !line.startsWith('state ')),
        state: lines.find((line) => line.startsWith('state '))?.slice(6) ?? null,
        signal,
        errors,
      });
    });
  });
}

/** Events that a job must have had exactly once, whatever happened between. */
const ONCE = ['new', 'scanned', 'inspected', 'reviewed', 'nested', 'released', 'plc done'];

describe('a station whose power is cut', () => {
  test('between any two steps goes on from its last committed one, and the PLC cuts the hide once', async () => {
    await using broker = await startBroker({ port: 0 });
    await using dir = await temporaryDir();
    const plcOf = (name: string, url = broker.url) =>
      new SimulatedPlc({
        ...QUICK_PLC,
        url,
        site: 'site',
        station: name,
        shareDir: join(dir.path, name, 'jobs'),
        timers: SYSTEM_TIMERS,
        random: SYSTEM_RANDOM,
      });

    await using calmPlc = plcOf('calm');
    const calm = await runChild(join(dir.path, 'calm'), broker.url, 'calm');
    expect(calm.errors).toBe('');
    expect(calm.state).toBe('done');
    expect(calmPlc.cutJobs).toHaveLength(1);
    const points = [...new Set(calm.points)];
    // Commits, files and effects of every step.
    expect(points.length).toBeGreaterThan(30);
    const killedAt = new Set<string>();

    // Each of these lives through every SPREADth point: in between its power stays on for some steps, so that what one
    // cut lost is not made good by the next.
    const oneJob = async (first: number) => {
      const name = `cut-${first}`;
      const dataDir = join(dir.path, name);
      // One has its broker inside: what that remembers dies with the station.
      const port = first === 0 ? await freePort() : null;
      const stationBroker = port === null ? broker.url : `embedded:${port}`;
      await using plc = plcOf(name, port === null ? broker.url : `mqtt://127.0.0.1:${port}`);
      for (let next = first; next < points.length; next += SPREAD) {
        const point = points[next]!;
        const cut = await runChild(dataDir, stationBroker, name, point);
        if (cut.signal === 'SIGKILL') killedAt.add(point);
        else expect(cut.state, `not killed at ${point}: ${cut.errors}`).toBe('done');
      }
      const last = await runChild(dataDir, stationBroker, name);
      expect(last.state, `${name}: ${last.errors}`).toBe('done');
      await using store = await openStore(dataDir);
      const jobs = await store.jobs(10);
      expect(jobs, name).toHaveLength(1);
      const events = (await store.events(jobs[0]!.id)).map((e) => e.kind);
      for (const kind of ONCE)
        expect(
          events.filter((e) => e === kind),
          `${name}: ${kind}`,
        ).toHaveLength(1);
      // An approval that the power cut off from its release counts no more.
      const count = (kind: string) => events.filter((e) => e === kind).length;
      expect(count('approved'), `${name}: approved`).toBe(count('lapsed') + 1);
      expect(await store.openOutbox(), name).toEqual([]);
      expect(plc.cutJobs, name).toEqual([jobs[0]!.id]);
      expect(
        plc.memory.map((r) => [r.seq, r.result, r.cutCount, r.isClosed]),
        name,
      ).toEqual([[1, 'done', 12, true]]);
    };
    const jobs = Array.from({ length: SPREAD }, (_, first) => first);
    await Promise.all(
      Array.from({ length: PARALLEL }, async () => {
        for (let next = jobs.shift(); next !== undefined; next = jobs.shift()) await oneJob(next);
      }),
    );
    // Progress that was on its way when a broker died may be lost; the next count stands for it.
    const isMissed = (k: number) => !killedAt.has(points[k]!);
    // The child ends once the job is done, perhaps before its ledger entry is written: the next start makes that good.
    const mayBeMissed = (point: string) => /^(cutting plc (started|done: keepSheet)|sheet: )/.test(point);
    // A job that ran on past such a point has ended: there is nothing left of it to cut at its later ones.
    const isExcused = (k: number): boolean =>
      mayBeMissed(points[k]!) || (k >= SPREAD && isMissed(k - SPREAD) && isExcused(k - SPREAD));
    expect(points.filter((_, k) => isMissed(k) && !isExcused(k))).toEqual([]);
    // Of what is excused at most one job's tail.
    expect(killedAt.size).toBeGreaterThan(0.8 * points.length);
    console.log(`killed at ${killedAt.size} points of ${SPREAD} jobs, each done once`);
  });
});
