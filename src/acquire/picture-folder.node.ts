import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KerfError } from '#domain/kerf-error.ts';

const PICTURE_NAMES = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff']);

/** Whether a file of this name is taken for a finished picture: hidden files are a camera's half-written ones. */
export function isPictureName(name: string): boolean {
  return !name.startsWith('.') && PICTURE_NAMES.has(extname(name).toLowerCase());
}

export interface FolderWatchOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often the folder is read. Polled, not watched: network shares send no events. */
  readonly pollMs?: number;
  /** A picture is complete when its size and time have not changed for so long. */
  readonly settleMs?: number;
}

/** Waits for the next picture that appears in `dir` after the call (or is written anew), until it has stopped growing.
 *  Hidden files and names of other kinds are passed over; of several, the oldest is taken.
 *  @throws KerfError ACQUIRE_FOLDER_LOST when the folder cannot be read; the signal's reason when aborted */
export async function nextPicture(dir: string, options: FolderWatchOptions = {}): Promise<string> {
  const pollMs = options.pollMs ?? 250;
  const settleMs = options.settleMs ?? 750;
  options.signal?.throwIfAborted();
  const before = await listPictures(dir);
  const steadyMsByName = new Map<string, { stamp: string; steadyMs: number }>();
  for (;;) {
    await wait(pollMs, undefined, options.signal === undefined ? {} : { signal: options.signal }).catch(
      (cause: unknown) => {
        options.signal?.throwIfAborted();
        throw cause;
      },
    );
    const fresh = [...(await listPictures(dir))]
      .filter(([name, found]) => before.get(name)?.stamp !== found.stamp && found.sizeBytes > 0)
      .sort((a, b) => a[1].mtimeMs - b[1].mtimeMs);
    for (const [name, { stamp }] of fresh) {
      const seen = steadyMsByName.get(name);
      const steadyMs = seen?.stamp === stamp ? seen.steadyMs + pollMs : 0;
      if (steadyMs >= settleMs) return join(dir, name);
      steadyMsByName.set(name, { stamp, steadyMs });
    }
  }
}

/** The picture that was written last, or null. @throws KerfError ACQUIRE_FOLDER_LOST */
export async function newestPicture(dir: string): Promise<string | null> {
  const found = [...(await listPictures(dir))].filter(([, { sizeBytes }]) => sizeBytes > 0);
  const newest = found.sort((a, b) => b[1].mtimeMs - a[1].mtimeMs)[0];
  return newest ? join(dir, newest[0]) : null;
}

interface Found {
  readonly stamp: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

async function listPictures(dir: string): Promise<Map<string, Found>> {
  const found = new Map<string, Found>();
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (cause) {
    throw new KerfError(
      'ACQUIRE_FOLDER_LOST',
      `${dir}: the camera's folder cannot be read (${cause instanceof Error ? cause.message : String(cause)}). Check that the share is mounted and may be read.`,
      { fault: 'device', details: { dir }, cause },
    );
  }
  for (const name of names) {
    if (!isPictureName(name)) continue;
    // Between readdir and stat a camera may rename its file: then it is simply not there yet.
    const file = await stat(join(dir, name)).catch(() => null);
    if (file?.isFile()) {
      found.set(name, { stamp: `${file.size} ${file.mtimeMs}`, sizeBytes: file.size, mtimeMs: file.mtimeMs });
    }
  }
  return found;
}
