import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';

/** Writes one JSON document, whole or not at all. @throws KerfError CLI_FILE_UNWRITABLE */
export function writeDocument(path: string, value: unknown): Promise<void> {
  return writeBytes(path, `${JSON.stringify(value)}\n`);
}

/** Under a temporary name, synced, renamed: what stands at `path` is whole. */
export async function writeBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new KerfError(
      'CLI_FILE_UNWRITABLE',
      `${path}: found ${reason === 'ENOSPC' ? 'a full disk' : reason}, expected a place to write to. Free some room or give another --out.`,
      {
        fault: 'device',
        cause,
      },
    );
  } finally {
    await rm(temporary, { force: true });
  }
}
