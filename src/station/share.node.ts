import { rm } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { Timers } from '#publish/timers.ts';
import { readFileChecked, writeFileSynced } from '#store/job-files.node.ts';
import { PROBE_BYTES } from './disk-watch.node.ts';
import type { StationOptions } from './station-options.node.ts';
import { watchWrites, type WriteWatch, type WriteWatchOptions } from './write-watch.ts';

/** The folder that the cutter reads: often another machine's, with its own room and its own faults. */

export type ShareCode = 'STATION_SHARE_FAILED';
const SHARE_FAILED: ShareCode = 'STATION_SHARE_FAILED';

/** A share that hangs answers nothing, and may an hour later: by then the approval is an hour old. The largest cut files,
 *  some 10 MB, take a slow share a few seconds. */
const SHARE_LIMIT_MS = 30_000;

type ShareOptions = Pick<StationOptions, 'machine' | 'store' | 'timers'>;

export function sharePath({ machine, store }: Pick<ShareOptions, 'machine' | 'store'>): string {
  const { address } = machine.send;
  return isAbsolute(address) ? address : resolve(store.dir, address);
}

export function isShareFailure(cause: unknown): cause is KerfError {
  return cause instanceof KerfError && cause.code === SHARE_FAILED;
}

/** Puts a file where the cutter reads it, and reads it back. @throws KerfError STATION_SHARE_FAILED */
export function writeToShare(
  options: ShareOptions,
  { file, bytes, sha256 }: { readonly file: string; readonly bytes: Uint8Array; readonly sha256: string },
): Promise<void> {
  return onShare(options, async (share) => {
    const path = join(share, file);
    await writeFileSynced(path, bytes);
    await readFileChecked(path, sha256);
  });
}

/** Watches a share that takes no file: asks every now and then whether it does again. */
export function watchShare({
  options,
  ...more
}: { readonly options: ShareOptions } & Pick<
  WriteWatchOptions<ShareCode>,
  'onTrouble' | 'onFree' | 'probeMs'
>): WriteWatch {
  return watchWrites({
    ...more,
    timers: options.timers,
    codeOf: (cause) => (isShareFailure(cause) ? SHARE_FAILED : null),
    probe: () => probeShare(options),
  });
}

/** @throws KerfError STATION_SHARE_FAILED */
export function probeShare(options: ShareOptions): Promise<void> {
  return onShare(options, async (share) => {
    const path = join(share, '.kerf-probe');
    await writeFileSynced(path, new Uint8Array(PROBE_BYTES));
    await rm(path, { force: true });
  });
}

async function onShare(options: ShareOptions, work: (share: string) => Promise<void>): Promise<void> {
  const share = sharePath(options);
  try {
    await within(options.timers, SHARE_LIMIT_MS, work(share));
  } catch (cause) {
    const found = foundBy(cause);
    throw new KerfError(
      SHARE_FAILED,
      `${share}: found ${found}, expected the cutter's share to take a file and give it back. Nothing was released. See to the share (is it there, has it room, may the station write), then release again.`,
      { fault: 'device', details: { path: share, found }, cause },
    );
  }
}

/** The system's word, `ENOSPC`; ours where it has none. */
function foundBy(cause: unknown): string {
  const inner = cause instanceof KerfError ? cause.cause : cause;
  if (inner instanceof Error && 'code' in inner && typeof inner.code === 'string') return inner.code;
  return cause instanceof KerfError ? cause.code : String(cause);
}

/** The work's answer, or an error when it has none after so long; what then still hangs is left to itself. */
async function within(timers: Timers, ms: number, work: Promise<void>): Promise<void> {
  let stop = () => {};
  const late = new Promise<never>((_resolve, reject) => {
    stop = timers.after(ms, () =>
      reject(Object.assign(new Error(`no answer in ${ms / 1000} s`), { code: 'ETIMEDOUT' })),
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    stop();
  }
}
