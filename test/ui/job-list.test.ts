import { describe, expect, it } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import { NO_JOBS, endOfDay, withPage, type JobPage } from '../../src/ui/replay/job-list.ts';
import { jobOf } from './page-fixtures.ts';

const jobs = (from: number, to: number): Job[] =>
  Array.from({ length: from - to + 1 }, (_, k) => jobOf({ id: `job-${from - k}`, seq: from - k }));
const seqs = (list: { readonly jobs: readonly Job[] }) => list.jobs.map((job) => job.seq);
const page = (from: number, to: number, more: Partial<JobPage> = {}): JobPage => ({
  ...{ until: null, jobs: jobs(from, to), size: 3, before: null },
  ...more,
});

describe('past jobs', () => {
  it('are read page by page, down to the first', () => {
    const one = withPage(NO_JOBS, page(8, 6));
    expect([seqs(one), one.isWhole]).toEqual([[8, 7, 6], false]);
    const two = withPage(one, page(5, 3, { before: 6 }));
    const all = withPage(two, page(2, 1, { before: 3 }));
    expect([seqs(all), all.isWhole]).toEqual([[8, 7, 6, 5, 4, 3, 2, 1], true]);
    // A second tap before the answer asked for the same page.
    expect(withPage(two, page(5, 3, { before: 6 }))).toBe(two);
  });

  it('stay where the latest are asked for again', () => {
    const all = withPage(withPage(NO_JOBS, page(4, 2)), page(1, 1, { before: 2 }));
    const grown = withPage(all, page(5, 3));
    expect([seqs(grown), grown.isWhole]).toEqual([[5, 4, 3, 2, 1], true]);
    // What has changed of a job is shown.
    const ended = withPage(all, page(4, 2, { jobs: jobs(4, 2).map((job) => ({ ...job, state: 'done' as const })) }));
    expect(ended.jobs.map((job) => job.state)).toEqual(['done', 'done', 'done', all.jobs[3]!.state]);
    // A gap is not passed over.
    expect(seqs(withPage(all, page(9, 7)))).toEqual([9, 8, 7]);
  });

  it('of another day begin anew, and late pages of the one before are left out', () => {
    const until = '2026-11-01T00:00:00.000Z';
    const all = withPage(NO_JOBS, page(8, 6));
    const day = withPage(all, page(4, 4, { until }));
    expect([seqs(day), day.isWhole, day.until]).toEqual([[4], true, until]);
    expect(withPage(day, page(5, 3, { before: 6 }))).toBe(day);
  });

  it('of a day are those before its end', () => {
    const utc = (...at: [number, number, number]) => new Date(Date.UTC(...at));
    expect(endOfDay('2026-11-30', utc)).toBe('2026-12-01T00:00:00.000Z');
    expect(endOfDay('2026-12-31', utc)).toBe('2027-01-01T00:00:00.000Z');
    expect([endOfDay('', utc), endOfDay('no', utc)]).toEqual([null, null]);
  });
});
