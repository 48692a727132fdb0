import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions } from './bench-section.ts';
import type { FigureTable } from './figures.ts';

interface Kills {
  readonly kills: number;
  readonly jobs: number;
  readonly lost: number;
  readonly actedTwice: number;
  readonly repeatedReleases: number;
  readonly faults: readonly string[];
  readonly seconds: number;
}
interface Full {
  readonly jobCount: number;
  readonly eventCount: number;
  readonly megabytes: number;
  readonly startMs: number;
  readonly lists: Readonly<Record<string, number>>;
  readonly auditMs: number;
  readonly auditOk: boolean;
  readonly idleMb: number;
}

interface Idle {
  readonly beforeMb: number;
  readonly mostMb: number;
  readonly mostRoomsMb: number;
  readonly restingMb: number;
  readonly idleMb: number;
}

interface Soak {
  readonly hours: number;
  readonly jobs: number;
  readonly lost: number;
  readonly heapMb: readonly number[];
  readonly driftPercent: number;
  readonly seconds: number;
}
interface EventLoop {
  readonly placedCount: number;
  readonly p99: number;
  readonly max: number;
  readonly longestTaskMs: number;
  readonly longestTurnMs: number;
}
const STATIONS = 12;
const JOBS_A_DAY = 200;
const PIECES = 500;
/** Of the hide after which memory is measured: some 9 megapixels. */
const IDLE_HIDE_MM_PER_PX = 0.7;

/** Power cuts survived, broken input, the event loop over a job, a soak, and a station on the store of a year. */
export async function bench({ root, isQuick, isFull, signal, note }: BenchOptions): Promise<readonly FigureTable[]> {
  const run = async <T>(script: string, ...args: readonly number[]): Promise<T> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      // As a station is started (scripts/bootstrap.mjs).
      ['--max-semi-space-size=4', '--expose-gc', join(root, 'test/station', script), ...args.map(String)],
      { signal, maxBuffer: 1024 * 1024 },
    );
    return JSON.parse(stdout) as T;
  };
  const days = 250;
  note(`floor: a store of ${days} days`);
  const full = await run<Full>('full-store-main.ts', days, JOBS_A_DAY);
  const cuts = isFull ? 834 : isQuick ? 5 : 25;
  note(`floor: ${cuts * STATIONS} kills`);
  const kills = await run<Kills>('kill-run-main.ts', cuts, STATIONS, 20261122);
  const hours = isFull ? 72 : isQuick ? 6 : 24;
  note(`floor: ${hours} simulated hours`);
  const soak = await run<Soak>('soak-main.ts', hours, 25);
  note('floor: memory after a hide');
  const idle = await run<Idle>('idle-after-hide-main.ts', IDLE_HIDE_MM_PER_PX, days, JOBS_A_DAY);
  note(`floor: the event loop over a job of ${PIECES} pieces`);
  const loops: EventLoop[] = [];
  for (let k = 0; k < 3; k += 1) loops.push(await run<EventLoop>('event-loop-main.ts', PIECES));
  note('floor: broken input');
  const fuzz = await fuzzed(root, isFull, signal);
  return [
    {
      title: 'Broken input',
      about:
        'Documents, drawings, orders, messages and commands, sound ones broken at random (fast-check, `test/fuzz`): each is read or refused by name. Every crash of before is a fixture.',
      columns: ['cases', 'crashes', 'seconds'],
      rows: [[String(fuzz.cases), String(fuzz.crashes), fuzz.seconds.toFixed(0)]],
    },
    {
      title: 'The event loop over the main job',
      about: `The station's own thread while it scans, inspects, nests ${PIECES} pieces and cuts, with the true rooms in their threads and two threads of search on two cores; three runs. p99 and longest delay by the event loop's own histogram; longest turn in time that the thread computed, V8's collections left out and with them. Wanted: p99 below 20 ms.`,
      columns: ['pieces placed', 'delay p99 ms', 'longest delay ms', 'longest turn ms', 'with collections ms'],
      rows: loops.map((l) => [
        String(l.placedCount),
        ...[l.p99, l.max, l.longestTaskMs, l.longestTurnMs].map((ms) => ms.toFixed(1)),
      ]),
    },
    {
      title: 'Memory after a hide',
      about: `The same year in the store (${days} days); a station with the true rooms and leather-base inspects a drawn hide at ${IDLE_HIDE_MM_PER_PX} mm a pixel, nests and cuts it and shows its picture and tiles; resident memory. The rooms are a process of their own that waits for the next hide and gives the model back when nobody has asked anything for a while, and ends later (here after 3 and 12 s; in a shop after 20 s, and after 2 minutes between jobs or 5 under one; decisions 42, 47 and 51); half a minute later the station is idle. Wanted: idle under 250 MB.`,
      columns: [
        'the station before MB',
        'both at their most MB',
        'of that the rooms MB',
        'both while they wait for a hide MB',
        'the station idle after it MB',
      ],
      rows: [[idle.beforeMb, idle.mostMb, idle.mostRoomsMb, idle.restingMb, idle.idleMb].map(String)],
    },
    {
      title: 'A soak',
      about: `A station with small rooms, its broker and simulated PLC, whose timers pass ${hours} hours as fast as they can; 25 jobs an hour. Heap of the station's thread after a collection. Wanted: drift after the first hour under 1 %.`,
      columns: ['simulated hours', 'jobs', 'lost', 'heap MB after the first hour', 'at the end', 'drift %', 'seconds'],
      rows: [
        [
          String(soak.hours),
          String(soak.jobs),
          String(soak.lost),
          (soak.heapMb[0] ?? 0).toFixed(1),
          (soak.heapMb.at(-1) ?? 0).toFixed(1),
          soak.driftPercent.toFixed(2),
          soak.seconds.toFixed(0),
        ],
      ],
    },
    {
      title: 'Power cuts',
      about: `${STATIONS} stations with small rooms in one process, which is killed (SIGKILL) ${cuts} times at random moments, every fifth time while they start; broker and PLCs live on outside. A kill is one station's. Afterwards every job must be done, cut once, each step of it written once, every store sound.`,
      columns: ['kills', 'jobs', 'lost', 'cut twice', 'releases repeated on the wire', 'other faults', 'seconds'],
      rows: [
        [
          String(kills.kills),
          String(kills.jobs),
          String(kills.lost),
          String(kills.actedTwice),
          String(kills.repeatedReleases),
          String(kills.faults.length),
          kills.seconds.toFixed(0),
        ],
      ],
    },
    {
      title: 'A year in the store',
      about: `${full.jobCount} jobs (200 a day for ${days} days), ${full.eventCount} rows of audit log, ${full.megabytes} MB; the station with small rooms, its page and broker in one process. Lists over HTTP, median of nine. Wanted: start under 2 s, lists under 50 ms, idle under 250 MB.`,
      columns: ['what', 'measured'],
      rows: [
        ['start', `${full.startMs} ms`],
        ...Object.entries(full.lists).map(([what, ms]) => [what, `${ms} ms`]),
        [`audit log checked from end to end (${full.auditOk ? 'whole' : 'BROKEN'})`, `${full.auditMs} ms`],
        ['memory while idle', `${full.idleMb} MB`],
      ],
    },
  ];
}

