import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.node.ts';

/** Lets `fill` write into an empty folder beside `place`, then puts that there: never half a folder, and what was there stays
 *  until then. Whether it may go is the caller's to know. */
export async function replaceFolder(place: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  // A dot in front, as of any file half written: no name that somebody gives a folder.
  const beside = (word: string) => join(dirname(place), `.${basename(place)}.${process.pid}.${word}`);
  const [fresh, away] = [beside('part'), beside('older')];
  try {
    await rm(fresh, { recursive: true, force: true });
    await makeFolder(fresh);
    await fill(fresh);
    const isThere = await rename(place, away).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    try {
      await rename(fresh, place);
    } catch (cause) {
      if (isThere) await rename(away, place);
      throw cause;
    }
    await rm(away, { recursive: true, force: true });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}
