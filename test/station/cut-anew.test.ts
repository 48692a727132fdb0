import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import { SIMULATED_MACHINE, type Machine } from '#domain/machine.ts';
import type { Problem } from '#domain/problem.ts';
import { GUARDS } from '#station/guards.ts';
import { signedReleaseSchema } from '#station/release-record.ts';
import { machineSha256 } from '#station/sign-release.node.ts';
import type { StartStationOptions } from '#station/start-station.node.ts';
import type { Station } from '#station/station.node.ts';
import { openStore } from '#store/store.node.ts';
import { SOUND } from '../fuzz/sound-documents.ts';
import { codeOf, plcIsHeard, toNested, toState } from './small-steps.ts';
import { smallRooms } from './small-rooms.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

const LASER: Machine = { ...SIMULATED_MACHINE, id: 'laser-a', kind: 'laser', kerfWidth: 0.2 };
const KNIFE: Machine = { ...SIMULATED_MACHINE, id: 'knife-b', kind: 'dragKnife', toMachine: [1, 0, 0, 1, 500, 300] };

const approve = (station: Station) =>
  station.approve(station.job?.id ?? '', { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
const start = (dir: string, machine: Machine, more: Partial<StartStationOptions> = {}) =>
  startSmallStation(dir, { machine, simulatePlc: true, ...more });
const fileOf = (station: Station, name: string | null | undefined) =>
  readFile(join(station.jobDir(station.job?.id ?? ''), name ?? ''), 'utf8');

test.each([
  ['another machine', KNIFE],
  ['another profile of the same', { ...LASER, kerfWidth: 0.3 }],
])('a layout nested for one machine gets its cut file anew when the station drives %s', async (_name, machine) => {
  await using dir = await temporaryDir();
  let layoutSha256: string | null;
  {
    await using running = await start(dir.path, LASER);
    await toNested(running.station);
    ({ layoutSha256 } = running.station.job!);
    expect(running.station.job).toMatchObject({ machine: 'laser-a', machineSha256: machineSha256(LASER) });
  }
  const calls: string[] = [];
  await using running = await start(dir.path, machine, { rooms: smallRooms({ onCall: (room) => calls.push(room) }) });
  const { station } = running;
  // The layout that people saw, judged again and cut for this machine; nothing was searched for.
  expect(calls).toEqual(['judge', 'cut']);
  const made = { machine: machine.id, machineSha256: machineSha256(machine) };
  expect(station.job).toMatchObject({ state: 'nested', layoutSha256, approvedBy: null, ...made });
  expect(JSON.parse(await fileOf(station, station.job?.cutFile))).toMatchObject({ machine: machine.id });
  await plcIsHeard(station);
  await approve(station);
  await toState(station, 'done');
  const { release } = signedReleaseSchema.parse(JSON.parse(await fileOf(station, 'release.json')));
  const { kerfWidth } = machine;
  expect(release.options.machine).toEqual({
    ...{ id: machine.id, sha256: machineSha256(machine) },
    ...(kerfWidth > 0 && { kerfWidth }),
  });
  // What is signed is what the layout was held against.
  const problem = JSON.parse(await fileOf(station, 'problem.json')) as Problem;
  expect(problem.spacing).toBe(kerfWidth);
  expect(release.files.cut.sha256).toBe(station.job?.cutSha256);
});

test('a layout that lies too close for the kerf of the machine driven now is searched on from', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await start(dir.path, KNIFE);
    await toNested(running.station);
  }
  const calls: string[] = [];
  let judged = 0;
  await using running = await start(dir.path, LASER, {
    rooms: smallRooms({
      onCall: (room) => calls.push(room),
      judge: () => ((judged += 1) === 1 ? ['placements 0 and 1 are 0 apart, 0.2 wanted'] : []),
    }),
  });
  const { station } = running;
  await toState(station, 'nested');
  expect(calls).toEqual(['judge', 'nest again', 'judge', 'cut']);
  expect(station.job).toMatchObject({ state: 'nested', machine: 'laser-a', approvedBy: null });
  expect(JSON.parse(await fileOf(station, 'problem.json'))).toMatchObject({ spacing: 0.2 });
});

