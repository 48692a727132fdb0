import { expect, test } from 'vitest';
import type { Inspection } from '#domain/inspection.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { toState } from './small-steps.ts';

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
    await station.startJob();
    await toState(station, 'inspected');
    expect(codes()).not.toContain(code);
  },
  30_000,
);
