import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { runMainJob } from '#station/main-job.node.ts';
import type { RunningStation, StartStationOptions } from '#station/start-station.node.ts';
import type { Station } from '#station/station.node.ts';
import { verifyRelease } from '#station/verify-release.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { openStore, type Store } from '#store/store.node.ts';
import { codeOf, plcIsHeard, toNested, toState } from './small-steps.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

type OpenStore = NonNullable<StartStationOptions['openStore']>;

const alarmsOf = (station: Station) => station.status().alarms.map(({ code, details }) => ({ code, details }));
const lapsedBy = (reason: string) => ({ code: 'STATION_APPROVAL_LAPSED', details: { reason } });
const approve = (station: Station) =>
  station.approve(station.job?.id ?? '', { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });

/** Neither told nor waiting to be told. */
async function expectNothingReleased({ station, store }: RunningStation): Promise<void> {
  // Whatever would go out by itself has had its time.
  await sleep(5 * QUICK_PLC.heartbeatMs);
  expect(station.job).toMatchObject({ state: 'nested', approvedBy: null });
  expect((await store.openOutbox()).filter(({ topic }) => topic === 'job/released')).toEqual([]);
  expect((await store.events(station.job?.id ?? '')).map(({ kind }) => kind)).not.toContain('released');
}

/** A disk that is full for what comes after an approval. */
function fillingStore(isFull: () => boolean): OpenStore {
  return async (dir, options) => {
    const store = await openStore(dir, options);
    return {
      ...store,
      commitStep: (step) =>
        isFull() && ['released', 'lapsed'].includes(step.event.kind)
          ? Promise.reject(new KerfError('STORE_DISK_FULL', 'full', { fault: 'device' }))
          : store.commitStep(step),
    };
  };
}

test('a job whose station ended between approval and release is not released by the next start, PLC or not', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await startSmallStation(dir.path, { openStore: fillingStore(() => true), probeMs: 60_000 });
    await toNested(running.station);
    await plcIsHeard(running.station);
    await approve(running.station);
    await running.station.until(() => running.station.stuckBy !== null, AbortSignal.timeout(20_000));
    expect(running.station.job).toMatchObject({ state: 'approved', approvedBy: 'ann' });
  }
  // As a power cut leaves it: nobody had the time for an alarm.
  const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
  db.exec('DELETE FROM alarms');
  db.close();
  {
    await using silent = await startSmallStation(dir.path, { simulatePlc: false });
    await toState(silent.station, 'nested');
    await expectNothingReleased(silent);
    expect(alarmsOf(silent.station)).toContainEqual(lapsedBy('STATION_STARTED_ANEW'));
  }
  await using again = await startSmallStation(dir.path);
  await plcIsHeard(again.station);
  await expectNothingReleased(again);
  expect(again.station.state).toBe('NESTING');
  await approve(again.station);
  await toState(again.station, 'done');
  await expect.poll(() => alarmsOf(again.station)).toEqual([]);
  const kinds = (await again.store.events(again.station.job?.id ?? '')).map(({ kind }) => kind);
  expect(kinds.filter((kind) => /approved|lapsed|released/.test(kind))).toEqual([
    'approved',
    'lapsed',
    'approved',
    'released',
  ]);
  expect(await failedChecks(again, dir.path)).toEqual([]);
});

/** What a check of the release finds wrong. */
async function failedChecks({ station }: RunningStation, dir: string): Promise<readonly string[]> {
  const job = station.job?.id ?? '';
  const store = openDatabase(dir, { isReader: true });
  try {
    const { checks } = await verifyRelease({
      dir: station.jobDir(job),
      publicPem: station.key.publicPem,
      store: {
        ...{ events: store.events(job), release: store.release(job) },
        auditHashAt: (n) => store.auditHashAt(n),
        ...{ audit: store.auditCheck(), picturesGone: store.picturesGone(job) },
      },
      packSha256: () => Promise.resolve(null),
    });
    return checks.filter((check) => check.is === 'failed').map((check) => check.what);
  } finally {
    store.close();
  }
}

test('a disk that takes again releases nothing by itself', async () => {
  await using dir = await temporaryDir();
  let isFull = true;
  await using running = await startSmallStation(dir.path, { openStore: fillingStore(() => isFull), probeMs: 50 });
  const { station } = running;
  await toNested(station);
  await plcIsHeard(station);
  await approve(station);
  await station.until(() => station.stuckBy !== null, AbortSignal.timeout(20_000));
  isFull = false;
  await toState(station, 'nested');
  await expectNothingReleased(running);
  expect(alarmsOf(station)).toEqual([lapsedBy('STORE_DISK_FULL')]);
  await station.cancel(station.job?.id ?? '');
  await expect.poll(() => alarmsOf(station)).toEqual([]);
});

/** A PLC that leaves automatic while the release is being signed. */
function leavingPlc(leave: () => Promise<void>): OpenStore {
  return async (dir, options): Promise<Store> => {
    const store = await openStore(dir, options);
    return {
      ...store,
      auditHead: async () => {
        await leave();
        return store.auditHead();
      },
    };
  };
}

test('a PLC that leaves automatic between approval and release gets nothing, then or later', async () => {
  await using dir = await temporaryDir();
  let isLeaving = false;
  let running: RunningStation | null = null;
  const leave = async () => {
    if (!running || !isLeaving) return;
    const { plc, station } = running;
    plc?.setMode('manual');
    await station.until(() => station.status().plc.mode === 'manual', AbortSignal.timeout(20_000));
  };
  running = await startSmallStation(dir.path, { openStore: leavingPlc(leave) });
  await using opened = running;
  const { station, plc } = opened;
  await toNested(station);
  await plcIsHeard(station);
  isLeaving = true;
  await approve(station);
  await station.until(() => station.lapsedBy !== null, AbortSignal.timeout(20_000));
  await toState(station, 'nested');
  expect(alarmsOf(station)).toContainEqual(lapsedBy('STATION_PLC_NOT_READY'));
  plc?.setMode('auto');
  await expectNothingReleased(opened);
  // A run approves once: with the same PLC it ends with the reason.
  const run = codeOf(runMainJob(station, { release: { by: 'demo' } }));
  expect(await run).toBe('STATION_PLC_NOT_READY');
  const { id } = station.job ?? { id: '' };
  expect((await opened.store.events(id)).at(-1)).toMatchObject({ kind: 'lapsed', by: null });
  isLeaving = false;
  plc?.setMode('auto');
  await station.until(() => station.status().plc.mode === 'auto', AbortSignal.timeout(20_000));
  await approve(station);
  await toState(station, 'done');
});