test('a station that starts with the same profile keeps its cut file', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await start(dir.path, LASER);
    await toNested(running.station);
  }
  const calls: string[] = [];
  await using running = await start(dir.path, LASER, { rooms: smallRooms({ onCall: (room) => calls.push(room) }) });
  expect(calls).toEqual([]);
  expect((await running.store.events(running.station.job?.id ?? '')).map(({ kind }) => kind)).not.toContain(
    'machine changed',
  );
});

test('a cut file of another profile, or of nobody knows which, may not be approved or released', () => {
  const context = {
    ...{ machine: KNIFE, machineSha256: machineSha256(KNIFE), plc: { isConnected: true, mode: 'auto' } },
    ...{ openDoubtCount: 0, by: 'ann', layoutSha256: null, inspectionSha256: null, cutCount: null },
  };
  const refusal = (sha256: string | null | undefined) => {
    const job = { ...SOUND.job, machine: 'laser-a', ...(sha256 === undefined ? {} : { machineSha256: sha256 }) };
    return GUARDS.machineIsTheOneCutFor({ ...context, job })?.code ?? null;
  };
  expect(refusal(machineSha256(KNIFE))).toBeNull();
  for (const other of [machineSha256(LASER), machineSha256({ ...KNIFE, overcut: 1 }), null, undefined])
    expect(refusal(other)).toBe('STATION_MACHINE_CHANGED');
});

/** A disk that is full for what comes after an approval: the job is left approved. */
const fullStore: NonNullable<StartStationOptions['openStore']> = async (dir, options) => {
  const store = await openStore(dir, options);
  return {
    ...store,
    commitStep: (step) =>
      ['released', 'lapsed'].includes(step.event.kind)
        ? Promise.reject(new KerfError('STORE_DISK_FULL', 'full', { fault: 'device' }))
        : store.commitStep(step),
  };
};

test('an approval for one machine releases nothing to another', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await start(dir.path, LASER, { openStore: fullStore, probeMs: 60_000 });
    await toNested(running.station);
    await plcIsHeard(running.station);
    await approve(running.station);
    await running.station.until(() => running.station.stuckBy !== null, AbortSignal.timeout(20_000));
  }
  await using running = await start(dir.path, KNIFE);
  const { station, plc } = running;
  expect(station.job).toMatchObject({ state: 'nested', approvedBy: null, machine: 'knife-b' });
  await plcIsHeard(station);
  await sleep(300);
  expect(station.job?.state).toBe('nested');
  expect(plc?.cutJobs).toEqual([]);
});

test('a release that no cutter has answered is not sent to another machine', async () => {
  await using dir = await temporaryDir();
  {
    await using running = await start(dir.path, LASER, { plc: { ...QUICK_PLC, answerMs: 60_000 } });
    await toNested(running.station);
    await plcIsHeard(running.station);
    await approve(running.station);
    await toState(running.station, 'released');
    // Or the broker would still hold it for the PLC.
    await expect.poll(() => running.plc?.memory.length).toBe(1);
  }
  {
    await using running = await start(dir.path, KNIFE);
    const { station, store, plc } = running;
    expect(station.status().alarms).toMatchObject([
      { code: 'STATION_MACHINE_CHANGED', details: { made: 'laser-a', machine: 'knife-b' } },
    ]);
    await plcIsHeard(station);
    await station.publisher.sync();
    await sleep(300);
    expect(station.job?.state).toBe('released');
    expect(plc?.memory).toEqual([]);
    expect((await store.openOutbox()).map(({ topic }) => topic)).toContain('job/released');
    expect(await codeOf(station.startJob())).toBe('STATION_BUSY');
  }
  await using running = await start(dir.path, LASER);
  await toState(running.station, 'done');
  expect(running.station.status().alarms.map(({ code }) => code)).not.toContain('STATION_MACHINE_CHANGED');
});
