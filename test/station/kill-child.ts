import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { finishJob } from './finish-job.ts';
import { OWN_THREADS, SMALL_SETTINGS, startSmallStation } from './small-station.ts';
import { smallRooms } from './small-rooms.ts';

/** Many stations in one process, each at its own work, so that one power cut meets each at another point.
 *  Arguments: folder, broker URL, number of stations, "go" (job after job until the power goes) or "end" (the jobs under
 *  way are brought to their end). Says "ready" when all are open and "ended" after "end". */
const [dir = '', url = '', count = '1', until = 'go'] = process.argv.slice(2);

// One station in four has its own threads, as all have at a table.
const running = await Promise.all(
  Array.from({ length: Number(count) }, (_, k) =>
    startSmallStation(join(dir, `s${k}`), {
      settings: { ...SMALL_SETTINGS, station: `s${k}` },
      mqttUrl: url,
      simulatePlc: false,
      rooms: smallRooms({ nestMs: 9 }),
      ...(k % 4 === 0 ? OWN_THREADS : {}),
    }),
  ),
);
// Node keeps what it compiled when a process ends by itself, which these do not.
flushCompileCache();
process.stdout.write('ready\n');
await Promise.all(
  running.map(async ({ station }) => {
    do {
      const isOpen = station.job !== null && station.state !== 'DONE' && station.state !== 'READY';
      if (until === 'go' || isOpen) await finishJob(station);
    } while (until === 'go');
  }),
);
// The PLC repeats its last word every 0.2 s until it is answered.
await new Promise((resolve) => setTimeout(resolve, 500));
await Promise.all(running.map((r) => r.close()));
process.stdout.write('ended\n');
process.exit();
