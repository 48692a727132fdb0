import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { Alarm, Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { blankJob } from '#station/blank-job.ts';
import { openDatabase } from '#store/database.node.ts';
import { readFileChecked, writeFileSynced } from '#store/job-files.node.ts';
import { LockedSqlite } from '#store/locked-sqlite.node.ts';
import { MIGRATIONS } from '#store/migrations/migrations.ts';
import { openStore } from '#store/store.node.ts';
import { temporaryDir } from '../station/small-station.ts';

const AT = '2026-11-22T15:00:00.000Z';
const EVENT = { kind: 'new', at: AT, by: null, details: {} };
const BLANK = blankJob({ source: 'hide.png', order: 'patches', machine: 'simulated', createdAt: AT });
const NEWEST = MIGRATIONS.at(-1)?.version ?? 0;
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (e: unknown) => (e instanceof KerfError ? e.code : String(e)),
  );

describe('the store', () => {
  test('writes a step whole or not at all', async () => {
    await using dir = await temporaryDir();
    await using store = await openStore(dir.path);
    const job = await store.createJob(BLANK, EVENT, { a: '1' });
    expect(job).toMatchObject({ seq: 1, id: 'j20261122T150000-1' });
    const released: Job = { ...job, state: 'released' };
    const row = { job: job.id, topic: 'job/released', payload: '{}', endsWith: 'answer' as const };
    const step = {
      job: released,
      expectedState: 'new' as const,
      event: { ...EVENT, kind: 'released' },
      outbox: [row],
      meta: { a: '2' },
    };
    // The second release row breaks the index; the event, the state and the meta before it must go with it.
    expect(await codeOf(store.commitStep({ ...step, outbox: [row, row] }))).toBe('STORE_FAILED');
    expect(await store.job(job.id)).toEqual(job);
    expect(await store.openOutbox()).toEqual([]);
    expect((await store.events(job.id)).map((e) => e.kind)).toEqual(['new']);
    expect((await store.meta())['a']).toBe('1');
    await store.commitStep(step);
    expect(await store.openOutbox()).toHaveLength(1);
    expect(await codeOf(store.commitStep(step))).toBe('STORE_STEP_OUT_OF_ORDER');
    await store.commitStep({
      ...step,
      expectedState: 'released',
      outbox: [],
      endOutbox: [{ job: job.id, topics: ['job/released'], by: 'accepted' }],
    });
    expect(await store.openOutbox()).toEqual([]);
    expect(await store.check()).toBe('ok');
  });

  test('gives every job the next number, over restarts too', async () => {
    await using dir = await temporaryDir();
    for (const seq of [1, 2, 3]) {
      await using store = await openStore(dir.path);
      expect((await store.createJob(BLANK, EVENT, {})).seq).toBe(seq);
    }
    await using store = await openStore(dir.path);
    await store.setMeta({ seq: '2147483646' });
    expect((await store.createJob(BLANK, EVENT, {})).seq).toBe(2147483647);
    expect(await codeOf(store.createJob(BLANK, EVENT, {}))).toBe('STORE_SEQ_USED_UP');
    expect((await store.jobs(2)).map((j) => j.seq)).toEqual([2147483647, 3]);
  });

  test('keeps alarms until they end, and command ids for as long as it is told', async () => {
    await using dir = await temporaryDir();
    await using store = await openStore(dir.path);
    const alarm: Alarm = {
      id: 'a1',
      code: 'PLC_SILENT',
      severity: 2,
      isActive: true,
      isAcknowledged: false,
      n: 1,
      job: null,
      details: {},
      raisedAt: AT,
      clearedAt: null,
    };
    await store.commitAlarm({ alarm, outbox: [{ job: null, topic: 'alarm', payload: '{}', endsWith: 'puback' }] });
    expect(await store.activeAlarms()).toEqual([alarm]);
    const [row] = await store.openOutbox();
    await store.outboxSent([row?.id ?? 0], AT);
    expect((await store.openOutbox())[0]?.sentCount).toBe(1);
    await store.outboxEnd([row?.id ?? 0], 'puback', AT);
    await store.commitAlarm({ alarm: { ...alarm, isActive: false, clearedAt: AT }, outbox: [] });
    expect(await store.activeAlarms()).toEqual([]);
    const command = { id: 'c1', verb: 'sync', code: 0, at: AT };
    expect(await store.rememberCommand(command, '2026-11-21')).toBeNull();
    expect(await store.rememberCommand({ ...command, code: 9 }, '2026-11-21')).toEqual(command);
    await store.answerCommand('c1', 10);
    expect(await store.rememberCommand(command, '2026-11-21')).toEqual({ ...command, code: 10 });
    expect(await store.rememberCommand(command, '2026-11-23')).toBeNull();
  });

  test('is one station’s at a time, and free again when it is closed', async () => {
    await using dir = await temporaryDir();
    const first = await openStore(dir.path);
    expect(await codeOf(openStore(dir.path))).toBe('STORE_IN_USE');
    // Others may read meanwhile.
    const reader = new DatabaseSync(join(dir.path, 'kerf.sqlite'), { readOnly: true });
    expect(reader.prepare('SELECT count(*) AS n FROM jobs').get()).toEqual({ n: 0 });
    reader.close();
    await first.close();
    await first.close();
    await using second = await openStore(dir.path);
    expect(await second.jobs(1)).toEqual([]);
    expect(await codeOf(first.jobs(1))).toBe('STORE_CLOSED');
  });

  test('says clearly what is wrong with its folder', async () => {
    await using dir = await temporaryDir();
    await writeFile(join(dir.path, 'file'), '');
    expect(await codeOf(openStore(join(dir.path, 'file')))).toMatch(/STORE_(NOT_WRITABLE|FAILED)/);
    {
      await using store = await openStore(join(dir.path, 'damaged'));
      await store.createJob(BLANK, EVENT, {});
    }
    await writeFile(join(dir.path, 'damaged/kerf.sqlite'), 'this is no database'.repeat(1000));
    expect(await codeOf(openStore(join(dir.path, 'damaged')))).toBe('STORE_CORRUPT');
    openDatabase(join(dir.path, 'later'), { migrations: [...MIGRATIONS, { version: 99, sql: '' }] }).close();
    expect(await codeOf(openStore(join(dir.path, 'later')))).toBe('STORE_FROM_LATER_VERSION');
  });

  test('on a full disk loses no step that it had confirmed', async () => {
    await using dir = await temporaryDir();
    await using store = await openStore(dir.path, { maxPages: 60 });
    const confirmed: string[] = [];
    let refusal: unknown = null;
    while (refusal === null && confirmed.length < 2000) {
      try {
        confirmed.push((await store.createJob({ ...BLANK, source: 'x'.repeat(2000) }, EVENT, {})).id);
      } catch (error) {
        refusal = error;
      }
    }
    expect(refusal).toMatchObject({ code: 'STORE_DISK_FULL', fault: 'device' });
    expect((await store.jobs(500)).map((j) => j.id).reverse()).toEqual(confirmed);
    expect(await store.check()).toBe('ok');
  });

  test('migrates a folder of every version before this one, once', async () => {
    await using dir = await temporaryDir();
    const next = { version: NEWEST + 1, sql: 'ALTER TABLE jobs ADD COLUMN note TEXT' };
    const first = openDatabase(dir.path);
    first.createJob(BLANK, EVENT, {});
    first.close();
    for (const _ of [1, 2]) {
      const later = openDatabase(dir.path, { migrations: [...MIGRATIONS, next] });
      expect(later.jobs(1)).toHaveLength(1);
      later.close();
    }
    const broken = { version: NEWEST + 2, sql: 'ALTER TABLE jobs ADD COLUMN more TEXT; nonsense' };
    expect(() => openDatabase(dir.path, { migrations: [...MIGRATIONS, next, broken] })).toThrow();
    const after = openDatabase(dir.path, { migrations: [...MIGRATIONS, next] });
    expect(after.jobs(1)).toHaveLength(1);
    after.close();
  });
});

