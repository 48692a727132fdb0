import { chmod, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connectAsync } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Problem } from '#domain/problem.ts';
import { auditMessage } from '#publish/encode-message.ts';
import type { Timers } from '#publish/timers.ts';
import { runMainJob } from '#station/main-job.node.ts';
import type { StartStationOptions } from '#station/start-station.node.ts';
import { isSignedBy, KEY_FILE, openStationKey, PUBLIC_KEY_FILE } from '#station/station-key.node.ts';
import { signedReleaseSchema } from '#station/release-record.ts';
import { verifyRelease, type VerifiedRelease } from '#station/verify-release.node.ts';
import { SYSTEM_TIMERS } from '#station/system.node.ts';
import { backUp, restore } from '#store/backup.node.ts';
import { auditHash } from '#store/audit-chain.node.ts';
import type { AuditRow } from '#store/audit-chain.ts';
import { openDatabase } from '#store/database.node.ts';
import { retain } from '#store/retention.node.ts';
import { openStore } from '#store/store.node.ts';
import { codeOf } from './small-steps.ts';
import { SMALL_ORDER } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

describe("the station's key", () => {
  test('is made once, readable by its user only, its public part beside it', async () => {
    await using dir = await temporaryDir();
    const first = await openStationKey(dir.path);
    expect((await stat(join(dir.path, KEY_FILE))).mode & 0o777).toBe(0o600);
    const again = await openStationKey(dir.path);
    expect(again.id).toBe(first.id);
    const pem = await readFile(join(dir.path, PUBLIC_KEY_FILE), 'utf8');
    expect(isSignedBy(pem, 'text', again.sign('text'))).toBe(true);
    expect(isSignedBy(pem, 'texT', again.sign('text'))).toBe(false);
  });

  test('is refused when others may read it, or when it is none', async () => {
    await using dir = await temporaryDir();
    await openStationKey(dir.path);
    await chmod(join(dir.path, KEY_FILE), 0o644);
    expect(await codeOf(openStationKey(dir.path))).toBe('STATION_KEY_REFUSED');
    await writeFile(join(dir.path, KEY_FILE), 'no key');
    await chmod(join(dir.path, KEY_FILE), 0o600);
    expect(await codeOf(openStationKey(dir.path))).toBe('STATION_KEY_REFUSED');
  });
});

async function released(dir: string, more: Partial<StartStationOptions> = {}): Promise<{ id: string; jobDir: string }> {
  await using running = await startSmallStation(dir, more);
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  return { id: job.id, jobDir: running.station.jobDir(job.id) };
}

async function verify(dir: string, id: string, jobDir: string): Promise<VerifiedRelease> {
  const store = openDatabase(dir, { isReader: true });
  try {
    return await verifyRelease({
      dir: jobDir,
      publicPem: await readFile(join(dir, PUBLIC_KEY_FILE), 'utf8'),
      store: {
        ...{ events: store.events(id), release: store.release(id) },
        ...{ audit: store.auditCheck(), picturesGone: store.picturesGone(id) },
        auditHashAt: (n) => store.auditHashAt(n),
      },
      packSha256: () => Promise.resolve(null),
    });
  } finally {
    store.close();
  }
}

const failed = ({ checks }: VerifiedRelease) => checks.filter((c) => c.is === 'failed').map((c) => c.what);

