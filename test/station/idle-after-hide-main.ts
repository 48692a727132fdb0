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

/** `kerf bench floor` runs this as a process of its own. Argument: scale of the hide's picture, mm a pixel. A station
 *  with the true rooms and leather-base inspects, nests and cuts a drawn hide and shows its picture, then waits until the
 *  rooms' process has ended. Writes resident memory in MB as JSON: of the station before, of both at their most, of the
 *  station while idle afterwards. */
const [mmPerPx = '0.7'] = process.argv.slice(2);
/** Between the last question and the end of the rooms' process; a quarter of an hour in a station of a shop. */
const ROOMS_IDLE_MS = 2000;
/** Without anybody, after that. */
const QUIET_MS = 30_000;
const ROOT = join(import.meta.dirname, '../..');

await using dir = await temporaryDir();
// As a process of its own: the memory that drawing takes is not the station's.
const hide = join(dir.path, 'hide');
const kerf = join(ROOT, 'src/cli/kerf.ts');
await promisify(execFile)(process.execPath, [kerf, 'synth', 'hide', '--mm-per-px', mmPerPx, '--out', hide]);

const packDir = join(ROOT, 'models/leather-base');
const rooms = openRooms(
  { packDir, provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: Number(mmPerPx) },
  { idleMs: ROOMS_IDLE_MS },
);
const running = await startSmallStation(join(dir.path, 'data'), {
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
while (rooms.pid !== null) await sleep(100);
clearInterval(watch);
await sleep(QUIET_MS);
const idleMb = megabytes(process.pid);
await running.close();
await rooms.close();
const whole = Object.entries({ beforeMb, mostMb, mostRoomsMb, idleMb }).map(([name, mb]) => [name, Math.round(mb)]);
process.stdout.write(`${JSON.stringify({ ...Object.fromEntries(whole), placedCount: job.pieceCount })}\n`);
process.exit();
