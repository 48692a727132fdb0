import { expect, test } from 'vitest';
import type { Job } from '#domain/job.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import { runMainJob, type MainJobOptions } from '#station/main-job.node.ts';
import type { RunningStation, StartStationOptions } from '#station/start-station.node.ts';
import { codeOf, plcIsHeard, toNested, toState } from './small-steps.ts';
import { SMALL_ORDER, smallRooms } from './small-rooms.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

const belts = (name: string, quantity = 5) => ({
  name,
  order: { ...SMALL_ORDER, pieces: [{ ...SMALL_ORDER.pieces[0]!, id: 'belt', quantity }] },
});
const NOBODY: Pick<MainJobOptions, 'release'> = { release: null };
const ANN: Pick<MainJobOptions, 'release'> = { release: { by: 'ann' } };

test('a job left behind is taken up for the same picture and order, and given up for another', async () => {
  await using dir = await temporaryDir();
  let seq: number;
  {
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    const first = await runMainJob(station, { source: 'one.png', ...NOBODY });
    expect((await runMainJob(station, { source: 'one.png', ...NOBODY })).job.id).toBe(first.job.id);
    const other = await runMainJob(station, { source: 'two.png', ...NOBODY });
    expect(other.job).toMatchObject({ seq: 2, source: 'two.png' });
    expect((await station.jobById(first.job.id)).state).toBe('cancelled');
    ({ seq } = other.job);
  }
  {
    await using same = await startSmallStation(dir.path);
    expect((await runMainJob(same.station, { source: 'two.png', ...NOBODY })).job.seq).toBe(seq);
  }
  // The same name says nothing: the file may be another day's.
  for (const order of [belts('belts'), belts('patches'), belts('patches', 6)]) {
    await using running = await startSmallStation(dir.path, { order });
    const { job } = await runMainJob(running.station, { source: 'two.png', ...NOBODY });
    expect(job).toMatchObject({ seq: (seq += 1), order: order.name });
    expect(job.pieceCount).toBe(order.order.pieces[0]?.quantity);
  }
});

/** What a run that releases makes of the job that the work before it leaves. */
async function releaseAfter(
  leave: (running: RunningStation) => Promise<void>,
  more: Partial<StartStationOptions> = {},
): Promise<{ left: Job; before: Job; now: Job; calls: string[]; givenUp: Job[]; cutJobs: readonly string[] }> {
  await using dir = await temporaryDir();
  let before: Job;
  {
    await using running = await startSmallStation(dir.path);
    await leave(running);
    before = running.station.job!;
  }
  const calls: string[] = [];
  await using running = await startSmallStation(dir.path, {
    rooms: smallRooms({ onCall: (room) => calls.push(room) }),
    ...more,
  });
  const givenUp: Job[] = [];
  const run = await runMainJob(running.station, { ...ANN, onGivenUp: (job) => givenUp.push(job) });
  const left = await running.station.jobById(before.id);
  return { left, before, now: run.job, calls, givenUp, cutJobs: running.plc?.cutJobs ?? [] };
}

test('a run that releases scans the hide anew and cuts its own order, whatever was left', async () => {
  const { left, before, now, calls, givenUp, cutJobs } = await releaseAfter(
    async ({ station }) => void (await toNested(station)),
    { order: belts('orderB') },
  );
  expect(now).toMatchObject({ state: 'done', seq: 2, order: 'orderB', pieceCount: 5, approvedBy: 'ann' });
  expect(left).toMatchObject({ state: 'cancelled', reason: 'STATION_GIVEN_UP', approvedBy: null });
  expect(calls[0]).toBe('acquire');
  expect(givenUp).toMatchObject([{ id: before.id, state: 'nested' }]);
  expect(cutJobs).toEqual([now.id]);
});

test('a run that releases scans anew for the same order too: another hide may lie there', async () => {
  const { left, now, calls } = await releaseAfter(async ({ station }) => void (await toNested(station)));
  expect([left.state, now.state, now.seq]).toEqual(['cancelled', 'done', 2]);
  expect(calls).toEqual(['acquire', 'inspect', 'nest', 'judge', 'cut']);
});

async function released({ station }: RunningStation): Promise<void> {
  const id = await toNested(station);
  await plcIsHeard(station);
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'bob' });
  await toState(station, 'released');
}

test('a job that the cutter has is waited for where it is this very one, and else the run is refused', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await startSmallStation(dir.path, { plc: { ...QUICK_PLC, answerMs: 60_000 } });
    await released(running);
  }
  for (const other of [
    { order: belts('patches') },
    { order: belts('orderB') },
    { source: 'other.png' },
    { machine: { ...SIMULATED_MACHINE, id: 'knife' } },
  ]) {
    await using running = await startSmallStation(dir.path, { simulatePlc: false, ...other });
    const { station } = running;
    expect(await codeOf(runMainJob(station, { source: station.source, ...ANN })), JSON.stringify(other)).toBe(
      'STATION_BUSY',
    );
    expect(station.job).toMatchObject({ seq: 1, state: 'released', approvedBy: 'bob' });
  }
  await using running = await startSmallStation(dir.path, { plc: { ...QUICK_PLC, answerMs: 600 } });
  const { job } = await runMainJob(running.station, ANN);
  expect(job).toMatchObject({ seq: 1, state: 'done', order: 'patches', approvedBy: 'bob' });
  expect(running.plc?.cutJobs).toEqual([job.id]);
});

test('the order that a run was given counts, whatever was chosen on the screens, and the choice stays', async () => {
  await using dir = await temporaryDir();
  const files = [
    { name: 'week.csv', text: 'id,file,quantity,quality,grainAngle,label\nstrap,strap.json,7,B,90,Strap' },
    { name: 'strap.json', text: '[[0,0],[100,0],[100,100],[0,100]]' },
  ];
  {
    await using running = await startSmallStation(dir.path);
    await running.station.orders.add({ files, name: 'week', by: 'ann' });
    await running.station.orders.choose('week');
  }
  {
    await using running = await startSmallStation(dir.path, { isOrderGiven: true });
    expect((await runMainJob(running.station, ANN)).job).toMatchObject({ order: 'patches', pieceCount: 12 });
  }
  await using again = await startSmallStation(dir.path);
  expect(again.station.status().order.name).toBe('week');
});