describe('a signed release', () => {
  test('holds the hash of what was shown, and is sound', async () => {
    await using dir = await temporaryDir();
    const { id, jobDir } = await released(dir.path);
    const report = await verify(dir.path, id, jobDir);
    expect(failed(report)).toEqual([]);
    expect(report.isSound).toBe(true);
    expect(report.release).toMatchObject({ job: id, approvedBy: 'demo' });
    expect(report.checks.map((c) => c.what)).toEqual(
      expect.arrayContaining([
        'signature',
        'scan/scan.tif',
        'layout.json',
        'options',
        'layout',
        'engine',
        'model',
        'operator',
        'audit log',
      ]),
    );
  });

  test('of a machine with a kerf is of a problem with that spacing at least, and without common lines', async () => {
    await using dir = await temporaryDir();
    const order = {
      ...SMALL_ORDER,
      spacing: 0.1,
      pieces: [{ ...SMALL_ORDER.pieces[0]!, quantity: 1, commonLine: true }],
    };
    const machine = { ...SIMULATED_MACHINE, kerfWidth: 0.2 };
    const { id, jobDir } = await released(dir.path, { machine, order: { name: 'patch', order } });
    const problem = JSON.parse(await readFile(join(jobDir, 'problem.json'), 'utf8')) as Problem;
    expect(problem.spacing).toBe(0.2);
    expect(problem.pieces[0]).not.toHaveProperty('commonLine');
    const report = await verify(dir.path, id, jobDir);
    expect(failed(report)).toEqual([]);
    expect(report.release.options.machine.kerfWidth).toBe(0.2);
  });

  test('shows every file that was changed, another name, and another key', async () => {
    await using dir = await temporaryDir();
    const { id, jobDir } = await released(dir.path);
    for (const name of ['scan/scan.tif', 'inspection.json', 'order.json', 'problem.json', 'layout.json', 'cut.dxf']) {
      const path = join(jobDir, name);
      const bytes = await readFile(path);
      await writeFile(path, Buffer.concat([bytes, Buffer.from(' ')]));
      expect(failed(await verify(dir.path, id, jobDir)), name).toEqual([name]);
      await writeFile(path, bytes);
    }
    const path = join(jobDir, 'release.json');
    const text = await readFile(path, 'utf8');
    const signed = signedReleaseSchema.parse(JSON.parse(text));
    await writeFile(path, JSON.stringify({ ...signed, release: { ...signed.release, approvedBy: 'eve' } }));
    expect(failed(await verify(dir.path, id, jobDir))).toEqual(['signature', 'operator', 'released once']);
    // Signed anew by another station's key.
    await using elsewhere = await temporaryDir();
    const other = await openStationKey(elsewhere.path);
    const forged = { ...signed, key: other.id, signature: other.sign(JSON.stringify(signed.release)) };
    await writeFile(path, JSON.stringify(forged));
    expect(failed(await verify(dir.path, id, jobDir))).toEqual(['key', 'signature', 'released once']);
  });
});

test('a log that was rewritten and chained anew is not the one whose head was signed', async () => {
  await using dir = await temporaryDir();
  const { id, jobDir } = await released(dir.path);
  const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
  const rows = db
    .prepare('SELECT id, job, kind, at, by, details FROM job_events ORDER BY id')
    .all() as unknown as AuditRow[];
  const put = db.prepare('UPDATE job_events SET by = ?, hash = ? WHERE id = ?');
  let previous: Uint8Array | null = null;
  for (const row of rows) {
    const rewritten: AuditRow = row.kind === 'reviewed' ? { ...row, by: 'mallory' } : row;
    previous = auditHash(previous, rewritten);
    put.run(rewritten.by, previous, row.id);
  }
  db.close();
  const report = await verify(dir.path, id, jobDir);
  expect(report.checks.find(({ what }) => what === 'audit log')?.said).toContain('is not the one that was signed');
  expect(failed(report)).toEqual(['audit log']);
});

describe('a release whose pictures are gone', () => {
  const scanCheck = ({ checks }: VerifiedRelease) => checks.find(({ what }) => what === 'scan/scan.tif');

  test('is sound where the log says that retention took them; one that merely vanished, or another one, is not', async () => {
    await using dir = await temporaryDir();
    const { id, jobDir } = await released(dir.path);
    const picture = join(jobDir, 'scan/scan.tif');
    const bytes = await readFile(picture);
    await rm(picture);
    expect(failed(await verify(dir.path, id, jobDir))).toEqual(['scan/scan.tif']);
    await writeFile(picture, bytes);
    {
      await using store = await openStore(dir.path);
      const later = new Date(Date.now() + 40 * 24 * 3600_000).toISOString();
      expect(
        (await retain(store, { days: 30, megabytes: 100 }, later, { keepCopies: async () => [] })).removedJobs,
      ).toEqual([id]);
    }
    const report = await verify(dir.path, id, jobDir);
    expect(scanCheck(report)).toMatchObject({ is: 'other', said: expect.stringContaining('retention') as string });
    expect(report.isSound).toBe(true);
    await writeFile(picture, 'another');
    expect(failed(await verify(dir.path, id, jobDir))).toEqual(['scan/scan.tif']);
  });

  test('is sound in a station restored without pictures, and what it releases after that needs them', async () => {
    await using dir = await temporaryDir();
    const [data, out, again] = [join(dir.path, 'data'), join(dir.path, 'backup'), join(dir.path, 'again')];
    const { id } = await released(data);
    const at = new Date().toISOString();
    await backUp({ dataDir: data, out, withScans: false, at });
    await restore(out, again, at);
    const report = await verify(again, id, join(again, 'jobs', id));
    expect(scanCheck(report)).toMatchObject({ is: 'other', said: expect.stringContaining('restored') as string });
    expect(report.isSound).toBe(true);
    const next = await released(again);
    expect((await verify(again, next.id, next.jobDir)).isSound).toBe(true);
    await rm(join(next.jobDir, 'scan/scan.tif'));
    expect(failed(await verify(again, next.id, next.jobDir))).toEqual(['scan/scan.tif']);
  });
});