interface Fuzzed {
  readonly cases: number;
  /** Parsers that failed; a failed run counts as one at least. */
  readonly crashes: number;
  readonly seconds: number;
}

/** Runs the fuzz tests as they are. @throws Error with what they printed, where they did not come to their count */
async function fuzzed(root: string, isFull: boolean, signal: AbortSignal): Promise<Fuzzed> {
  const begun = performance.now();
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { stdout, isGood } = await promisify(execFile)(
    process.execPath,
    [vitest, 'run', '--config', 'test/vitest.config.ts', '--project', 'rooms', 'test/fuzz'],
    { cwd: root, signal, env: { ...process.env, NO_COLOR: '1', ...(isFull ? { KERF_LONG: '1' } : {}) } },
  ).then(
    (ran) => ({ stdout: ran.stdout, isGood: true }),
    (cause: { readonly stdout?: string }) => ({ stdout: cause.stdout ?? '', isGood: false }),
  );
  signal.throwIfAborted();
  // A line from each file.
  const counts = [...stdout.matchAll(/fuzz cases: (\d+)/g)].map(([, count]) => Number(count));
  const cases = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length === 0) throw new Error(`the fuzz tests did not say how many cases they tried: ${stdout}`);
  const failed = Number(/Tests\s+(\d+) failed/.exec(stdout)?.[1] ?? 0);
  return { cases, crashes: isGood ? 0 : Math.max(1, failed), seconds: (performance.now() - begun) / 1000 };
}
