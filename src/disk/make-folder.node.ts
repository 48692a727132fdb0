import { existsSync, mkdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

/** Makes a folder and those above it that are missing. Node's own `recursive` never ends where a parent that is there
 *  refuses new folders with ENOENT, as /proc does: the first missing one is made by itself.
 *  @returns the first that was made; undefined: none. @throws what the system throws */
export async function makeFolder(path: string): Promise<string | undefined> {
  const first = firstMissing(path);
  if (first !== undefined) await mkdir(first).catch(unlessThere);
  const made = await mkdir(path, { recursive: true });
  return first ?? made;
}

/** `makeFolder`, at once. */
export function makeFolderSync(path: string): void {
  const first = firstMissing(path);
  try {
    if (first !== undefined) mkdirSync(first);
  } catch (error) {
    unlessThere(error);
  }
  mkdirSync(path, { recursive: true });
}

function firstMissing(path: string): string | undefined {
  let missing: string | undefined;
  for (let at = resolve(path); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing = at;
  return missing;
}

/** Another process may have been faster. */
function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
}
