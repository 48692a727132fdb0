import { KerfError } from '#domain/kerf-error.ts';
import type { Station } from '#station/station.node.ts';

/** Steps that tests of the station share. */

export async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: unknown) => (error instanceof KerfError ? error.code : String(error)),
  );
}

export async function toState(station: Station, state: string): Promise<string> {
  await station.until(() => station.job?.state === state, AbortSignal.timeout(20_000));
  return station.job?.id ?? '';
}

export async function toNested(station: Station): Promise<string> {
  const job = await station.startJob();
  await toState(station, 'inspected');
  await station.review(job.id, { by: 'ann', waive: false });
  return toState(station, 'nested');
}

export const plcIsHeard = (station: Station): Promise<void> =>
  station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));
