import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { isSignedBy, KEY_FILE, openStationKey, PUBLIC_KEY_FILE } from '#station/station-key.node.ts';
import { signedReleaseSchema } from '#station/release-record.ts';
import { verifyRelease, type VerifiedRelease } from '#station/verify-release.node.ts';
import { openDatabase } from '#store/database.node.ts';
import { codeOf } from './small-steps.ts';
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

async function released(dir: string): Promise<{ id: string; jobDir: string }> {
  await using running = await startSmallStation(dir);
  const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
  return { id: job.id, jobDir: running.station.jobDir(job.id) };
}

async function verify(dir: string, id: string, jobDir: string): Promise<VerifiedRelease> {
  const store = openDatabase(dir, { isReader: true });
  try {
    return await verifyRelease({
      dir: jobDir,
      publicPem: await readFile(join(dir, PUBLIC_KEY_FILE), 'utf8'),
      store: { events: store.events(id), release: store.release(id), audit: store.auditCheck() },
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

  test('has its head published at the start', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    // Ended by the broker's word.
    await expect
      .poll(async () => (await running.store.openOutbox()).filter((row) => row.topic === 'audit').length, {
        timeout: 20_000,
      })
      .toBe(0);
    const head = await running.store.auditHead();
    expect(head.n).toBeGreaterThan(0);
    expect(head.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