describe('a file of a job', () => {
  test('is found by its hash, also when the process died between the file and its record', async () => {
    await using dir = await temporaryDir();
    const path = join(dir.path, 'jobs/j1/layout.json');
    const first = await writeFileSynced(path, 'one', { keepPrevious: true });
    await writeFileSynced(path, 'two', { keepPrevious: true });
    expect(String(Buffer.from(await readFileChecked(path, first)))).toBe('one');
    await writeFileSynced(path, 'three', { keepPrevious: true });
    expect(String(Buffer.from(await readFileChecked(path, first)))).toBe('one');
    expect(await codeOf(readFileChecked(path, 'f'.repeat(64)))).toBe('STORE_FILE_CHANGED');
  });

  test('is whole or not there, and leaves nothing half-written', async () => {
    await using dir = await temporaryDir();
    expect(await codeOf(writeFileSynced('/dev/full/x', 'text'))).toMatch(/^STORE_/);
    const path = join(dir.path, 'a.json');
    await writeFileSynced(path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
    await expect(stat(join(dir.path, `.a.json.${process.pid}.tmp`))).rejects.toThrow();
  });
});

test('finds any job of years: pages before a number, those before a day, those of a hide, hides by a part of their code', async () => {
  await using dir = await temporaryDir();
  await using store = await openStore(dir.path);
  const begun = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString();
  const codes = ['H-7', 'h-71', null, 'K-7', 'H-7', 'H-8'];
  for (const [k, hide] of codes.entries())
    await store.createJob({ ...BLANK, createdAt: begun(k + 1), hide }, EVENT, {});
  const seqs = (jobs: readonly Job[]) => jobs.map((job) => job.seq);
  expect(seqs(await store.jobs(2))).toEqual([6, 5]);
  expect(seqs(await store.jobs(2, { before: 5 }))).toEqual([4, 3]);
  expect(seqs(await store.jobs(9, { before: 1 }))).toEqual([]);
  expect(seqs(await store.jobs(2, { until: begun(4) }))).toEqual([3, 2]);
  expect(seqs(await store.jobs(2, { until: begun(4), before: 3 }))).toEqual([2, 1]);
  expect(seqs(await store.jobs(9, { until: begun(1) }))).toEqual([]);
  expect(seqs(await store.jobs(9, { hide: 'H-7' }))).toEqual([5, 1]);
  expect(seqs(await store.jobs(1, { hide: 'H-7', before: 5 }))).toEqual([1]);
  const hides = async (part: string, limit = 9) => (await store.hides(part, limit)).map((h) => h.code);
  expect(await hides('')).toEqual(['H-8', 'H-7', 'K-7', 'h-71']);
  expect(await hides('7', 2)).toEqual(['H-7', 'K-7']);
  expect(await hides('H-71')).toEqual(['h-71']);
  expect(await hides('h-7')).toEqual(['H-7', 'h-71']);
  expect(await hides('%')).toEqual([]);
  expect(await store.hides('H-7', 1)).toEqual([{ code: 'H-7', jobCount: 2, lastAt: begun(5) }]);
});

test('a store of every earlier version opens with what it held, its log goes on, and it takes what is new', async () => {
  for (const { version } of MIGRATIONS) {
    await using dir = await temporaryDir();
    const id = 'j20260101T000000-1';
    const old = new LockedSqlite(dir.path, { migrations: MIGRATIONS.filter((m) => m.version <= version) });
    // As the first version wrote them; what came later has its columns besides.
    const job: Job = { ...BLANK, id, seq: 1 };
    old.run(
      'INSERT INTO jobs (id, seq, state, created_at, updated_at, document) VALUES (?, ?, ?, ?, ?, ?)',
      ...[id, 1, 'new', AT, AT, JSON.stringify(job)],
    );
    old.run("INSERT INTO job_events (job, kind, at, by, details) VALUES (?, 'new', ?, NULL, '{}')", id, AT);
    old.run("INSERT INTO meta VALUES ('seq', '1')");
    old.close();
    const now = openDatabase(dir.path);
    try {
      expect(now.job(id)).toEqual(job);
      expect(now.events(id)).toMatchObject([{ kind: 'new', job: id, details: {} }]);
      expect([now.labels(id), now.acts(id)]).toEqual([[], []]);
      const word = { placement: 3, isGood: true, by: 'ann', at: AT };
      now.putCutDecision({ job: id, comparison: 'f', ...word, isGood: false });
      now.putCutDecision({ job: id, comparison: 'f', ...word });
      expect(now.cutDecisions(id, 'f')).toEqual([word]);
      expect(now.cutDecisions(id, 'e')).toEqual([]);
      expect([now.remnants('free', 9), now.jobsOfHide('H-1', 9)]).toEqual([[], []]);
      expect(now.createJob(BLANK, EVENT, {}).seq).toBe(2);
      expect(now.auditCheck()).toMatchObject({ rowCount: 4, brokenAt: null, head: { n: 4 } });
      expect(now.check()).toBe('ok');
    } finally {
      now.close();
    }
  }
});

test('every row of every table of an earlier version is there after its migration, column by column', async () => {
  for (const { version } of MIGRATIONS) {
    await using dir = await temporaryDir();
    const old = new LockedSqlite(dir.path, { migrations: MIGRATIONS.filter((m) => m.version <= version) });
    // What a job needs is read as a document; the rest of a row is only kept.
    const values: Record<string, string | number | Buffer> = {
      document: JSON.stringify({ ...BLANK, id: 'j1', seq: 1, hide: 'H-7' }),
      ...{ job: 'j1', details: '{}', defect: '{}', state: 'done' },
      ...{ BLOB: Buffer.from('0001ff', 'hex'), INTEGER: 1 },
    };
    const tables = tablesOf(old);
    // The job first: others refer to it.
    for (const table of ['jobs', ...tables.filter((name) => name !== 'jobs')]) {
      const columns = columnsOf(old, table);
      const row = columns.map(({ name, type }) =>
        table === 'jobs' && name === 'id' ? 'j1' : (values[name] ?? values[type] ?? `${table} ${name}`),
      );
      const names = columns.map(({ name }) => name);
      old.run(`INSERT INTO ${table} (${names.join()}) VALUES (${names.map(() => '?').join()})`, ...row);
    }
    const before = tables.map((table) => [table, rowsOf(old, table, columnsOf(old, table))] as const);
    const columns = new Map(tables.map((table) => [table, columnsOf(old, table)]));
    old.close();
    const now = new LockedSqlite(dir.path);
    try {
      for (const [table, rows] of before) {
        expect(rows, `${version} ${table}`).toHaveLength(1);
        expect(rowsOf(now, table, columns.get(table) ?? []), `from ${version}: ${table}`).toEqual(rows);
      }
      expect(Object.values(now.one('PRAGMA integrity_check') ?? {})).toEqual(['ok']);
      expect(now.all('PRAGMA foreign_key_check')).toEqual([]);
    } finally {
      now.close();
    }
  }
});

function tablesOf(sql: LockedSqlite): string[] {
  const rows = sql.all(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  );
  return rows.map((row) => String(row['name']));
}

/** Those that are written: not the ones that SQLite makes of others. */
function columnsOf(sql: LockedSqlite, table: string): { readonly name: string; readonly type: string }[] {
  return sql
    .all(`PRAGMA table_info(${table})`)
    .map((row) => ({ name: String(row['name']), type: String(row['type']) }));
}

function rowsOf(sql: LockedSqlite, table: string, columns: readonly { readonly name: string }[]): unknown[] {
  return sql.all(`SELECT ${columns.map(({ name }) => name).join()} FROM ${table}`);
}
