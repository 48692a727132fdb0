import type { Job } from '#domain/job.ts';

/** Past jobs, as far as a window has asked for them. */
export interface JobList {
  /** Of jobs begun before this time; null: of all. */
  readonly until: string | null;
  /** The latest first, without a gap. */
  readonly jobs: readonly Job[];
  /** There are none before them. */
  readonly isWhole: boolean;
}

/** Jobs of one answer. */
export interface JobPage {
  readonly until: string | null;
  readonly jobs: readonly Job[];
  /** How many were asked for at most. */
  readonly size: number;
  /** The number that they come before; null: the latest were asked for. */
  readonly before: number | null;
}

export const NO_JOBS: JobList = { until: null, jobs: [], isWhole: false };

/** The list with one more answer in it. The latest, asked for again, leave what came before them there where they meet it;
 *  after more new jobs than an answer holds the list begins anew. Pages of another day are nobody's. */
export function withPage(list: JobList, { until, jobs, size, before }: JobPage): JobList {
  const isEnd = jobs.length < size;
  if (before !== null) {
    const isNext = until === list.until && before === list.jobs.at(-1)?.seq;
    return isNext ? { until, jobs: [...list.jobs, ...jobs], isWhole: isEnd } : list;
  }
  const last = jobs.at(-1)?.seq ?? 0;
  const isJoined = until === list.until && list.jobs.some((job) => job.seq === last);
  if (!isJoined) return { until, jobs, isWhole: isEnd };
  return { until, jobs: [...jobs, ...list.jobs.filter((job) => job.seq < last)], isWhole: list.isWhole };
}

/** The time at which a day ends here, from a date as fields give it (2026-11-30); null where none is set.
 *  @param midnight the beginning of a day of this place */
export function endOfDay(
  date: string,
  midnight: (year: number, month: number, day: number) => Date = (...at) => new Date(...at),
): string | null {
  const [year, month, day] = date.split('-').map(Number);
  if (!year || !month || !day) return null;
  const end = midnight(year, month - 1, day + 1);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}
