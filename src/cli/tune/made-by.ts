import { execFileSync } from 'node:child_process';
import { basename, resolve } from 'node:path';

/** A path as a card keeps it: as it was given, unless it is of this machine alone. */
export function tail(path: string): string {
  return resolve(path) === path ? basename(path) : path;
}

/** The commit that a pack was made by, or null in a copy without history. */
export function commitOf(root: string): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch (error) {
    // No git, or a copy without history: the card then names no commit.
    if (error instanceof Error) return null;
    throw error;
  }
}
