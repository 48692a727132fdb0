import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { KerfError } from '#domain/kerf-error.ts';

/** Writes one JSON document, whole or not at all. @throws KerfError CLI_FILE_UNWRITABLE */
export function writeDocument(path: string, value: unknown): Promise<void> {
  return writeBytes(path, `${JSON.stringify(value)}\n`);
}

/** Under a temporary name, synced, renamed: what stands at `path` is whole. */
export async function writeBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, typeof bytes === 'string' ? bytes : Buffer.from(bytes));
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
  }
}
