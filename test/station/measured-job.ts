import { join } from 'node:path';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Order } from '#domain/problem.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { startStation } from '#station/start-station.node.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';
import { QUICK_PLC, SMALL_SETTINGS } from './small-station.ts';

/** The main job with the true rooms in a process of its own, whose event loop is watched meanwhile. Writes the address
 *  of its page first; starts when it reads a line; ends with one line of JSON.
 *  Arguments: data folder, picture, pack folder, its scale, number of pieces. */
const [dataDir = '', picture = '', packDir = '', mmPerPx = '1', pieceCount = '500'] = process.argv.slice(2);

/** Small pieces of 24 shapes with curved rims, so that layouts are as long as real ones. */
const order: Order = {
  kerf: 1,
  pieces: Array.from({ length: 24 }, (_, shape) => ({
    id: `p${shape}`,
    label: `Piece ${shape}`,
    quantity: Math.ceil(Number(pieceCount) / 24),
    quality: 1 + (shape % 4),
    outline: Array.from({ length: 40 }, (__, k) => {
      const angle = (k / 40) * 2 * Math.PI;
      const radius = 22 + shape + 4 * Math.sin(3 * angle);
      return [
        Math.round(1000 * radius * Math.cos(angle)) / 1000,
        Math.round(1000 * radius * Math.sin(angle)) / 1000,
      ] as const;
    }),
  })),
};

await using rooms = openRooms({ packDir, provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: Number(mmPerPx) });
await using running = await startStation({
  dataDir,
  settings: { ...SMALL_SETTINGS, nest: { seconds: 3, threads: 2, seed: 1 } },
  machine: SIMULATED_MACHINE,
  order: { name: 'many', order },
  source: picture,
  rooms,
  logger: SILENT_LOGGER,
  http: { port: 0, listen: '127.0.0.1', uiDir: join(dataDir, 'ui') },
  plc: { ...QUICK_PLC, cutMs: 1500, progressCount: 50 },
});
process.stdout.write(`${running.http?.url ?? ''}\n`);
await new Promise<void>((resolve) => process.stdin.once('data', () => resolve()));
process.stdin.unref();
const RESOLUTION_MS = 2;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
// What this thread computes between two turns of its loop: no other process can make that longer, so it is the better
// measure of our own tasks where the machine is busy. V8's collections in a turn are told apart: both cores search
// meanwhile, so that one of 5 ms may take 30.
const collections: { readonly from: number; readonly ms: number }[] = [];
const gc = new PerformanceObserver((list) =>
  collections.push(...list.getEntries().map(({ startTime, duration }) => ({ from: startTime, ms: duration }))),
);
gc.observe({ entryTypes: ['gc'] });
const turns: { readonly from: number; readonly to: number; readonly cpuMs: number }[] = [];
let from = performance.now();
let before = process.threadCpuUsage();
const watch = setInterval(() => {
  const to = performance.now();
  const now = process.threadCpuUsage();
  turns.push({ from, to, cpuMs: (now.user + now.system - before.user - before.system) / 1000 });
  from = to;
  before = now;
}, 1);
const report = await runMainJob(running.station, { release: { by: 'demo' } });
delay.disable();
clearInterval(watch);
await setTimeout(100); // the last collections are told late
gc.disconnect();
const collected = (turn: { from: number; to: number }) =>
  collections.reduce((sum, c) => sum + (c.from < turn.to && c.from + c.ms > turn.from ? c.ms : 0), 0);
const rounded = (value: number) => Math.round(100 * value) / 100;
const long = turns.filter(({ cpuMs }) => cpuMs > 3);
const longestTaskMs = rounded(Math.max(0, ...long.map((turn) => turn.cpuMs - collected(turn))));
const longestTurnMs = rounded(Math.max(0, ...long.map(({ cpuMs }) => cpuMs)));
// The histogram holds the time between two wakings, its own period included.
const ms = (nanoseconds: number) => Math.round(nanoseconds / 1e4) / 100 - RESOLUTION_MS;
process.stdout.write(
  `${JSON.stringify({ state: report.job.state, placedCount: report.placedCount, seconds: report.seconds, id: report.job.id, p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max), longestTaskMs, longestTurnMs, count: delay.count })}\n`,
);
