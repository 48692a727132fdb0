import { expect, test } from 'vitest';
import type { Inspection } from '#domain/inspection.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { toInspected, toState } from './small-steps.ts';

const SOUND = { used: 'webgpu', wanted: ['webgpu', 'cpu'], why: 'WebGPU took the model' };

test.each([
  [
    'a provider that refuses',
    { ...SOUND, used: 'cpu', why: 'WebGPU refused: no adapter', fellBack: true },
    'INSPECT_PROVIDER_FELL_BACK',
  ],
  ['a thread that hung', { ...SOUND, replaced: 1 }, 'INSPECT_WORKER_REPLACED'],
])(
  '%s is an alarm until the first hide without it',
  async (_, troubled: Inspection['provider'], code) => {
    await using dir = await temporaryDir();
    const rooms = smallRooms();
    let provider: Inspection['provider'] = troubled;
    await using running = await startSmallStation(dir.path, {
      rooms: { ...rooms, inspectScan: async (question) => ({ ...(await rooms.inspectScan(question)), provider }) },
    });
    const { station } = running;
    const codes = () => station.status().alarms.map((a) => a.code);
    const first = await station.startJob();
    await toState(station, 'inspected');
    expect(codes()).toContain(code);
    await station.cancel(first.id);
    provider = { ...SOUND, replaced: troubled.replaced ?? 0 };
    await toInspected(station);
    expect(codes()).not.toContain(code);
  },
  30_000,
);

test('a provider that ran before and is not there any more is an alarm, over a restart, until another is meant', async () => {
  await using dir = await temporaryDir();
  const rooms = smallRooms();
  const codesOn = async (provider: Inspection['provider']) => {
    await using running = await startSmallStation(dir.path, {
      rooms: { ...rooms, inspectScan: async (question) => ({ ...(await rooms.inspectScan(question)), provider }) },
    });
    const { station } = running;
    const id = await toInspected(station);
    const alarms = station.status().alarms.map((a) => a.code);
    await station.cancel(id);
    return alarms;
  };
  const ABSENT = 'WebGPU not tried: no graphics device (/dev/dri is not there); CPU took the model';
  const onCpu = { used: 'cpu', wanted: ['webgpu', 'cpu'], why: ABSENT, fellBack: false };
  // A machine that never had one.
  expect(await codesOn(onCpu)).not.toContain('INSPECT_PROVIDER_FELL_BACK');
  expect(await codesOn(SOUND)).not.toContain('INSPECT_PROVIDER_FELL_BACK');
  expect(await codesOn(onCpu)).toContain('INSPECT_PROVIDER_FELL_BACK');
  expect(await codesOn(onCpu)).toContain('INSPECT_PROVIDER_FELL_BACK');
  // `--provider cpu`: it is meant.
  expect(await codesOn({ ...onCpu, wanted: ['cpu'], why: 'CPU took the model' })).toEqual([]);
  expect(await codesOn(onCpu)).toEqual([]);
}, 60_000);
