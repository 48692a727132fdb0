import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { runMainJob } from '#station/main-job.node.ts';
import type { Rooms } from '#station/rooms.ts';
import { openStore } from '#store/store.node.ts';
import { codeOf } from './small-steps.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const full = (where: string) => new KerfError('STORE_DISK_FULL', `${where}: the disk is full.`, { fault: 'device' });

test('a full disk is an alarm, the job waits where it is and goes on when there is room', async () => {
  await using dir = await temporaryDir();
  let isFull = true;
  const small = smallRooms();
  const rooms: Rooms = { ...small, cut: (question) => (isFull ? Promise.reject(full('cut')) : small.cut(question)) };
  await using running = await startSmallStation(dir.path, { rooms, probeMs: 50 });
  const { station } = running;
  const alarms = () => station.status().alarms.map((a) => a.code);
  expect(await codeOf(runMainJob(station, { release: null }))).toBe('STORE_DISK_FULL');
  expect(station.job).toMatchObject({ state: 'reviewed', reason: null });
  expect(alarms()).toContain('STORE_DISK_FULL');
  expect(alarms()).not.toContain('STATION_JOB_FAILED');
  isFull = false;
  await station.until(() => station.job?.state === 'nested', AbortSignal.timeout(20_000));
  await station.until(() => !alarms().includes('STORE_DISK_FULL'), AbortSignal.timeout(20_000));
  const told = (await running.store.openOutbox()).filter((row) => row.topic === 'alarm');
  // Written down once the disk took it: raised, and ended.
  expect(told.length === 0 || told.some((row) => row.payload.includes('STORE_DISK_FULL'))).toBe(true);
  expect((await runMainJob(station, { release: { by: 'demo' } })).job.state).toBe('done');
});

test('a database that takes no more is an alarm, what is there is still shown, and a start with room goes on', async () => {
  await using dir = await temporaryDir();
  await (await openStore(dir.path)).close();
  const empty = new DatabaseSync(join(dir.path, 'kerf.sqlite'), { readOnly: true });
  const pages = Number(empty.prepare('PRAGMA page_count').get()?.['page_count']);
  empty.close();
  const source = 'x'.repeat(30_000);
  let id: string;
  {
    await using running = await startSmallStation(dir.path, {
      storeOptions: { maxPages: pages + 12 },
      source,
      probeMs: 60_000,
    });
    const { station } = running;
    expect(await codeOf(runMainJob(station, { release: null }))).toBe('STORE_DISK_FULL');
    id = station.job?.id ?? '';
    expect(station.status().alarms).toMatchObject([{ code: 'STORE_DISK_FULL', severity: 1, id: 'unwritten' }]);
    await station.acknowledgeAlarm('unwritten');
    expect(station.status().alarms[0]).toMatchObject({ isAcknowledged: true });
    expect((await station.jobs(5)).map((job) => job.id)).toEqual([id]);
    expect(await codeOf(station.startJob())).not.toBe('no error');
  }
  await using again = await startSmallStation(dir.path, { source });
  expect((await runMainJob(again.station, { release: { by: 'demo' } })).job).toMatchObject({ id, state: 'done' });
});

test('the alarm of a job that ended badly stands again after a power cut between the end and the alarm', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await startSmallStation(dir.path, {
      rooms: smallRooms({ judge: () => ['pieces overlap'] }),
    });
    expect(await codeOf(runMainJob(running.station, { release: null }))).toBe('STATION_LAYOUT_INVALID');
  }
  const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
  db.exec('DELETE FROM alarms');
  db.close();
  await using again = await startSmallStation(dir.path);
  expect(again.station.status().alarms.map((a) => a.code)).toEqual(['STATION_JOB_FAILED']);
});
