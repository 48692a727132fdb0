import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { Timers } from '#publish/timers.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { Store } from '#store/store.node.ts';
import { watchWrites, type WriteWatch } from './write-watch.ts';

/** Reasons for which a write may succeed later without anybody touching the station. */
export type DiskCode = 'STORE_DISK_FULL' | 'STORE_DISK_FAILED' | 'STORE_NOT_WRITABLE';
export const DISK_CODES: readonly DiskCode[] = ['STORE_DISK_FULL', 'STORE_DISK_FAILED', 'STORE_NOT_WRITABLE'];

/** More than the files of a step take, so that a disk with a few kilobytes left does not count as free. */
export const PROBE_BYTES = 1024 * 1024;

export function diskCode(cause: unknown): DiskCode | null {
  return cause instanceof KerfError ? (DISK_CODES.find((code) => code === cause.code) ?? null) : null;
}

export interface DiskWatchOptions {
  readonly store: Store;
  readonly timers: Timers;
  readonly onTrouble: (code: DiskCode) => void;
  /** A write has succeeded again. */
  readonly onFree: (code: DiskCode) => Promise<void>;
  readonly probeMs?: number | undefined;
}

/** Watches for a disk that takes no more: full, broken or read-only. */
export function watchDisk({ store, ...options }: DiskWatchOptions): WriteWatch {
  return watchWrites({
    ...options,
    codeOf: diskCode,
    async probe() {
      const path = join(store.dir, '.probe');
      await writeFileSynced(path, new Uint8Array(PROBE_BYTES));
      await rm(path, { force: true });
      await store.setMeta({ probe: '0'.repeat(64) });
    },
  });
}

/** The same store, whose failed writes are noted. */
export function notingStore(store: Store, note: (cause: unknown) => void): Store {
  async function noted<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (cause) {
      note(cause);
      throw cause;
    }
  }
  return {
    ...store,
    createJob: (...args) => noted(store.createJob(...args)),
    commitStep: (...args) => noted(store.commitStep(...args)),
    commitAlarm: (...args) => noted(store.commitAlarm(...args)),
    outboxSent: (...args) => noted(store.outboxSent(...args)),
    outboxEnd: (...args) => noted(store.outboxEnd(...args)),
    putOutbox: (...args) => noted(store.putOutbox(...args)),
    putSheet: (...args) => noted(store.putSheet(...args)),
    putCutDecision: (...args) => noted(store.putCutDecision(...args)),
    keepRemnant: (...args) => noted(store.keepRemnant(...args)),
    endRemnant: (...args) => noted(store.endRemnant(...args)),
    note: (...args) => noted(store.note(...args)),
    setMeta: (...args) => noted(store.setMeta(...args)),
    rememberCommand: (...args) => noted(store.rememberCommand(...args)),
  };
}
