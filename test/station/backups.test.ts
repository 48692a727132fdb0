import { execFile } from 'node:child_process';
import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { BackupView } from '#api/backup-routes.ts';
import { eventSchema } from '#api/events.ts';
import { API_PREFIX, ROUTES } from '#api/routes.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { restore } from '#store/backup.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { codeOf } from './small-steps.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

test('a backup is made on demand, watched, checked, taken away as one file and restored', async () => {
  await using dir = await temporaryDir();
  const data = join(dir.path, 'data');
  await using running = await startSmallStation(data, { http: { port: 0, listen: '127.0.0.1', uiDir: dir.path } });
  const { station } = running;
  const base = `${running.http?.url ?? ''}${API_PREFIX}`;
  const ask = async (path: string, body?: unknown) => {
    const init = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await fetch(base + path, body === undefined ? {} : init)).json();
  };
  const job = (await runMainJob(station, { release: null })).job.id;
  // What a station leaves that dies while it makes one.
  await mkdir(join(data, 'backups', '.kerf-20200101T000000Z.1.part'), { recursive: true });
  const told: BackupView[] = [];
  station.subscribe((message) => {
    const event = eventSchema.parse('json' in message ? JSON.parse(message.json) : message.event);
    if (event.kind === 'backup') told.push(event.backup);
  });

  const begun = ROUTES.startBackup.answer.parse(await ask('/backups', { by: 'ann' }));
  expect(begun).toMatchObject({ state: 'running', by: 'ann', withScans: false });
  expect(await ask('/backups', { by: 'bob' })).toMatchObject({ code: 'STATION_BACKUP_RUNNING' });
  await expect.poll(() => told.at(-1)?.state, { timeout: 20_000 }).toBe('done');
  const list = ROUTES.backups.answer.parse(await ask('/backups'));
  expect(list).toMatchObject([{ name: begun.name, state: 'done', by: 'ann', jobCount: 1, error: null }]);
  expect(list[0]?.doneCount).toBe(list[0]?.totalCount);
  expect(await readdir(join(data, 'backups'))).toEqual([begun.name]);

  const check = () => ask(`/backups/${begun.name}/check`, {});
  expect(ROUTES.checkBackup.answer.parse(await check())).toMatchObject({ isSound: true, problems: [], jobCount: 1 });

  const tar = await fetch(`${base}/backups/${begun.name}.tar`);
  expect(tar.headers.get('content-disposition')).toContain(`${begun.name}.tar`);
  await writeFile(join(dir.path, 'kept.tar'), new Uint8Array(await tar.arrayBuffer()));
  // Another program's reader.
  await promisify(execFile)('tar', ['-xf', 'kept.tar'], { cwd: dir.path });
  const { manifest } = await restore(join(dir.path, begun.name), join(dir.path, 'again'), '2026-11-22T20:00:00.000Z');
  expect(Object.keys(manifest.files).some((name) => name.startsWith('backups/'))).toBe(false);
  const store = openDatabase(join(dir.path, 'again'));
  expect(store.job(job)?.id).toBe(job);
  store.close();

  const layout = join(data, 'backups', begun.name, 'jobs', job, 'layout.json');
  expect((await readFile(layout)).length).toBeGreaterThan(0);
  await appendFile(layout, ' ');
  expect(await check()).toMatchObject({ isSound: false, problems: [`jobs/${job}/layout.json: found other bytes`] });
  expect(await ask(`/backups/${begun.name}/remove`, { by: 'ann' })).toEqual([]);
  await station.noteBackup('STORE_DISK_FULL');
  const alarm = { code: 'STATION_BACKUP_FAILED', details: { reason: 'STORE_DISK_FULL' } };
  expect(station.status().alarms).toMatchObject([alarm]);
  await station.noteBackup(null);
  expect(station.status().alarms).toEqual([]);
  expect(await codeOf(station.backups.check(begun.name))).toBe('STATION_BACKUP_UNKNOWN');
  expect(await ask('/backups/..%2f..%2fetc/check', {})).toMatchObject({ code: 'STATION_REQUEST_REFUSED' });
});

test('a station that is closed gives a backup up and leaves no half of one', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await startSmallStation(dir.path);
    await running.station.backups.start({ withScans: true, by: 'ann' });
  }
  expect(await readdir(join(dir.path, 'backups'))).toEqual([]);
});
