import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, realpath, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { makeFolder } from '#disk/make-folder.node.ts';
import { syncFolder, writeWhole } from '#disk/write-whole.node.ts';
import { finalJobStates } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { isoTime, sha256 } from '#domain/shapes.ts';
import { RESTORED } from './audit-calls.node.ts';
import { DATABASE, refuseNoDataFolder } from './data-folder.node.ts';
import { openDatabase, type Database } from './database.node.ts';
import { isPicture } from './job-files.node.ts';
import { storeError } from './store-error.ts';

/** backup.json: what a backup holds, so that a restore can tell whether it still does. */
const manifestSchema = z.strictObject({
  kerf: z.literal(1),
  madeAt: isoTime,
  /** Who asked for it, where it was asked for on a screen. */
  by: z.string().nullable().default(null),
  withScans: z.boolean(),
  jobCount: z.int().nonnegative(),
  files: z.record(z.string(), sha256),
});
export type BackupManifest = z.infer<typeof manifestSchema>;

export const MANIFEST = 'backup.json';
const STATION_KEY = 'station-key.pem';
/** Where the station's own backups lie in its data folder: no backup holds them. */
export const BACKUPS = 'backups';
/** Made again by whoever opens the folder, or of no use elsewhere; what the broker owed then was handed out since. */
const LEFT_OUT = /^(broker\.journal.*|kerf\.lock.*|kerf\.sqlite.*|\.probe|\..*\.part)$/;

export interface BackupOptions {
  readonly dataDir: string;
  /** Folder to make; must not be there yet. */
  readonly out: string;
  /** The pictures too: most of the size, and nothing that a PLC or an auditor asks for. */
  readonly withScans: boolean;
  readonly at: string;
  readonly by?: string | null;
  readonly signal?: AbortSignal;
  /** After the database and after each file. */
  readonly onProgress?: (doneCount: number, totalCount: number) => void;
}

/** Copies a data folder while its station may be running: the database as it is at one moment (VACUUM INTO, beside the
 *  writer), then the files, which are written whole and never changed. Appears under its name only when it is complete.
 *  @throws KerfError STORE_BACKUP_EXISTS, STORE_NO_DATA_FOLDER, STORE_DISK_FULL, … */
export async function backUp(options: BackupOptions): Promise<BackupManifest> {
  const { dataDir, out, withScans, at, by = null, signal, onProgress } = options;
  if (await exists(out))
    throw new KerfError(
      'STORE_BACKUP_EXISTS',
      `${out}: found something there, expected a folder to make. Give another --out.`,
    );
  refuseNoDataFolder(dataDir);
  const half = join(dirname(out), `.${basename(out)}.${process.pid}.part`);
  try {
    // Of one that died: in a container every process has the same number.
    await rm(half, { recursive: true, force: true });
    await makeFolder(half);
    snapshot(join(dataDir, DATABASE), join(half, DATABASE));
    const files: Record<string, string> = { [DATABASE]: await hashOf(join(half, DATABASE)) };
    const isJobPicture = (path: string) => path.split(sep)[0] === 'jobs' && isPicture(path);
    const paths = (await filesOf(dataDir)).filter((path) => withScans || !isJobPicture(path));
    for (const [k, path] of paths.entries()) {
      signal?.throwIfAborted();
      onProgress?.(k + 1, paths.length + 1);
      const to = join(half, path);
      await makeFolder(dirname(to));
      const sha256 = await copyHashed(join(dataDir, path), to);
      // A job under way may have replaced it meanwhile.
      if (sha256 !== null) files[path.split(sep).join('/')] = sha256;
    }
    onProgress?.(paths.length + 1, paths.length + 1);
    const store = openDatabase(half, { isReader: true });
    const jobCount = store.jobCount();
    store.close();
    const manifest: BackupManifest = { kerf: 1, madeAt: at, by, withScans, jobCount, files };
    await writeWhole(join(half, MANIFEST), JSON.stringify(manifest, null, 1));
    await rename(half, out);
    return manifest;
  } catch (cause) {
    await rm(half, { recursive: true, force: true });
    throw storeError(cause, out);
  }
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** Jobs that were under way when the backup was made. */
  readonly endedJobs: readonly string[];
}

/** Makes a data folder of a backup. What was under way then is ended: nobody knows what the cutter has done of it since,
 *  and nothing may be released a second time. All of it is made beside its place first, the database comes last: until
 *  it is there, the folder is no station's. On any error nothing is left.
 *  @throws KerfError STORE_BACKUP_REFUSED when a file is missing or changed, STORE_NOT_EMPTY, those of `openDatabase` */
