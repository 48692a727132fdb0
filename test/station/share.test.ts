import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { writeToShare } from '#station/share.node.ts';
import type { Station } from '#station/station.node.ts';
import { codeOf, plcIsHeard, toNested, toState } from './small-steps.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

const machineWith = (address: string) =>
  ({ ...SIMULATED_MACHINE, id: 'knife', kind: 'dragKnife', send: { to: 'folder', address } }) as const;
const approve = (station: Station) =>
  station.approve(station.job?.id ?? '', { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
const alarmsOf = (station: Station) => station.status().alarms.map(({ code }) => code);

test('a share that takes no file is an alarm of its own with its path, and releases nothing once it does', async () => {
  await using dir = await temporaryDir();
  // A file lies where the share should be.
  const share = join(dir.path, 'share');
  await writeFile(share, '');
  const data = join(dir.path, 'data');
  const started = {
    machine: machineWith(share),
    simulatePlc: true,
    probeMs: 100,
    plc: { ...QUICK_PLC, shareDir: share },
  };
  {
    await using running = await startSmallStation(data, started);
    const { station, store } = running;
    await toNested(station);
    await plcIsHeard(station);
    await approve(station);
    await station.until(() => station.lapsedBy !== null, AbortSignal.timeout(20_000));
    await toState(station, 'nested');
    // Tried again and again meanwhile: it stands, and does not come and go.
    await sleep(500);
    expect(station.status().alarms).toMatchObject([
      { code: 'STATION_SHARE_FAILED', details: { path: share, found: 'ENOTDIR' }, n: 1 },
      { code: 'STATION_APPROVAL_LAPSED', details: { reason: 'STATION_SHARE_FAILED' } },
    ]);
    expect((await store.alarmsSince('2000')).map(({ code }) => code).filter((code) => /^STORE/.test(code))).toEqual([]);
  }
  // The alarm is still true after a restart.
  await using running = await startSmallStation(data, started);
  const { station, store } = running;
  await sleep(500);
  expect(alarmsOf(station)).toContain('STATION_SHARE_FAILED');
  await rm(share);
  await expect.poll(() => alarmsOf(station), { timeout: 20_000 }).toEqual(['STATION_APPROVAL_LAPSED']);
  await plcIsHeard(station);
  await sleep(300);
  expect(station.job).toMatchObject({ state: 'nested', approvedBy: null });
  expect((await store.openOutbox()).filter(({ topic }) => topic === 'job/released')).toEqual([]);
  await approve(station);
  await toState(station, 'done');
  const { id, cutFile } = station.job ?? {};
  const cut = await readFile(join(share, id ?? '', cutFile ?? ''));
  expect(cut.equals(await readFile(join(station.jobDir(id ?? ''), cutFile ?? '')))).toBe(true);
});

test('a run that releases ends with what the share said', async () => {
  await using dir = await temporaryDir();
  const share = join(dir.path, 'share');
  await writeFile(share, '');
  await using running = await startSmallStation(join(dir.path, 'data'), {
    ...{ machine: machineWith(share), simulatePlc: true, plc: { ...QUICK_PLC, shareDir: share }, probeMs: 60_000 },
  });
  const { station } = running;
  expect(await codeOf(runMainJob(station, { release: { by: 'ann' } }))).toBe('STATION_SHARE_FAILED');
  expect(station.job).toMatchObject({ state: 'nested', approvedBy: null });
  expect(alarmsOf(station)).toContain('STATION_SHARE_FAILED');
  // A file that it takes ends the alarm, long before the next probe.
  await rm(share);
  await approve(station);
  await toState(station, 'done');
  await expect.poll(() => alarmsOf(station)).toEqual([]);
});

test('a share that does not answer is given up after half a minute', async () => {
  await using dir = await temporaryDir();
  const waits: number[] = [];
  const failed = writeToShare(
    {
      machine: machineWith(join(dir.path, 'share')),
      store: { dir: dir.path } as Parameters<typeof writeToShare>[0]['store'],
      // Time passes before the file is there.
      timers: {
        after(ms, call) {
          waits.push(ms);
          call();
          return () => undefined;
        },
      },
    },
    { file: 'j1/cut.dxf', bytes: new Uint8Array([1]), sha256: '' },
  );
  await expect(failed).rejects.toMatchObject({ code: 'STATION_SHARE_FAILED', details: { found: 'ETIMEDOUT' } });
  expect(waits).toEqual([30_000]);
  // What hung is left to itself.
  await expect.poll(() => existsSync(join(dir.path, 'share/j1/cut.dxf'))).toBe(true);
});