describe('the audit log', () => {
  const edits: readonly (readonly [string, string, number | null])[] = [
    ['a row that was changed', "UPDATE job_events SET by = 'eve' WHERE id = 4", 4],
    ['a row that was taken out', 'DELETE FROM job_events WHERE id = 4', 5],
    ['a row that was put in', "INSERT INTO job_events VALUES (99, NULL, 'x', 'now', NULL, '{}', x'00')", 99],
    ['a tail that was cut off', 'DELETE FROM job_events WHERE id > 4', null],
  ];
  test.each(edits)('shows %s', async (_name, sql, brokenAt) => {
    await using dir = await temporaryDir();
    await released(dir.path);
    const before = openDatabase(dir.path);
    const head = before.auditHead();
    expect(before.auditCheck()).toMatchObject({ head, brokenAt: null });
    before.close();
    const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
    db.exec(sql);
    db.close();
    const after = openDatabase(dir.path, { isReader: true });
    try {
      expect(after.auditCheck().brokenAt).toBe(brokenAt);
      // A cut tail is whole in itself: the head that was published says that more was there.
      if (brokenAt === null) expect(after.auditHashAt(head.n)).toBeNull();
    } finally {
      after.close();
    }
  });

  test('has its head published at the start and every hour, so that a tail cut off later shows', async () => {
    await using dir = await temporaryDir();
    const hours = new Set<() => void>();
    // Only the hours of this test pass at its word.
    const timers: Timers = {
      after: (ms, call) => {
        if (ms !== 3600_000) return SYSTEM_TIMERS.after(ms, call);
        hours.add(call);
        return () => hours.delete(call);
      },
    };
    const heard: { n: number; hash: string }[] = [];
    {
      await using running = await startSmallStation(dir.path, { timers });
      const ear = await connectAsync(running.brokerUrl);
      ear.on('message', (_topic, payload) => heard.push(auditMessage.parse(JSON.parse(payload.toString()))));
      await ear.subscribeAsync('kerf/v1/site/station/audit', { qos: 1 });
      for (let hour = 1; hour <= 3; hour += 1) {
        const { n } = await running.store.auditHead();
        for (const call of [...hours]) {
          hours.delete(call);
          call();
        }
        await expect.poll(() => heard.some((head) => head.n === n), { timeout: 20_000 }).toBe(true);
        await running.store.note({ kind: `hour ${hour}`, at: new Date().toISOString(), by: null, details: {} });
      }
      await ear.endAsync();
    }
    expect(new Set(heard.map(({ n }) => n)).size).toBeGreaterThanOrEqual(3);
    const last = heard.at(-1)!;
    const store = openDatabase(dir.path);
    for (const { n, hash } of heard) expect(store.auditHashAt(n)).toBe(hash);
    store.close();
    const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
    db.exec(`DELETE FROM job_events WHERE id >= ${last.n}`);
    db.close();
    const cut = openDatabase(dir.path, { isReader: true });
    expect([cut.auditCheck().brokenAt, cut.auditHashAt(last.n)]).toEqual([null, null]);
    cut.close();
  });
});
