import { lstat, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { sha256Of } from '#disk/sha256.node.ts';
import { blankJob } from '#station/blank-job.ts';
import { runMainJob } from '#station/main-job.node.ts';
import { KEY_FILE } from '#station/station-key.node.ts';
import { backUp, checkBackup, MANIFEST, restore, type BackupManifest } from '#store/backup.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { MIGRATIONS } from '#store/migrations/migrations.ts';
import { retain } from '#store/retention.node.ts';
import { codeOf, plcIsHeard, toNested } from '../station/small-steps.ts';
import { smallDefect } from '../station/small-rooms.ts';
import { backupPlaces, startSmallStation, temporaryDir } from '../station/small-station.ts';

const AT = '2026-11-22T20:00:00.000Z';

describe('a backup', () => {
  test('is made while the station works, and restored as it was; what was under way is ended, not released again', async () => {
    await using dir = await temporaryDir();
    const { data, out, again } = backupPlaces(dir);
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
    const { data, out, again } = backupPlaces(dir);
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

test('a backup holds what lies behind links too, and ends where one leads back', async () => {
  await using dir = await temporaryDir();
  const [data, out, disk] = ['data', 'backup', 'disk'].map((name) => join(dir.path, name)) as [string, string, string];
  openDatabase(data).close();
  await mkdir(join(disk, 'j1'), { recursive: true });
  await writeFile(join(disk, 'j1', 'layout.json'), '{}');
  await writeFile(join(disk, 'machine.json'), '{"kerf":1}');
  await symlink(disk, join(data, 'jobs'));
  await symlink(join(disk, 'machine.json'), join(data, 'machine.json'));
  await symlink(data, join(disk, 'j1', 'back'));
  await symlink(join(disk, 'gone'), join(data, 'gone'));
  await mkdir(join(data, 'lost+found'), { mode: 0o000 });
  const { files } = await backUp({ dataDir: data, out, withScans: true, at: AT });
  expect(Object.keys(files).sort()).toEqual([
    'jobs/j1/layout.json',
    'jobs/machine.json',
    'kerf.sqlite',
    'machine.json',
  ]);
  const again = join(dir.path, 'again');
  await restore(out, again, AT);
  expect((await lstat(join(again, 'jobs'))).isDirectory()).toBe(true);
});

test('a backup holds no other, wherever a person has put that, and nothing that is half made', async () => {
  await using dir = await temporaryDir();
  const data = join(dir.path, 'data');
  openDatabase(data).close();
  await writeFile(join(data, 'settings.json'), '{}');
  await mkdir(join(data, '.scan.7.part'));
  await writeFile(join(data, '.scan.7.part', 'scan.tif'), 'half');
  const files = async (out: string) =>
    Object.keys((await backUp({ dataDir: data, out: join(data, out), withScans: true, at: AT })).files).sort();
  const whole = ['kerf.sqlite', 'settings.json'];
  expect(await files('monday')).toEqual(whole);
  expect(await files('kept/tuesday')).toEqual(whole);
  expect(await files('backups/wednesday')).toEqual(whole);
});

describe('a backup is restored', () => {
  /** A small data folder with one job, backed up. */
  async function backedUp(dir: string): Promise<{ data: string; out: string }> {
    const [data, out] = [join(dir, 'data'), join(dir, 'backup')];
    const store = openDatabase(data);
    const job = blankJob({ source: 'hide.png', order: 'patches', machine: 'simulated', createdAt: AT });
    store.createJob(job, { kind: 'new', at: AT, by: null, details: {} }, {});
    store.close();
    await writeFile(join(data, KEY_FILE), 'a key', { mode: 0o600 });
    await backUp({ dataDir: data, out, withScans: true, at: AT });
    return { data, out };
  }

  test('into no folder that holds anything: a log or a journal would be replayed into it', async () => {
    await using dir = await temporaryDir();
    const { out } = await backedUp(dir.path);
    for (const name of ['kerf.sqlite-wal', 'broker.journal', 'settings.json', 'backups', '.restore.part']) {
      const again = join(dir.path, `with ${name}`);
      await mkdir(again);
      await writeFile(join(again, name), 'of before');
      const refusal = await restore(out, again, AT).catch((cause: unknown) => cause);
      expect(refusal, name).toMatchObject({
        code: 'STORE_NOT_EMPTY',
        message: expect.stringContaining(name) as string,
      });
      expect(await readdir(again)).toEqual([name]);
      expect(await readFile(join(again, name), 'utf8')).toBe('of before');
    }
  });

  test('into an empty one, at the top of a disk too, with nothing beside what was backed up', async () => {
    await using dir = await temporaryDir();
    const { out } = await backedUp(dir.path);
    const again = join(dir.path, 'disk');
    await mkdir(join(again, 'lost+found'), { recursive: true });
    await restore(out, again, AT);
    expect((await readdir(again)).sort()).toEqual(['kerf.sqlite', 'lost+found', KEY_FILE]);
  });

  test('with names of its own only', async () => {
    await using dir = await temporaryDir();
    const { out } = await backedUp(dir.path);
    const manifest = JSON.parse(await readFile(join(out, MANIFEST), 'utf8')) as BackupManifest;
    const { [KEY_FILE]: sha256 = '', ...others } = manifest.files;
    const again = join(dir.path, 'in', 'again');
    const names = ['../key', '/tmp/key', 'a/../../key', './key', 'a//key', '', 'kerf.sqlite-wal', 'broker.journal'];
    for (const name of [...names, 'jobs/kerf.lock', 'backups/kerf.sqlite', '.restore.part/key']) {
      await writeFile(join(out, MANIFEST), JSON.stringify({ ...manifest, files: { ...others, [name]: sha256 } }));
      expect(await codeOf(restore(out, again, AT)), name).toBe('STORE_BACKUP_REFUSED');
      expect((await checkBackup(out)).problems, name).not.toEqual([]);
    }
    const { 'kerf.sqlite': _, ...withoutDatabase } = manifest.files;
    await writeFile(join(out, MANIFEST), JSON.stringify({ ...manifest, files: withoutDatabase }));
    expect(await codeOf(restore(out, again, AT))).toBe('STORE_BACKUP_REFUSED');
    expect(await codeOf(stat(join(dir.path, 'in')))).toContain('ENOENT');
  });

  test('from an earlier version, brought up to date; from a later one not, and nothing is left', async () => {
    await using dir = await temporaryDir();
    const newest = MIGRATIONS.at(-1)!.version;
    for (const [name, migrations] of [
      ['earlier', MIGRATIONS.filter((m) => m.version < newest)],
      ['later', [...MIGRATIONS, { version: newest + 1, sql: '' }]],
    ] as const) {
      const { out } = await backedUp(join(dir.path, name));
      const again = join(dir.path, name, 'again');
      // Its database as that version has it, and a manifest that says so.
      await rm(join(out, 'kerf.sqlite'));
      openDatabase(out, { migrations }).close();
      await rm(join(out, 'kerf.lock'));
      await rehash(out);
      if (name === 'earlier') {
        expect(await checkBackup(out)).toMatchObject({ problems: [], jobCount: 1 });
        await restore(out, again, AT);
        openDatabase(again, { isReader: true }).close();
      } else {
        expect((await checkBackup(out)).problems).toEqual([expect.stringContaining(`version ${newest + 1}`)]);
        expect(await codeOf(restore(out, again, AT))).toBe('STORE_FROM_LATER_VERSION');
        expect(await codeOf(stat(again))).toContain('ENOENT');
      }
    }
  });

  test('whole or not at all: no store is left whose jobs were under way and could not be ended', async () => {
    await using dir = await temporaryDir();
    const { out } = await backedUp(dir.path);
    const again = join(dir.path, 'again');
    const database = new DatabaseSync(join(out, 'kerf.sqlite'));
    database.exec("CREATE TRIGGER stays BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'as on a full disk'); END");
    database.close();
    await rehash(out);
    expect(await codeOf(restore(out, again, AT))).toBe('STORE_FAILED');
    expect(await codeOf(stat(again))).toContain('ENOENT');
    // What was there before stays.
    await mkdir(again);
    expect(await codeOf(restore(out, again, AT))).toBe('STORE_FAILED');
    expect(await readdir(again)).toEqual([]);
  });
});

/** Makes the manifest name the database as it is now. */
async function rehash(out: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(out, MANIFEST), 'utf8')) as BackupManifest;
  const files = { ...manifest.files, 'kerf.sqlite': sha256Of(await readFile(join(out, 'kerf.sqlite'))) };
  await writeFile(join(out, MANIFEST), JSON.stringify({ ...manifest, files }));
}

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