export async function restore(backup: string, dataDir: string, at: string): Promise<Restored> {
  const manifest = await readManifest(backup);
  await refuseFilled(dataDir);
  const isThere = await exists(dataDir);
  const half = join(dataDir, HALF);
  const moved: string[] = [];
  try {
    await makeFolder(half);
    for (const [name, expected] of Object.entries(manifest.files)) await restoreFile(backup, half, name, expected);
    const endedJobs = endUnfinished(half, manifest.withScans, at);
    const tops = new Set(Object.keys(manifest.files).map((name) => name.split('/')[0]!));
    for (const top of [...[...tops].filter((name) => name !== DATABASE), DATABASE]) {
      await rename(join(half, top), join(dataDir, top));
      moved.push(top);
    }
    await rm(half, { recursive: true, force: true });
    await syncFolder(dataDir);
    return { manifest, endedJobs };
  } catch (cause) {
    for (const name of [HALF, ...moved])
      await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => null);
    if (!isThere) await rmdir(dataDir).catch(() => undefined);
    throw storeError(cause, dataDir);
  }
}

/** Of a restore that is under way, or that died. */
const HALF = '.restore.part';
/** A disk's own, at the top of each. */
const OF_THE_DISK = new Set(['lost+found', 'System Volume Information']);
/** So many of what was found are named. */
const MOST_NAMED = 5;

/** What lies there would be mixed with what comes: SQLite replays the log that another database left behind
 *  (`kerf.sqlite-wal`), and the broker hands out what it still owed (`broker.journal`), a release too.
 *  @throws KerfError STORE_NOT_EMPTY */
async function refuseFilled(dataDir: string): Promise<void> {
  const found = (await namesIn(dataDir)).filter((name) => !OF_THE_DISK.has(name)).sort();
  if (found.length === 0) return;
  const more = found.length > MOST_NAMED ? ` and ${found.length - MOST_NAMED} more` : '';
  throw new KerfError(
    'STORE_NOT_EMPTY',
    `${dataDir}: found ${found.slice(0, MOST_NAMED).join(', ')}${more}, expected an empty folder. Move it away whole, or give another --data.`,
    { details: { found: found.length } },
  );
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir).catch(nullIfMissing)) ?? [];
  } catch (cause) {
    throw storeError(cause, dir);
  }
}

/** @throws KerfError STORE_BACKUP_REFUSED when what was written is not what was backed up */
async function restoreFile(backup: string, half: string, name: string, expected: string): Promise<void> {
  const [from, to] = [join(backup, name), join(half, name)];
  await makeFolder(dirname(to));
  const isKey = name === STATION_KEY;
  const found = await copyHashed(from, to, {
    ...(isKey ? { mode: 0o600 } : {}),
    // The database, the keys, the settings. A job's document that a power cut takes is in the backup still.
    isSynced: !name.includes('/'),
  });
  if (found === null) throw refused(from, 'nothing');
  if (found !== expected) throw refused(from, 'other bytes');
}

/** What a backup says of itself. @throws KerfError STORE_BACKUP_REFUSED */
export async function readManifest(backup: string): Promise<BackupManifest> {
  const path = join(backup, MANIFEST);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refused(path, 'no manifest', cause);
  });
  const code = 'STORE_BACKUP_REFUSED';
  const manifest = parseDocument(manifestSchema, parseJson(text, path, code), { name: 'backup', where: path, code });
  for (const name of Object.keys(manifest.files)) if (!isOfBackup(name)) throw refused(path, JSON.stringify(name));
  if (!(DATABASE in manifest.files)) throw refused(path, `no ${DATABASE}`);
  return manifest;
}

/** A path within the folder, and of a file that a backup holds: a log or a journal beside a database would be replayed
 *  into it. */
function isOfBackup(name: string): boolean {
  const parts = name.split('/');
  const isWithin = parts.every((part) => part !== '' && part !== '.' && part !== '..') && !isAbsolute(name);
  const isPlain = process.platform !== 'win32' || !/[\\:]/.test(name);
  return isWithin && isPlain && (name === DATABASE || !LEFT_OUT.test(parts.at(-1)!)) && !isAside(parts[0]!);
}

/** The files that are not as they were backed up. */
async function* changedFiles(
  backup: string,
  manifest: BackupManifest,
): AsyncGenerator<{ readonly name: string; readonly found: string }> {
  for (const [name, expected] of Object.entries(manifest.files)) {
    const found = await hashOf(join(backup, name)).catch(() => null);
    if (found !== expected) yield { name, found: found === null ? 'nothing' : 'other bytes' };
  }
}

export interface BackupCheck {
  readonly problems: readonly string[];
  readonly fileCount: number;
  readonly jobCount: number | null;
}

/** Reads all of a backup again and says what would stop a restore; makes nothing. Of one of an earlier version only the
 *  files are compared. */
