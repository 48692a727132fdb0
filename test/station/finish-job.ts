import { finalJobStates, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Station } from '#station/station.node.ts';

/** Goes on with the job that lies on the table, as people at the screens do, or begins one: looks at it, lets doubts
 *  pass, approves, again where the approval has lapsed, until the job has ended. Free of vitest: drills run it in
 *  processes of their own.
 *  @throws what keeps the job from going on */
export async function finishJob(station: Station): Promise<Job> {
  const left = station.job;
  const { id } = left && !finalJobStates.has(left.state) ? left : await station.startJob();
  for (;;) {
    const { job } = station;
    if (job?.id !== id) throw new Error(`another job took the place of ${id}`);
    if (station.stuckBy !== null) throw station.stuckBy;
    if (finalJobStates.has(job.state)) return job;
    if (job.state === 'inspected') await station.review(id, { by: 'ann', waive: true });
    else if (job.state === 'nested') await approveOnceReady(station, job);
    else await station.until(() => station.job?.state !== job.state || station.stuckBy !== null);
  }
}

async function approveOnceReady(station: Station, { id, layoutSha256 }: Job): Promise<void> {
  const isReady = () => station.status().plc.isConnected && station.status().plc.mode === 'auto';
  await station.until(isReady);
  try {
    await station.approve(id, { layoutSha256: layoutSha256 ?? '', by: 'demo' });
  } catch (cause) {
    if (!(cause instanceof KerfError) || cause.code !== 'STATION_PLC_NOT_READY') throw cause;
  }
}
