import { expect } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import type { Station } from '#station/station.node.ts';

/** Steps that tests of the station share. */

type Sheet = Parameters<Station['startJob']>[0];

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

export async function toInspected(station: Station, sheet: Sheet = {}): Promise<string> {
  const { id } = await station.startJob(sheet);
  await toState(station, 'inspected');
  return id;
}

export async function toNested(station: Station, sheet: Sheet = {}): Promise<string> {
  const id = await toInspected(station, sheet);
  await station.review(id, { by: 'ann', waive: false });
  return toState(station, 'nested');
}

export const plcIsHeard = (station: Station): Promise<void> =>
  station.until(() => station.status().plc.isConnected, AbortSignal.timeout(20_000));

/** A cutter so slow that a job can be broken off in the middle. */
export const SLOW_PLC = {
  answerMs: 1,
  startMs: 1,
  cutMs: 4000,
  progressCount: 12,
  heartbeatMs: 100,
  repeatMs: 100,
} as const;

/** A job that was cancelled after the cutter had counted two pieces or more; for a station with `SLOW_PLC`. */
export async function brokenOff(
  station: Station,
  sheet: Sheet = {},
): Promise<{ readonly id: string; readonly counted: number }> {
  const id = await toNested(station, sheet);
  await plcIsHeard(station);
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  await station.until(() => (station.job?.cutCount ?? 0) >= 2, AbortSignal.timeout(20_000));
  await station.request(id, 'cancel');
  await toState(station, 'cancelled');
  return { id, counted: station.job?.cutCount ?? 0 };
}

/** A job that was cancelled before the cutter had counted a piece, and is in the ledger; for a station with `SLOW_PLC` that
 *  starts even more slowly. @returns the job */
export async function stoppedUncut(station: Station, sheet: Sheet = {}): Promise<string> {
  const id = await toNested(station, sheet);
  await plcIsHeard(station);
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  await toState(station, 'accepted');
  await station.request(id, 'cancel');
  await toState(station, 'cancelled');
  await sheetIsKept(station, id);
  return id;
}

/** An inspected job reviewed, nested, approved, cut, and in the ledger. */
export async function cutInspected(station: Station, id: string): Promise<void> {
  await station.review(id, { by: 'ann', waive: true });
  await toState(station, 'nested');
  await plcIsHeard(station);
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  await toState(station, 'done');
  await sheetIsKept(station, id);
}

/** A hide or a remnant, from its scan to the ledger. @returns its job */
export async function cutHide(station: Station, sheet: Sheet = {}): Promise<string> {
  const id = await toInspected(station, sheet);
  await cutInspected(station, id);
  return id;
}

/** The ledger has its record of the job. */
export const sheetIsKept = (station: Station, job: string): Promise<void> =>
  expect.poll(() => codeOf(station.ledger.sheet(job)), { timeout: 10_000 }).toBe('no error');
