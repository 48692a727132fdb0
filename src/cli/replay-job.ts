import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema, type Layout, type NestResult } from '#domain/nest-result.ts';
import { problemSchema, type Problem } from '#domain/problem.ts';
import { searchRecordSchema, type SearchRecord } from '#domain/search-record.ts';
import { readDocument } from './read-document.ts';

/** What a job's layout was made of: enough to search for it again. */
export interface ReplayedJob {
  readonly dir: string;
  readonly problem: Problem;
  readonly result: NestResult;
  /** The earlier layout that the search went on from, after a correction. */
  readonly start: NestResult | null;
  /** What the search met; null for a job of an earlier version. */
  readonly record: SearchRecord | null;
  readonly evaluations: number;
}

/** Reads a job by its id or folder. @throws KerfError CLI_NO_SUCH_JOB */
export async function readReplay(job: string, dataDir: string): Promise<ReplayedJob> {
  const candidates = [
    resolve(job),
    ...(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/.test(job) ? [join(dataDir, 'jobs', job)] : []),
  ];
  for (const dir of candidates) {
    if (!(await isFile(join(dir, 'layout.json')))) continue;
    const result = await readDocument(nestResultSchema, join(dir, 'layout.json'), 'layout');
    return {
      dir,
      problem: await readDocument(problemSchema, join(dir, 'problem.json'), 'problem'),
      result,
      start: (await isFile(join(dir, 'start.json')))
        ? await readDocument(nestResultSchema, join(dir, 'start.json'), 'start')
        : null,
      record: (await isFile(join(dir, 'search.json')))
        ? await readDocument(searchRecordSchema, join(dir, 'search.json'), 'search')
        : null,
      // One more than it was found at: a search ends before it hands in what its last evaluation made.
      evaluations: (result.trace.at(-1)?.evaluations ?? -1) + 1,
    };
  }
  throw new KerfError(
    'CLI_NO_SUCH_JOB',
    `--replay: found no layout of "${job}" in ${candidates.join(' or ')}, expected a job's id or folder.`,
  );
}

/** In words: whether the search found the same again, and why it may not have. */
export function saidOfReplay({ result: before, record }: ReplayedJob, now: NestResult, isOnTheWay: boolean): string {
  if (isSame(before.layouts, now.layouts)) return 'the same layout, placement for placement';
  if (isOnTheWay) return 'the same layout, placement for placement, on the way to another that was found later';
  const why =
    record === null && before.threads > 1
      ? `; nothing is recorded of it (search.json), and a search by time on ${before.threads} threads takes another way each time`
      : '; another solver, or another machine';
  return `another layout: ${now.objective.value.toFixed(4)}, recorded ${before.objective.value.toFixed(4)}${why}`;
}

export function isSame(one: readonly Layout[], other: readonly Layout[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
