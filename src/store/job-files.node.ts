import { link, readFile, rm } from 'node:fs/promises';
import { sep } from 'node:path';
import { sha256Of } from '#disk/sha256.node.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { storeError } from './store-error.ts';

/** Folder of a job for the small copies of scans that its record in the ledger names. They are no pictures in the sense of
 *  retention and of backups without scans: they stay. */
export const KEPT_FOLDER = 'kept';
const PICTURE = /\.(tiff?|jpe?g|png)$/i;

/** @param path within the folder of a job, or of all jobs */
export function isPicture(path: string): boolean {
  return PICTURE.test(path) && !path.split(sep).includes(KEPT_FOLDER);
}

/** The file is whole or it is not there.
 *  With `keepPrevious` the file that stood there stays beside it as `NAME.previous` until the next write, so that a
 *  record which names the old hash still finds its bytes when the process dies before the new hash is committed.
 *  @returns the sha256 of the bytes, hex */
export async function writeFileSynced(
  path: string,
  bytes: string | Uint8Array,
  { keepPrevious = false }: { keepPrevious?: boolean } = {},
): Promise<string> {
  try {
    await writeWhole(path, bytes, keepPrevious ? { beforeRename: () => linkPrevious(path) } : {});
  } catch (cause) {
    throw storeError(cause, path);
  }
  return sha256Of(bytes);
}

/** Reads the bytes whose hash the record names, from the file or its previous version.
 *  @throws KerfError STORE_FILE_CHANGED when neither has that hash */
export async function readFileChecked(path: string, sha256: string): Promise<Uint8Array> {
  for (const candidate of [path, `${path}.previous`]) {
    const bytes = await readFile(candidate).catch(() => null);
    if (!bytes || sha256Of(bytes) !== sha256) continue;
    // Put back before anything newer is written: a second crash must not lose the recorded version.
    if (candidate !== path) await writeFileSynced(path, bytes);
    return bytes;
  }
  throw new KerfError(
    'STORE_FILE_CHANGED',
    `${path}: found no file with the hash ${sha256.slice(0, 12)}… that the record names. It was changed or removed from outside; scan the hide again.`,
    {
      fault: 'device',
      details: { path, sha256 },
    },
  );
}

async function linkPrevious(path: string): Promise<void> {
  await rm(`${path}.previous`, { force: true });
  await link(path, `${path}.previous`).catch((cause: unknown) => {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
  });
}
