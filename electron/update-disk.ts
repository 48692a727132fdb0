import type * as promises from 'node:fs/promises';

/** The part of `node:fs/promises` that an update uses: handed in, so that a test can let it fail anywhere. */
export type UpdateDisk = Pick<
  typeof promises,
  'open' | 'readFile' | 'readdir' | 'rename' | 'symlink' | 'readlink' | 'rm' | 'mkdir'
>;

/** What was renamed or linked in a folder is on the disk when this returns. */
export async function syncFolder(disk: UpdateDisk, folder: string): Promise<void> {
  const handle = await disk.open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
