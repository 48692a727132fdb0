import type { Station } from '#station/station.node.ts';

/** A job as far as its release to a PLC in a process of its own. Python may compile its packages first: its start is
 *  waited for long. */
export async function takeJob(station: Station): Promise<string> {
  const job = await station.startJob();
  await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(20_000));
  await station.review(job.id, { by: 'ann', waive: false });
  await station.until(() => station.job?.state === 'nested', AbortSignal.timeout(20_000));
  await station.until(() => station.status().plc.mode === 'auto', AbortSignal.timeout(60_000));
  await station.approve(job.id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  return job.id;
}
