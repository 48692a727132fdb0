import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { finishJob } from './finish-job.ts';
import { SMALL_SETTINGS, startSmallStation } from './small-station.ts';
import { smallRooms } from './small-rooms.ts';

/** A station in a process of its own, which kills itself, as a power cut would, when it passes the point `crashAt`.
 *  Arguments: data folder, broker ("embedded:PORT" or a URL), station name, crashAt ("" for never).
 *  Writes the points that it passed, one a line, and ends with the job's state. */
const [dataDir = '', broker = '', name = 'station', crashAt = ''] = process.argv.slice(2);
const embeddedPort = /^embedded:(\d+)$/.exec(broker)?.[1];

const running = await startSmallStation(dataDir, {
  settings: {
    ...SMALL_SETTINGS,
    station: name,
    mqtt: { ...SMALL_SETTINGS.mqtt, embeddedPort: Number(embeddedPort ?? 0) },
  },
  mqttUrl: embeddedPort === undefined ? broker : null,
  simulatePlc: false,
  machine: SIMULATED_MACHINE,
  rooms: smallRooms({ nestMs: 9 }),
  onPoint: (point) => {
    process.stdout.write(`${point}\n`);
    if (point === crashAt) process.kill(process.pid, 'SIGKILL');
  },
});
// A job that was done when the power went is not done again.
const left = running.station.job;
const job = left?.state === 'done' ? left : await finishJob(running.station);
process.stdout.write(`state ${job.state}\n`);
// The PLC repeats its last word every 0.2 s until it is answered.
await new Promise((resolve) => setTimeout(resolve, left?.state === 'done' ? 600 : 50));
await running.close();
