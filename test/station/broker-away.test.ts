import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { SILENT_LOGGER } from '#station/system.node.ts';
import { freePort } from './free-port.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

test('a broker that stays away is told to the log once an outage, however often the station tries', async () => {
  await using dir = await temporaryDir();
  const port = await freePort();
  const said: string[] = [];
  const warn = (event: string, fields?: object) => {
    if (event === 'publish.error') said.push(JSON.stringify(fields));
  };
  await using running = await startSmallStation(dir.path, {
    ...{ mqttUrl: `mqtt://127.0.0.1:${port}`, random: () => 0 },
    logger: { ...SILENT_LOGGER, warn },
  });
  const { station } = running;
  // Two sessions, each every second.
  await sleep(2500);
  expect(said).toEqual(['{"code":"Error: connect ECONNREFUSED 127.0.0.1:' + port + '"}']);
  const isConnected = () => station.status().broker.isConnected;
  {
    await using _broker = await startBroker({ port });
    await station.until(isConnected, AbortSignal.timeout(20_000));
  }
  await station.until(() => !isConnected(), AbortSignal.timeout(20_000));
  await expect.poll(() => said.filter((line) => line.includes('ECONNREFUSED')), { timeout: 20_000 }).toHaveLength(2);
  await sleep(1500);
  expect(said.filter((line) => line.includes('ECONNREFUSED'))).toHaveLength(2);
});
