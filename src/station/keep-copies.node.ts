import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import { KEPT_FOLDER, writeFileSynced } from '#store/job-files.node.ts';
import type { Store } from '#store/store.node.ts';
import { AFTER_CUT_FOLDER, JobFolder } from './job-folder.node.ts';
import type { Rooms } from './rooms.ts';

/** Longest side of a copy: some 200 kB, on which a piece of 5 cm has 20 pixels and more. */
const KEPT_PX = 1024;

/** Copies the scans of a job that its record in the ledger names by their hash, small: what the release was signed for, and
 *  what the pieces were accepted by. Without a record there is nothing to keep.
 *  @returns "NAME sha256" of each copy that there is now
 *  @throws what the rooms say of a picture that cannot be read, or the disk */
export async function keepCopies(store: Store, rooms: Rooms, job: string): Promise<readonly string[]> {
  if ((await store.sheet(job)) === null) return [];
  const kept: string[] = [];
  for (const within of [[], [AFTER_CUT_FOLDER]]) {
    const folder = new JobFolder(store.dir, job);
    if (existsSync(folder.path(...within, 'scan', 'scan.json'))) kept.push(await keepCopy(rooms, folder, within));
  }
  return kept;
}

/** The same of one scan, which another may take the place of. */
export async function keepCopy(rooms: Rooms, folder: JobFolder, within: readonly string[]): Promise<string> {
  const name = `${(await folder.scan(...within)).sha256}.jpg`;
  const path = folder.path(KEPT_FOLDER, name);
  const known = await readFile(path).catch(() => null);
  if (known) return `${name} ${sha256Of(known)}`;
  const bytes = await rooms.scanJpeg(folder.path(...within, 'scan'), KEPT_PX);
  await mkdir(folder.path(KEPT_FOLDER), { recursive: true });
  return `${name} ${await writeFileSynced(path, bytes)}`;
}

/** A picture of the scan, at most `maxPx` a side; once retention has taken the scan, its copy.
 *  @throws what the rooms say where there is neither */
export async function scanPicture(
  rooms: Rooms,
  folder: JobFolder,
  within: readonly string[],
  maxPx: number,
): Promise<Uint8Array> {
  try {
    return await rooms.scanJpeg(folder.path(...within, 'scan'), maxPx);
  } catch (cause) {
    const { sha256 } = await folder.scan(...within).catch(() => ({ sha256: null }));
    const copy = sha256 && (await readFile(folder.path(KEPT_FOLDER, `${sha256}.jpg`)).catch(() => null));
    if (!copy) throw cause;
    return copy;
  }
}
