import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { Timers } from '#publish/timers.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import type { Store } from '#store/store.node.ts';

/** Reasons for which a write may succeed later without anybody touching the station. */
export type DiskCode = 'STORE_DISK_FULL' | 'STORE_DISK_FAILED' | 'STORE_NOT_WRITABLE';
export const DISK_CODES: readonly DiskCode[] = ['STORE_DISK_FULL', 'STORE_DISK_FAILED', 'STORE_NOT_WRITABLE'];

const PROBE_PERIOD_MS = 5000;
/** A disk that refuses again so soon after it took something is asked half as often from then on: the alarm of one with
 *  a last megabyte free must not come and go every five seconds. */
const RELAPSE_PERIODS = 40;
const LONGEST_PERIODS = 16;
/** More than the files of a step take, so that a disk with a few kilobytes left does not count as free. */
const PROBE_BYTES = 1024 * 1024;

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

export interface DiskWatch {
  /** Looks at why something failed; a full, broken or read-only disk is told once, until it is free again. */
  note(cause: unknown): void;
  close(): Promise<void>;
}

/** Watches for a disk that takes no more, and tries every 5 s whether it does again; every 80 s at the longest where it
 *  has gone back and forth. */
export function watchDisk({
  store,
  timers,
  onTrouble,
  onFree,
  probeMs = PROBE_PERIOD_MS,
}: DiskWatchOptions): DiskWatch {
  let standing: DiskCode | null = null;
  let stop: (() => void) | null = null;
  let probing: Promise<void> = Promise.resolve();
  let isClosed = false;
  let periods = 1;
  let isRelapse = false;
  let stopRelapse: () => void = () => undefined;
  const later = () => {
    stop?.();
    if (!isClosed) stop = timers.after(probeMs * periods, () => (probing = probe()));
  };
  /** The disk takes again, as far as a probe can tell. */
  const free = () => {
    standing = null;
    isRelapse = true;
    stopRelapse();
    stopRelapse = timers.after(RELAPSE_PERIODS * probeMs, () => {
      isRelapse = false;
      periods = 1;
    });
  };
  async function probe(): Promise<void> {
    const path = join(store.dir, '.probe');
    try {
      await writeFileSynced(path, new Uint8Array(PROBE_BYTES));
      await rm(path, { force: true });
      await store.setMeta({ probe: '0'.repeat(64) });
      const code = standing;
      free();
      if (code && !isClosed) await onFree(code);
    } catch (cause) {
      standing ??= diskCode(cause);
      if (standing) later();
    }
  }
  return {
    note(cause) {
      const code = diskCode(cause);
      if (!code || standing || isClosed) return;
      standing = code;
      if (isRelapse) periods = Math.min(LONGEST_PERIODS, periods * 2);
      onTrouble(code);
      later();
    },
    async close() {
      isClosed = true;
      stop?.();
      stopRelapse();
      await probing;
    },
  };
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
