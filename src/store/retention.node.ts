import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isPicture } from './job-files.node.ts';
import type { Store } from './store.node.ts';

export interface RetentionLimits {
  /** Pictures of jobs that ended longer ago go. */
  readonly days: number;
  /** Of what is left, the oldest go until all pictures together are no larger. */
  readonly megabytes: number;
}

export interface Retained {
  readonly removedJobs: readonly string[];
  readonly freedBytes: number;
  readonly keptBytes: number;
}

interface Pictures {
  readonly job: string;
  readonly endedAt: string;
  readonly bytes: number;
}

export interface RetainOptions {
  /** Called before the pictures of a job go: what of them has to stay is copied. Gives what it has kept, "NAME sha256" each;
   *  the job's pictures stay if it throws. */
  readonly keepCopies: (job: string) => Promise<readonly string[]>;
  readonly onFailed?: (job: string, cause: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Takes the pictures of old jobs away: scans, overlays, tiles. What people corrected stays, as training refers to it; so
 *  does every record, layout, cut file and release, and a small copy of each scan that the ledger refers to. Jobs under
 *  way are not touched. */
export async function retain(
  store: Store,
  limits: RetentionLimits,
  now: string,
  { keepCopies, onFailed, signal }: RetainOptions,
): Promise<Retained> {
  const found: Pictures[] = [];
  let lockedBytes = 0;
  for (const { job, endedAt, isKept } of await store.jobsWithPictures()) {
    const bytes = await picturesOf(join(store.dir, 'jobs', job), (path, size) => Promise.resolve(path ? size : 0));
    if (endedAt === null || isKept) lockedBytes += bytes;
    else if (bytes > 0) found.push({ job, endedAt, bytes });
  }
  const oldest = found.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1));
  const before = new Date(Date.parse(now) - limits.days * 24 * 3600_000).toISOString();
  let keptBytes = lockedBytes + oldest.reduce((sum, p) => sum + p.bytes, 0);
  let freedBytes = 0;
  const removedJobs: string[] = [];
  for (const { job, endedAt, bytes } of oldest) {
    if (signal?.aborted || (endedAt >= before && keptBytes <= limits.megabytes * 1024 * 1024)) break;
    let kept: readonly string[];
    try {
      kept = await keepCopies(job);
    } catch (cause) {
      onFailed?.(job, cause);
      continue;
    }
    // Written down first: a picture that is gone without a word would look like a loss.
    await store.picturesRemoved(job, now, kept);
    await picturesOf(join(store.dir, 'jobs', job), async (path, size) => {
      await rm(path, { force: true });
      return size;
    });
    removedJobs.push(job);
    keptBytes -= bytes;
    freedBytes += bytes;
  }
  return { removedJobs, freedBytes, keptBytes };
}

async function picturesOf(dir: string, each: (path: string, size: number) => Promise<number>): Promise<number> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  let total = 0;
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !isPicture(path)) continue;
    const { size } = await stat(path).catch(() => ({ size: 0 }));
    total += await each(path, size);
  }
  return total;
}
