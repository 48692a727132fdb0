import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LEATHER_GRADING } from '#domain/grading.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { openRooms } from '#station/open-rooms.node.ts';
import { OWN_THREADS, SMALL_SETTINGS, startSmallStation, temporaryDir } from './small-station.ts';

/** `kerf bench floor` runs this as a process of its own. Arguments: scale of the hide's picture, mm a pixel; days and jobs
 *  a day that the store already holds. A station with the true rooms and leather-base inspects, nests and cuts a drawn
 *  hide and shows its picture, then waits until the rooms' process has ended. Writes resident memory in MB as JSON: of the
 *  station before, of both at their most and while they wait for the next hide, of the station while idle afterwards. */
const [mmPerPx = '0.7', days = '0', jobsADay = '200'] = process.argv.slice(2);
/** Between the last question and the end of the rooms' process; minutes in a station of a shop. */
const ROOMS_IDLE_MS = 12_000;
/** Until they give back the model; twenty seconds in a shop. */
const ROOMS_REST_MS = 3000;
/** After the last picture: what the rooms then hold they hold. */
const RESTING_MS = 9000;
/** Without anybody, after that. */
const QUIET_MS = 30_000;
const ROOT = join(import.meta.dirname, '../..');

await using dir = await temporaryDir();
// As a process of its own: the memory that drawing takes is not the station's.
const hide = join(dir.path, 'hide');
const kerf = join(ROOT, 'src/cli/kerf.ts');
await promisify(execFile)(process.execPath, [kerf, 'synth', 'hide', '--mm-per-px', mmPerPx, '--out', hide]);

const data = join(dir.path, 'data');
const fill = join(import.meta.dirname, 'fill-store-main.ts');
if (Number(days) > 0) await promisify(execFile)(process.execPath, [fill, data, days, jobsADay]);

const packDir = join(ROOT, 'models/leather-base');
const rooms = openRooms(
  { packDir, provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: Number(mmPerPx) },
  { idleMs: ROOMS_IDLE_MS, restMs: ROOMS_REST_MS },
);
const running = await startSmallStation(data, {
  ...OWN_THREADS,
  ...{ source: join(hide, 'hide.png'), rooms, order: { name: 'sample', order: sampleOrder() } },
  settings: { ...SMALL_SETTINGS, nest: { seconds: 3, threads: 2, seed: 1 } },
  http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
});
const { station } = running;
const megabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const beforeMb = megabytes(process.pid);
let [mostMb, mostRoomsMb] = [0, 0];
const watch = setInterval(() => {
  if (rooms.pid === null) return;
  try {
    const ofRooms = megabytes(rooms.pid);
    mostRoomsMb = Math.max(mostRoomsMb, ofRooms);
    mostMb = Math.max(mostMb, ofRooms + megabytes(process.pid));
  } catch {
    // It has just ended.
  }
}, 100);
const { job } = await runMainJob(station, { release: { by: 'demo' } });
const base = `${running.http?.url ?? ''}/api/v1/jobs/${job.id}`;
for (const picture of ['scan.jpg?max=2048', 'tiles/0/0/0.jpg'])
  if (
    !(await fetch(`${base}/${picture}`).then(
      async (answer) => (await answer.arrayBuffer()).byteLength > 0 && answer.ok,
    ))
  )
    throw new Error(`${picture}: no picture`);
await sleep(RESTING_MS);
const restingMb = megabytes(process.pid) + (rooms.pid === null ? Number.NaN : megabytes(rooms.pid));
while (rooms.pid !== null) await sleep(100);
clearInterval(watch);
await sleep(QUIET_MS);
const idleMb = megabytes(process.pid);
await running.close();
await rooms.close();
const whole = Object.entries({ beforeMb, mostMb, mostRoomsMb, restingMb, idleMb }).map(([name, mb]) => [
  name,
  Math.round(mb),
]);
process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(whole), placedCount: job.pieceCount })}\n`);
process.exit();
