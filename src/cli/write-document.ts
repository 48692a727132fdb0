import { realpath, stat, writeFile } from 'node:fs/promises';
import { diskReason } from '#disk/disk-reason.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';

/** Writes one JSON document, whole or not at all. @throws KerfError CLI_FILE_UNWRITABLE */
export function writeDocument(path: string, value: unknown): Promise<void> {
  return writeBytes(path, `${JSON.stringify(value)}\n`);
}

/** Writes bytes whole or not at all; into a pipe or a terminal (`/dev/stdout`) as they come.
 *  @throws KerfError CLI_FILE_UNWRITABLE */
export async function writeBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  try {
    const place = await placeOf(path);
    if (place.isStream) await writeFile(place.path, bytes, { flag: 'a' });
    else await writeWhole(place.path, bytes);
  } catch (cause) {
    throw new KerfError(
      'CLI_FILE_UNWRITABLE',
      `${path}: found ${diskReason(cause)}, expected a place to write to. Free some room or give another --out.`,
      {
        fault: 'device',
        cause,
      },
    );
  }
}

/** What a path leads to: a link's own file, and whether it takes bytes one after the other. A file that is renamed over a
 *  device or a link would take its place. */
async function placeOf(path: string): Promise<{ readonly path: string; readonly isStream: boolean }> {
  const there = await stat(path).catch(() => null);
  if (there === null) return { path, isStream: false };
  if (there.isBlockDevice()) throw Object.assign(new Error('block device'), { code: 'a disk' });
  if (there.isCharacterDevice() || there.isFIFO() || there.isSocket()) return { path, isStream: true };
  // Standard output that goes into a file: others write there too.
  if (STREAMS.test(path)) return { path, isStream: true };
  return { path: await realpath(path), isStream: false };
}

const STREAMS = /^\/(dev|proc)\//;
