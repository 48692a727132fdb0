import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Moves each file of a folder to its place in another of the same disk, over its namesake. Folders are never taken away: what
 *  else lies in them stays. */
export async function moveInto(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, place] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await mkdir(place, { recursive: true });
      await moveInto(source, place);
    } else await rename(source, place);
  }
}
