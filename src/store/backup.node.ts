import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { writeWhole } from '#disk/write-whole.node.ts';
import { finalJobStates } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { isoTime, sha256 } from '#domain/shapes.ts';
import { RESTORED } from './audit-calls.node.ts';
import { openDatabase } from './database.node.ts';
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
const DATABASE = 'kerf.sqlite';
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
 *  @throws KerfError STORE_BACKUP_EXISTS, STORE_DISK_FULL, … */
export async function backUp(options: BackupOptions): Promise<BackupManifest> {
  const { dataDir, out, withScans, at, by = null, signal, onProgress } = options;
  if (await exists(out))
    throw new KerfError(
      'STORE_BACKUP_EXISTS',
      `${out}: found something there, expected a folder to make. Give another --out.`,
    );
  const half = join(dirname(out), `.${basename(out)}.${process.pid}.part`);
  try {
    await mkdir(half, { recursive: true });
    snapshot(join(dataDir, DATABASE), join(half, DATABASE));
    const files: Record<string, string> = { [DATABASE]: await hashOf(join(half, DATABASE)) };
    const isJobPicture = (path: string) => path.split(sep)[0] === 'jobs' && isPicture(path);
    const paths = (await filesOf(dataDir)).filter((path) => withScans || !isJobPicture(path));
    for (const [k, path] of paths.entries()) {
      signal?.throwIfAborted();
      onProgress?.(k + 1, paths.length + 1);
      const to = join(half, path);
      await mkdir(dirname(to), { recursive: true });
      // A job under way may have replaced it meanwhile.
      if (!(await copied(join(dataDir, path), to))) continue;
      files[path.split(sep).join('/')] = await hashOf(to);
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
 *  and nothing may be released a second time.
 *  @throws KerfError STORE_BACKUP_REFUSED when a file is missing or changed, STORE_NOT_EMPTY */
export async function restore(backup: string, dataDir: string, at: string): Promise<Restored> {
  const manifest = await readManifest(backup);
  if (await exists(join(dataDir, DATABASE)))
    throw new KerfError(
      'STORE_NOT_EMPTY',
      `${dataDir}: found a station's store, expected an empty folder. Move it away, or give another --data.`,
    );
  for await (const problem of changedFiles(backup, manifest)) throw refused(join(backup, problem.name), problem.found);
  try {
    for (const name of Object.keys(manifest.files)) {
      // The database last: until it is there, the folder is no station's.
      if (name === DATABASE) continue;
      await mkdir(dirname(join(dataDir, name)), { recursive: true });
      await copyFile(join(backup, name), join(dataDir, name));
      if (/^station-key\.pem$/.test(name)) await chmod(join(dataDir, name), 0o600);
    }
    await mkdir(dataDir, { recursive: true });
    await copyFile(join(backup, DATABASE), join(dataDir, `${DATABASE}.part`));
    await rename(join(dataDir, `${DATABASE}.part`), join(dataDir, DATABASE));
    return { manifest, endedJobs: endUnfinished(dataDir, manifest.withScans, at) };
  } catch (cause) {
    throw storeError(cause, dataDir);
  }
}

/** What a backup says of itself. @throws KerfError STORE_BACKUP_REFUSED */
export async function readManifest(backup: string): Promise<BackupManifest> {
  const path = join(backup, MANIFEST);
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw refused(path, 'no manifest', cause);
  });
  const code = 'STORE_BACKUP_REFUSED';
  const manifest = parseDocument(manifestSchema, parseJson(text, path, code), { name: 'backup', where: path, code });
  for (const name of Object.keys(manifest.files))
    if (name.split('/').some((part) => part === '..' || part === '') || name.startsWith('/')) throw refused(path, name);
  return manifest;
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

/** Reads all of a backup again and says what would stop a restore; makes nothing. */
export async function checkBackup(backup: string): Promise<BackupCheck> {
  const manifest = await readManifest(backup).catch((cause: unknown) => storeError(cause, backup));
  if (manifest instanceof KerfError) return { problems: [manifest.message], fileCount: 0, jobCount: null };
  const problems: string[] = [];
  for await (const { name, found } of changedFiles(backup, manifest)) problems.push(`${name}: found ${found}`);
  const fileCount = Object.keys(manifest.files).length;
  if (problems.length > 0) return { problems, fileCount, jobCount: null };
  const store = openDatabase(backup, { isReader: true });
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
  const db = new DatabaseSync(from, { readOnly: true });
  try {
    db.prepare('VACUUM INTO ?').run(to);
  } finally {
    db.close();
  }
}

async function filesOf(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !LEFT_OUT.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)))
    .filter((path) => path.split(sep)[0] !== BACKUPS);
}

async function copied(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return false;
    throw cause;
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
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
    `${where}: found ${found}, expected the file as it was backed up. Take another backup.`,
    { cause },
  );
}
