import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readPictureHeader } from '#acquire/picture-header.node.ts';
import { KerfError } from '#domain/kerf-error.ts';

/** Looks at a source before any work is done for it: a picture must say that it is one. A folder is a scan, or one into
 *  which a camera writes. @throws KerfError ACQUIRE_NO_SUCH_FILE, ACQUIRE_NOT_A_PICTURE, ACQUIRE_PICTURE_… */
export async function checkSource(source: string): Promise<void> {
  if (existsSync(source) && statSync(source).isDirectory()) return;
  await readPictureHeader(source);
}

/** Whether a folder is a scan of ours. */
export function isScan(source: string): boolean {
  return existsSync(join(source, 'scan.json'));
}

/** Runs work on a source; an error that cannot know its name gets it. */
export async function namingSource<T>(source: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof KerfError) || !NAMELESS.has(cause.code)) throw cause;
    const { code, fault, details } = cause;
    throw new KerfError(code, `${source}: ${cause.message}`, { fault, details: { ...details, source }, cause });
  }
}

/** Errors of libraries that see pixels only. */
const NAMELESS: ReadonlySet<string> = new Set([
  'ACQUIRE_MARKERS_DO_NOT_FIT',
  'ACQUIRE_MARKERS_NOT_SEEN',
  'ACQUIRE_MARKERS_ON_A_LINE',
  'ACQUIRE_SCALE_MISSING',
  'INSPECT_NO_HIDE',
]);
