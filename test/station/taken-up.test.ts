import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startBroker } from '#publish/broker.node.ts';
import { SimulatedPlc } from '#publish/simulated-plc.node.ts';
import { SYSTEM_RANDOM, SYSTEM_TIMERS } from '#station/system.node.ts';
import type { StartStationOptions } from '#station/start-station.node.ts';
import { openStore } from '#store/store.node.ts';
import { plcIsHeard, toNested, toState } from './small-steps.ts';
import { QUICK_PLC, SMALL_SETTINGS, startSmallStation, temporaryDir } from './small-station.ts';

const CUT_MS = 900;
/** The job ends meanwhile, and the PLC says so. */
const SLOW_WRITE_MS = CUT_MS + 2 * QUICK_PLC.repeatMs;

/** The disk is slow just when the station that starts again writes down which state it is in. */
const slowStore: NonNullable<StartStationOptions['openStore']> = async (dir, options) => {
  const store = await openStore(dir, options);
  return {
    ...store,
    setMeta: async (entries) => {
      if (Object.keys(entries).some((key) => key.endsWith('state'))) await sleep(SLOW_WRITE_MS);
      return store.setMeta(entries);
    },
  };
};

test('a job that the PLC ends while the station starts again ends its state too', async () => {
  await using dir = await temporaryDir();
  await using broker = await startBroker({ port: 0 });
  const { site, station: name } = SMALL_SETTINGS;
  await using plc = new SimulatedPlc({
    ...QUICK_PLC,
    ...{ cutMs: CUT_MS, url: broker.url, site, station: name, shareDir: `${dir.path}/jobs` },
    ...{ timers: SYSTEM_TIMERS, random: SYSTEM_RANDOM },
  });
  const more = { mqttUrl: broker.url, simulatePlc: false };
  {
    await using running = await startSmallStation(dir.path, more);
    const id = await toNested(running.station);
    await plcIsHeard(running.station);
    await running.station.approve(id, { layoutSha256: running.station.job?.layoutSha256 ?? '', by: 'ann' });
    await toState(running.station, 'cutting');
  }
  await expect.poll(() => plc.cutJobs.length).toBe(1);
  await using again = await startSmallStation(dir.path, { ...more, openStore: slowStore });
  await toState(again.station, 'done');
  expect(again.station.state).toBe('DONE');
  expect((await again.station.startJob({})).state).toBe('new');
});
