import { expect } from 'vitest';
import type { RunningStation } from '#station/start-station.node.ts';
import type { Station } from '#station/station.node.ts';
import { runPython } from '../shared/python-oracle.ts';

/** A job as far as its release to a PLC in a process of its own. Python may compile its packages first: its start is
 *  waited for long. */
async function takeJob(station: Station): Promise<string> {
  const job = await station.startJob();
  await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(20_000));
  await station.review(job.id, { by: 'ann', waive: false });
  await station.until(() => station.job?.state === 'nested', AbortSignal.timeout(20_000));
  await station.until(() => station.status().plc.mode === 'auto', AbortSignal.timeout(60_000));
  await station.approve(job.id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  return job.id;
}

/** What a PLC made of Python says of a job that it takes from release to closed, with a pause after three pieces.
 *  @param S a line of its JSON */
export async function playJob<S>(
  python: string,
  { station, store }: RunningStation,
  args: readonly string[],
): Promise<{ readonly id: string; readonly said: readonly S[] }> {
  const plc = runPython(python, [...args]);
  const id = await takeJob(station);
  await station.until(() => station.job?.state === 'cutting', AbortSignal.timeout(20_000));
  expect(station.job?.cutCount).toBe(3);
  await station.request(id, 'pause');
  await station.until(() => station.job?.state === 'paused', AbortSignal.timeout(20_000));
  await station.request(id, 'resume');
  await station.until(() => station.job?.state === 'done', AbortSignal.timeout(20_000));
  expect(station.job).toMatchObject({ cutCount: 12, code: 0 });
  const { code, stdout, stderr } = await plc;
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect((await store.openOutbox()).filter((row) => row.topic.startsWith('job/'))).toEqual([]);
  const lines = stdout.trim().split('\n');
  return { id, said: lines.map((line) => JSON.parse(line) as S) };
}
