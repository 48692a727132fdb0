import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { diskCode } from './disk-watch.node.ts';
import { raiseAlarm, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import type { Work } from './station-memory.node.ts';
import { takeStep } from './take-step.node.ts';

/** Why a release may be refused though nothing is wrong with the job: another approval may go through. */
const PASSING: ReadonlySet<string> = new Set(['STATION_PLC_NOT_READY', 'STATION_SHARE_FAILED']);

export function isPassing(cause: unknown): boolean {
  return diskCode(cause) !== null || (cause instanceof KerfError && PASSING.has(cause.code));
}

/** Takes an approval back that was not carried out, and says why: the job waits for another one.
 *  @param cause null: the station started anew before it was */
export async function lapseApproval(core: StationCore, job: Job, work: Work, cause: unknown): Promise<void> {
  const reason = cause === null ? 'STATION_STARTED_ANEW' : codeOf(cause);
  await raiseAlarm(core, 'STATION_APPROVAL_LAPSED', { reason });
  const taken = await takeStep(core, job.id, 'lapsed', {
    change: { approvedBy: null },
    details: { reason, approvedBy: job.approvedBy },
    unless: work.dropped.signal,
  });
  // Given up meanwhile.
  if (!taken) await core.alarms.clear('STATION_APPROVAL_LAPSED');
}
