import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { backupName, type BackupCheckView, type BackupView } from '#api/backup-routes.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { askBackupThread } from '#store/backup-thread.node.ts';
import { BACKUPS, MANIFEST, readManifest } from '#store/backup.node.ts';
import { tarStream } from '#store/tar-stream.node.ts';
import type { StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';

/** Told to windows no oftener: a data folder has thousands of small files. */
const TELL_EVERY_MS = 250;

export interface BackupWish {
  readonly withScans: boolean;
  readonly by: string;
}

/** The station's own backups, in `backups/` of its data folder. */
export class BackupDesk {
  readonly #core: StationCore;
  readonly #dir: string;
  readonly #closed = new AbortController();
  /** The one that is being made, or the last one if it failed. */
  #latest: BackupView | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(core: StationCore) {
    this.#core = core;
    this.#dir = join(core.options.store.dir, BACKUPS);
  }

  /** Newest first. */
  async list(): Promise<readonly BackupView[]> {
    const names = await readdir(this.#dir).catch(() => []);
    const made = await Promise.all(
      names.filter((name) => backupName.safeParse(name).success).map((name) => this.#read(name)),
    );
    const found = made.filter((view) => view !== null);
    const isListed = this.#latest === null || found.some((view) => view.name === this.#latest?.name);
    return [...(this.#latest && !isListed ? [this.#latest] : []), ...found].sort((a, b) => (a.at < b.at ? 1 : -1));
  }

  /** Begins one and answers. @throws KerfError STATION_BACKUP_RUNNING */
  async start({ withScans, by }: BackupWish): Promise<BackupView> {
    if (this.#latest?.state === 'running')
      throw new KerfError('STATION_BACKUP_RUNNING', `A backup is being made (${this.#latest.name}). Wait for it.`, {
        fault: 'answer',
      });
    const { clock, store } = this.#core.options;
    const at = clock.now();
    const stamp = at.replaceAll(/[-:]/g, '').replace(/\..*|Z$/, '');
    const name = `kerf-${stamp}Z${withScans ? '-scans' : ''}`;
    const view: BackupView = {
      ...{ name, state: 'running', at, by, withScans, doneCount: 0, totalCount: 0 },
      ...{ jobCount: null, bytes: null, error: null },
    };
    this.#latest = view;
    await store.note({ kind: 'backup started', at, by, details: { name, withScans } });
    this.#work = this.#make(view, by);
    return view;
  }

  /** Waits for the one that is being made. @returns it, or the last one if that failed; null where none was */
  async settle(): Promise<BackupView | null> {
    await this.#work;
    return this.#latest;
  }

  /** Reads all of it again. @throws KerfError STATION_BACKUP_UNKNOWN */
  async check(name: string): Promise<BackupCheckView> {
    const backup = await this.#pathOf(name);
    const { check } = await askBackupThread({ kind: 'check', backup }, { signal: this.#closed.signal });
    const { problems, fileCount, jobCount } = check;
    const checkedAt = this.#core.options.clock.now();
    return { name, isSound: problems.length === 0, problems, fileCount, jobCount, checkedAt };
  }

  /** @throws KerfError STATION_BACKUP_UNKNOWN */
  async remove(name: string, by: string): Promise<readonly BackupView[]> {
    const { clock, store } = this.#core.options;
    const path = await this.#pathOf(name);
    await store.note({ kind: 'backup removed', at: clock.now(), by, details: { name } });
    await rm(path, { recursive: true });
    if (this.#latest?.name === name) this.#latest = null;
    return this.list();
  }

  /** As one tar file, in a folder of its name. @throws KerfError STATION_BACKUP_UNKNOWN */
  async file(name: string): Promise<AsyncIterable<Uint8Array>> {
    const { files, madeAt } = await readManifest(await this.#pathOf(name));
    const names = [MANIFEST, ...Object.keys(files)].map((file) => `${name}/${file}`);
    return tarStream(this.#dir, names, madeAt);
  }

  /** A backup under way is given up. */
  async close(): Promise<void> {
    this.#closed.abort();
    await this.#work;
  }

  async #make(view: BackupView, by: string): Promise<void> {
    const { clock, store, logger } = this.#core.options;
    const { name, withScans, at } = view;
    const out = join(this.#dir, name);
    let toldMs = 0;
    const onProgress = (doneCount: number, totalCount: number) => {
      this.#latest = { ...view, doneCount, totalCount };
      const nowMs = clock.monotonicMs();
      if (nowMs - toldMs < TELL_EVERY_MS) return;
      toldMs = nowMs;
      this.#tell();
    };
    try {
      await mkdir(this.#dir, { recursive: true });
      await this.#removeHalves();
      const wish = { kind: 'make', dataDir: store.dir, out, withScans, at, by } as const;
      await askBackupThread(wish, { signal: this.#closed.signal, onProgress });
      this.#latest = await this.#read(name);
      logger.info('backup.done', { name, bytes: this.#latest?.bytes ?? 0 });
    } catch (cause) {
      await this.#removeHalves().catch(() => undefined);
      const message = cause instanceof KerfError ? cause.message : 'The station could not make it.';
      this.#latest = { ...view, state: 'failed', error: { code: codeOf(cause), message } };
      logger.warn('backup.failed', { name, code: codeOf(cause) });
    }
    this.#tell();
  }

  #tell(): void {
    if (this.#latest) this.#core.windows.tell({ kind: 'backup', backup: this.#latest });
  }

  /** What a process left that died while it made one. */
  async #removeHalves(): Promise<void> {
    for (const entry of await readdir(this.#dir))
      if (/^\..*\.part$/.test(entry)) await rm(join(this.#dir, entry), { recursive: true, force: true });
  }

  async #read(name: string): Promise<BackupView | null> {
    const dir = join(this.#dir, name);
    const manifest = await readManifest(dir).catch((cause: unknown) => {
      this.#core.options.logger.warn('backup.unreadable', { name: basename(dir), code: codeOf(cause) });
      return null;
    });
    if (!manifest) return null;
    const names = Object.keys(manifest.files);
    const sizes = await Promise.all(
      names.map((file) =>
        stat(join(dir, file)).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    const { madeAt, by, withScans, jobCount } = manifest;
    return {
      ...{ name, state: 'done', at: madeAt, by, withScans, jobCount, error: null },
      ...{ doneCount: names.length, totalCount: names.length, bytes: sizes.reduce((sum, size) => sum + size, 0) },
    };
  }

  async #pathOf(name: string): Promise<string> {
    const path = join(this.#dir, name);
    const found = await stat(join(path, MANIFEST)).catch(() => null);
    if (!found) throw new KerfError('STATION_BACKUP_UNKNOWN', `There is no backup ${name}.`, { details: { name } });
    return path;
  }
}
