import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { KEY_FILE } from '#station/station-key.node.ts';
import { backUp, restore } from '#store/backup.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { retain } from '#store/retention.node.ts';
import { codeOf, plcIsHeard, toNested } from '../station/small-steps.ts';
import { smallDefect } from '../station/small-rooms.ts';
import { startSmallStation, temporaryDir } from '../station/small-station.ts';

const AT = '2026-11-22T20:00:00.000Z';

describe('a backup', () => {
  test('is made while the station works, and restored as it was; what was under way is ended, not released again', async () => {
    await using dir = await temporaryDir();
    const [data, out, again] = ['data', 'backup', 'again'].map((name) => join(dir.path, name)) as [
      string,
      string,
      string,
    ];
    let done: string;
    let under: string;
    {
      await using running = await startSmallStation(data, { plc: { answerMs: 60_000, heartbeatMs: 100 } });
      const { station } = running;
      done = (await runMainJob(station, { release: null })).job.id;
      await station.cancel(done);
      under = await toNested(station);
      await plcIsHeard(station);
      await station.approve(under, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
      await station.until(() => station.job?.state === 'released', AbortSignal.timeout(20_000));
      const manifest = await backUp({ dataDir: data, out, withScans: false, at: AT });
      expect(manifest.jobCount).toBe(2);
      expect(Object.keys(manifest.files)).toEqual(
        expect.arrayContaining(['kerf.sqlite', KEY_FILE, `jobs/${under}/layout.json`]),
      );
      expect(Object.keys(manifest.files).filter((name) => name.endsWith('.tif'))).toEqual([]);
      expect(await codeOf(backUp({ dataDir: data, out, withScans: false, at: AT }))).toBe('STORE_BACKUP_EXISTS');
      expect(await codeOf(restore(out, data, AT))).toBe('STORE_NOT_EMPTY');
    }
    const { endedJobs } = await restore(out, again, AT);
    expect(endedJobs).toEqual([under]);
    expect((await stat(join(again, KEY_FILE))).mode & 0o777).toBe(0o600);
    const store = openDatabase(again);
    expect(store.job(under)).toMatchObject({ state: 'failed', reason: 'STORE_RESTORED', approvedBy: 'ann' });
    expect(store.openOutbox()).toEqual([]);
    expect(store.auditCheck().brokenAt).toBeNull();
    store.close();
    await using running = await startSmallStation(again);
    expect(running.station.job?.id).toBe(under);
    const next = await runMainJob(running.station, { release: { by: 'demo' } });
    expect(next.job).toMatchObject({ state: 'done', seq: 3 });
    expect(running.plc?.cutJobs).toEqual([next.job.id]);
  });

  test('that has lost or changed a byte is refused before anything is made', async () => {
    await using dir = await temporaryDir();
    const [data, out, again] = ['data', 'backup', 'again'].map((name) => join(dir.path, name)) as [
      string,
      string,
      string,
    ];
    {
      await using running = await startSmallStation(data);
      await runMainJob(running.station, { release: null });
    }
    const { files } = await backUp({ dataDir: data, out, withScans: true, at: AT });
    for (const name of Object.keys(files)) {
      const path = join(out, name);
      const bytes = await readFile(path);
      await writeFile(path, Buffer.concat([bytes, Buffer.from('x')]));
      expect(await codeOf(restore(out, again, AT)), name).toBe('STORE_BACKUP_REFUSED');
      await writeFile(path, bytes);
    }
    expect(await codeOf(stat(again))).toContain('ENOENT');
    expect((await restore(out, again, AT)).manifest.files).toEqual(files);
  });
});

/** No job of these has a record in the ledger. */
const NOTHING = { keepCopies: () => Promise.resolve([]) };

test('retention takes the oldest pictures by age, then by size; what people corrected stays', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path);
  const { station, store } = running;
  const ids: string[] = [];
  for (let k = 0; k < 4; k += 1) {
    const job = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(20_000));
    if (k === 0) {
      const { outline } = smallDefect('', 700, 700);
      await station.addDefect(job.id, { outline, class: 'person', quality: 0, by: 'ann' });
    }
    await mkdir(join(station.jobDir(job.id), 'scan', 'tiles'), { recursive: true });
    await writeFile(join(station.jobDir(job.id), 'scan', 'tiles', '0.jpg'), new Uint8Array(1024 * 1024));
    if (k < 3) await station.cancel(job.id);
    ids.push(job.id);
  }
  const hasScan = (id: string) =>
    stat(join(station.jobDir(id), 'scan', 'scan.tif')).then(
      () => true,
      () => false,
    );
  const soon = new Date(Date.now() + 1000).toISOString();
  expect(await retain(store, { days: 30, megabytes: 100 }, soon, NOTHING)).toMatchObject({ removedJobs: [] });
  // Room for three: the oldest that may go goes.
  expect((await retain(store, { days: 30, megabytes: 3.5 }, soon, NOTHING)).removedJobs).toEqual([ids[1]]);
  expect(await Promise.all(ids.map(hasScan))).toEqual([true, false, true, true]);
  const later = new Date(Date.now() + 40 * 24 * 3600_000).toISOString();
  expect((await retain(store, { days: 30, megabytes: 100 }, later, NOTHING)).removedJobs).toEqual([ids[2]]);
  expect(await Promise.all(ids.map(hasScan))).toEqual([true, false, false, true]);
  expect((await retain(store, { days: 30, megabytes: 0 }, later, NOTHING)).removedJobs).toEqual([]);
  expect((await store.latestEvents(10)).filter((e) => e.kind === 'pictures removed')).toHaveLength(2);
  expect(await stat(join(station.jobDir(ids[1] ?? ''), 'inspection.json')).then(() => true)).toBe(true);
});
