import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.node.ts';

/** Writes a file whole or not at all: under a temporary name in the same folder (made where it is missing), synced,
 *  renamed, the folder synced. What stood at `path` stays until then; on any error the temporary file is gone.
 *  `beforeRename` runs when the new bytes are safe and the old file still stands.
 *  @throws what the system throws (`diskReason` puts it into words) */
export async function writeWhole(
  path: string,
  bytes: string | Uint8Array,
  { beforeRename }: { readonly beforeRename?: () => Promise<void> } = {},
): Promise<void> {
  const folder = dirname(path);
  // A dot in front and no ending of ours behind: who watches the folder for files never takes it for one.
  const temporary = join(folder, `.${basename(path)}.${process.pid}.part`);
  await makeFolder(folder);
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await beforeRename?.();
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw cause;
  }
  await syncFolder(folder);
}

/** The rename itself is on the disk only after its folder is synced; Windows cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
