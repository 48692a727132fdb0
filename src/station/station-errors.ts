import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';

export function wrongState(job: Job, what: string): KerfError {
  return new KerfError('STATION_WRONG_STATE', `Job ${job.id} is ${job.state}: cannot take "${what}" now.`, {
    fault: 'answer',
    details: { job: job.id, state: job.state },
  });
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
