import { QUICK_PLC, SMALL_SETTINGS, startSmallStation } from './small-station.ts';

/** A station with small rooms in a process of its own, whose disk a test takes away. Arguments: data folder, port of the
 *  API, port of the broker. Says "ready" when it is open, and stays until it is killed. */
const [dataDir = '', port = '0', mqttPort = '0'] = process.argv.slice(2);
await startSmallStation(dataDir, {
  settings: { ...SMALL_SETTINGS, mqtt: { ...SMALL_SETTINGS.mqtt, embeddedPort: Number(mqttPort) } },
  ...{ http: { port: Number(port), listen: '127.0.0.1', uiDir: '' }, probeMs: 100 },
  // Long enough to take the disk away while it cuts.
  plc: { ...QUICK_PLC, cutMs: 1500 },
});
process.stdout.write('ready\n');
