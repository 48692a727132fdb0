import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';

export function wrongState(job: Job, what: string): KerfError {
  return new KerfError('STATION_WRONG_STATE', `Job ${job.id} is ${job.state}: cannot take "${what}" now.`, {
    fault: 'answer',
    details: { job: job.id, state: job.state },
  });
}

/** The layout that somebody saw is not one that can be released (any more). */
export function layoutChanged(job: Job, seen: string | null): KerfError {
  return new KerfError(
    'STATION_LAYOUT_CHANGED',
    `Job ${job.id}: the layout on the screen (${short(seen)}) is not the latest (${short(job.layoutSha256)}) nor one that the search still keeps. Nothing was released; look at the new one.`,
    { fault: 'answer', details: { job: job.id, seen, latest: job.layoutSha256 } },
  );
}

function short(hash: string | null): string {
  return hash === null ? 'none' : `${hash.slice(0, 12)}…`;
}

export function notYet(job: Job, what: string): KerfError {
  return new KerfError('STATION_NOT_YET', `Job ${job.id} is ${job.state} and has no ${what}.`, {
    details: { job: job.id, state: job.state },
  });
}

/** What a log or a record keeps of an error: its code, or the words of one that is none of ours. */
export function codeOf(cause: unknown): string {
  if (cause instanceof KerfError) return cause.code;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