export async function checkBackup(backup: string): Promise<BackupCheck> {
  const manifest = await readManifest(backup).catch((cause: unknown) => storeError(cause, backup));
  if (manifest instanceof KerfError) return { problems: [manifest.message], fileCount: 0, jobCount: null };
  const problems: string[] = [];
  for await (const { name, found } of changedFiles(backup, manifest)) problems.push(`${name}: found ${found}`);
  const fileCount = Object.keys(manifest.files).length;
  if (problems.length > 0) return { problems, fileCount, jobCount: null };
  let store: Database;
  try {
    store = openDatabase(backup, { isReader: true });
  } catch (cause) {
    const { code, message } = storeError(cause, backup);
    // Its bytes are as they were written then, and a restore brings it up to date.
    if (code === 'STORE_FROM_EARLIER_VERSION') return { problems, fileCount, jobCount: manifest.jobCount };
    return { problems: [message], fileCount, jobCount: null };
  }
  try {
    const check = store.check();
    const { brokenAt } = store.auditCheck();
    if (check !== 'ok') problems.push(`${DATABASE}: ${check}`);
    if (brokenAt !== null) problems.push(`${DATABASE}: the audit log is broken at row ${brokenAt}`);
    return { problems, fileCount, jobCount: store.jobCount() };
  } finally {
    store.close();
  }
}

function endUnfinished(dataDir: string, withScans: boolean, at: string): string[] {
  const store = openDatabase(dataDir);
  try {
    const check = store.check();
    if (check !== 'ok') throw refused(join(dataDir, DATABASE), check);
    store.note({ kind: RESTORED, at, by: null, details: { withScans } });
    const ended: string[] = [];
    for (const job of store.jobs(1000)) {
      if (finalJobStates.has(job.state)) continue;
      store.commitStep({
        job: { ...job, state: 'failed', updatedAt: at, reason: 'STORE_RESTORED' },
        expectedState: job.state,
        event: { kind: 'failed', at, by: null, details: { reason: 'STORE_RESTORED' } },
      });
      ended.push(job.id);
    }
    const open = store.openOutbox();
    store.outboxEnd(
      open.map((row) => row.id),
      'restored',
      at,
    );
    return ended;
  } finally {
    store.close();
  }
}

/** The database at one moment, by a second connection that reads beside the station's. */
function snapshot(from: string, to: string): void {
  const db = openedToRead(from);
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}

/** A failure here is the data folder's, not that of the place where the backup goes. */
function openedToRead(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { readOnly: true });
  } catch (cause) {
    throw storeError(cause, dirname(path));
  }
}

/** Paths below a data folder, links followed as the station follows them: `jobs` may lie on another disk. What a link
 *  leads to twice over, because it leads back, is there once. */
async function filesOf(dir: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (path: string, within: readonly string[]): Promise<void> => {
    const real = await realpath(join(dir, path)).catch(nullIfMissing);
    if (real === null || within.includes(real)) return;
    // A job under way may have replaced it meanwhile.
    const entries = (await readdir(real, { withFileTypes: true }).catch(nullIfMissing)) ?? [];
    // Another backup, which a person has put here: each would hold all before it.
    if (path !== '' && [MANIFEST, DATABASE].every((one) => entries.some(({ name }) => name === one))) return;
    for (const entry of entries) {
      const name = join(path, entry.name);
      if (LEFT_OUT.test(entry.name)) continue;
      if (path === '' && (isAside(entry.name) || OF_THE_DISK.has(entry.name))) continue;
      const is = entry.isSymbolicLink() ? await stat(join(dir, name)).catch(() => null) : entry;
      if (is?.isDirectory()) await walk(name, [...within, real]);
      else if (is?.isFile()) found.push(name);
    }
  };
  await walk('', []);
  return found;
}

/** At the top of a data folder: backups, and what is left of a restore that died. */
function isAside(top: string): boolean {
  return top === BACKUPS || top === HALF;
}

/** Copies a file with its mode and gives the hash of what was written; null where there is none. Only what is synced
 *  outlives a power cut right after: a sync a file would take a large folder from seconds to half an hour. */
async function copyHashed(
  from: string,
  to: string,
  { mode, isSynced = false }: { readonly mode?: number; readonly isSynced?: boolean } = {},
): Promise<string | null> {
  const source = await open(from, 'r').catch(nullIfMissing);
  if (source === null) return null;
  const hash = createHash('sha256');
  try {
    const target = await open(to, 'wx', mode ?? (await source.stat()).mode & 0o777);
    try {
      for await (const chunk of source.createReadStream({ autoClose: false, highWaterMark: CHUNK_BYTES })) {
        hash.update(chunk as Uint8Array);
        await target.writeFile(chunk as Uint8Array);
      }
      if (isSynced) await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  return hash.digest('hex');
}

const CHUNK_BYTES = 1024 * 1024;

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function nullIfMissing(cause: unknown): null {
  if (isMissing(cause)) return null;
  throw cause;
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function refused(where: string, found: string, cause?: unknown): KerfError {
  return new KerfError(
    'STORE_BACKUP_REFUSED',
    `${where}: found ${found}, expected the files as they were backed up. Take another backup.`,
    { cause },
  );
}
