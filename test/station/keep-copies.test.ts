import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sha256Of } from '#disk/sha256.node.ts';
import { keepCopies } from '#station/keep-copies.node.ts';
import { runMainJob } from '#station/main-job.node.ts';
import type { Rooms } from '#station/rooms.ts';
import { backUp } from '#store/backup.node.ts';
import { retain } from '#store/retention.node.ts';
import { sheetIsKept } from './small-steps.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const LATER = new Date(Date.now() + 400 * 24 * 3600_000).toISOString();
const LIMITS = { days: 90, megabytes: 0 };
const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Small rooms whose pictures go with the scan, as those of the true ones do. */
function roomsWithPictures() {
  const asked: string[] = [];
  const small = smallRooms();
  const rooms: Rooms = {
    ...small,
    async scanJpeg(dir, maxPx) {
      asked.push(dir);
      const bytes = await readFile(join(dir, 'scan.tif'));
      return new Uint8Array([0xff, 0xd8, maxPx % 256, ...bytes.subarray(0, 8)]);
    },
  };
  return { rooms, asked };
}

test('what the ledger refers to stays, small: by the hash that it names, in the audit log, on the screen and in backups', async () => {
  await using dir = await temporaryDir();
  const { rooms, asked } = roomsWithPictures();
  await using running = await startSmallStation(dir.path, { rooms });
  const { station, store } = running;
  const { job } = await runMainJob(station, { release: { by: 'demo' } });
  await sheetIsKept(station, job.id);
  const folder = station.jobDir(job.id);
  const kept = await retain(store, LIMITS, LATER, { keepCopies: (id) => keepCopies(store, rooms, id) });
  expect(kept.removedJobs).toEqual([job.id]);
  expect(await isThere(join(folder, 'scan/scan.tif'))).toBe(false);

  const name = `${job.scanSha256}.jpg`;
  expect(await readdir(join(folder, 'kept'))).toEqual([name]);
  const bytes = await readFile(join(folder, 'kept', name));
  const [event] = (await store.latestEvents(5)).filter(({ kind }) => kind === 'pictures removed');
  expect(event?.details).toEqual({ job: job.id, kept: `${name} ${sha256Of(bytes)}` });
  expect(Buffer.from(await station.scanJpeg(job.id, 300))).toEqual(bytes);
  // Another round finds nothing to take, and no size to count.
  expect(await retain(store, LIMITS, LATER, { keepCopies: () => Promise.reject(new Error('asked')) })).toMatchObject({
    ...{ removedJobs: [], freedBytes: 0, keptBytes: 0 },
  });
  expect(asked).toEqual([join(folder, 'scan'), join(folder, 'scan')]);

  const out = join(dir.path, 'backup');
  await backUp({ dataDir: dir.path, out, withScans: false, at: LATER });
  expect(await isThere(join(out, 'jobs', job.id, 'kept', name))).toBe(true);
});

test('pictures that cannot be copied stay, the others go; a job without a record leaves no copy', async () => {
  await using dir = await temporaryDir();
  const { rooms } = roomsWithPictures();
  await using running = await startSmallStation(dir.path, { rooms });
  const { station, store } = running;
  const first = (await runMainJob(station, { release: { by: 'demo' } })).job.id;
  await sheetIsKept(station, first);
  const { id: second } = await station.startJob();
  await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(20_000));
  await station.cancel(second);
  const failed: string[] = [];
  const { removedJobs } = await retain(store, LIMITS, LATER, {
    keepCopies: (id) => keepCopies(store, { ...rooms, scanJpeg: () => Promise.reject(new Error('broken')) }, id),
    onFailed: (id) => failed.push(id),
  });
  expect([failed, removedJobs]).toEqual([[first], [second]]);
  expect(await isThere(join(station.jobDir(first), 'scan/scan.tif'))).toBe(true);
  expect(await isThere(join(station.jobDir(second), 'kept'))).toBe(false);
  await expect(station.scanJpeg(second, 300)).rejects.toThrow();
});
