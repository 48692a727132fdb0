import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalJobStates, type Job } from '#domain/job.ts';
import type { Station } from '#station/station.node.ts';
import { SMALL_SETTINGS, startSmallStation } from './small-station.ts';
import { smallRooms } from './small-rooms.ts';

/** Stations that cut a hide, break off a job of what it left, go on after the stop, and begin anew; one process kills
 *  itself when any of them passes the point `crashAt`. Arguments: folder, broker URL, number of stations, crashAt ("":
 *  never; each goes on until a job that follows another has ended). Says "ended" after that. */
const [dir = '', url = '', count = '1', crashAt = ''] = process.argv.slice(2);

let isBegun = false;
const running = await Promise.all(
  Array.from({ length: Number(count) }, (_, k) =>
    startSmallStation(join(dir, `s${k}`), {
      settings: { ...SMALL_SETTINGS, station: `s${k}` },
      mqttUrl: url,
      simulatePlc: false,
      rooms: smallRooms({ nestMs: 9 }),
      onPoint: (point) => {
        if (isBegun && point === crashAt) process.kill(process.pid, 'SIGKILL');
      },
    }),
  ),
);
// Node keeps what it compiled when a process ends by itself, which these do not.
flushCompileCache();
// Not at once: something has to be under way.
isBegun = true;

/** Of the order: where all are cut nothing is left to go on with. */
const PIECES = 12;
const isEnd = crashAt === '';
await Promise.all(
  running.map(async ({ station, store }) => {
    for (;;) {
      if (!station.job || finalJobStates.has(station.job.state)) {
        // The last life brings each station to a job that went on after another: how many came by then is chance.
        if (isEnd && station.job?.follows) break;
        await next(station, store);
      }
      await drive(station);
    }
    while ((await store.jobsWithoutSheet(100)).length > 0) await sleep(20);
  }),
);
// The PLC repeats its last word every 0.2 s until it is answered.
await sleep(500);
await Promise.all(running.map((r) => r.close()));
process.stdout.write('ended\n');
process.exit();

/** A hide; a job of its remnant; what goes on after that one was broken off. */
async function next(station: Station, store: (typeof running)[number]['store']): Promise<Job> {
  const last = station.job;
  if (last?.state === 'done' && !last.remnant) {
    for (;;) {
      const [left] = (await store.remnants('free', 100)).filter((remnant) => remnant.job === last.id);
      if (left) return station.startJob({ remnant: left.id });
      await sleep(10);
    }
  }
  if (last?.state === 'cancelled' && !last.follows && (last.cutCount ?? 0) > 0 && (last.cutCount ?? 0) < PIECES)
    return station.startJob({ follows: { job: last.id } });
  return station.startJob();
}

/** A job of a remnant is cancelled once a piece is cut; any other goes through. */
async function drive(station: Station): Promise<void> {
  let isAsked = false;
  for (;;) {
    const job = station.job!;
    if (finalJobStates.has(job.state)) return;
    if (job.state === 'inspected') await station.review(job.id, { by: 'demo', waive: true });
    else if (job.state === 'nested') {
      await station.until(() => station.status().plc.isConnected);
      await station.approve(job.id, { layoutSha256: job.layoutSha256 ?? '', by: 'demo' });
    } else if (job.remnant && !job.follows && !isAsked && job.state === 'cutting' && (job.cutCount ?? 0) > 0) {
      isAsked = true;
      await station.request(job.id, 'cancel').catch((cause: unknown) => {
        // The cutter may have ended just before.
        if (station.job?.state !== 'done') throw cause;
      });
    } else await station.until(() => station.job?.state !== job.state || station.job.cutCount !== job.cutCount);
  }
}
