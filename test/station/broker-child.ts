import { SMALL_SETTINGS, startSmallStation } from './small-station.ts';

/** A station with the embedded broker on a given port, until it is killed. Arguments: folder, port. Says "ready". */
const [dir = '', port = '0'] = process.argv.slice(2);
await startSmallStation(dir, {
  settings: { ...SMALL_SETTINGS, mqtt: { ...SMALL_SETTINGS.mqtt, embeddedPort: Number(port) } },
  simulatePlc: false,
});
process.stdout.write('ready\n');
