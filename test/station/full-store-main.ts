import { setTimeout as sleep } from 'node:timers/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FullStore } from './full-store.ts';
import { OWN_THREADS, startSmallStation, temporaryDir } from './small-station.ts';

/** `kerf bench floor` runs this as a process of its own. Arguments: days, jobs a day. Writes what it measured as JSON:
 *  the station's start on the store of a year, its lists (median of nine), memory while idle. */
const [days = '250', jobsADay = '200'] = process.argv.slice(2);
await using dir = await temporaryDir();
// As a process of its own: the memory that filling takes is not the station's.
const fill = [join(import.meta.dirname, 'fill-store-main.ts'), dir.path, days, jobsADay];
const filled = JSON.parse((await promisify(execFile)(process.execPath, fill)).stdout) as FullStore;

const begun = performance.now();
const running = await startSmallStation(dir.path, {
  ...OWN_THREADS,
  http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
});
const startMs = performance.now() - begun;
const { station, store } = running;
const base = `${running.http?.url ?? ''}/api/v1`;
const last = (await store.jobs(1))[0];
const until = last?.updatedAt ?? '';
const from = new Date(Date.parse(until) - 8 * 3600_000).toISOString();

async function medianMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let k = 0; k < 9; k += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  return Math.round((times.sort((a, b) => a - b)[4] ?? 0) * 10) / 10;
}
const get = (path: string) => async () => {
  const response = await fetch(base + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.arrayBuffer();
};
const lists = {
  '50 latest jobs': await medianMs(get('/jobs?limit=50')),
  '500 latest jobs': await medianMs(get('/jobs?limit=500')),
  'one job': await medianMs(get(`/jobs/${last?.id ?? ''}`)),
  'corrections of a job': await medianMs(get(`/jobs/${last?.id ?? ''}/labels`)),
  orders: await medianMs(get('/orders')),
  'tallies of all orders': await medianMs(() => store.orderTallies()),
  'a shift of 8 h': await medianMs(get(`/ledger/shift?from=${from}&until=${until}`)),
  'audit log, latest 1000': await medianMs(() => station.auditRows(1000)),
};
// A minute without anybody: what an hour of it looks like.
await sleep(60_000);
const idleMb = Math.round(process.memoryUsage().rss / 1024 / 1024);
const checkStart = performance.now();
const audit = await store.auditCheck();
const auditMs = Math.round(performance.now() - checkStart);
await running.close();
process.stdout.write(
  `${JSON.stringify({ ...filled, startMs: Math.round(startMs), lists, auditMs, auditOk: audit.brokenAt === null, idleMb })}\n`,
);
process.exit();
