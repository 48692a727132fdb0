import { diskReason } from '#disk/disk-reason.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';

/** Writes one JSON document, whole or not at all. @throws KerfError CLI_FILE_UNWRITABLE */
export function writeDocument(path: string, value: unknown): Promise<void> {
  return writeBytes(path, `${JSON.stringify(value)}\n`);
}

/** Writes bytes whole or not at all. @throws KerfError CLI_FILE_UNWRITABLE */
export async function writeBytes(path: string, bytes: string | Uint8Array): Promise<void> {
  try {
    await writeWhole(path, bytes);
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
