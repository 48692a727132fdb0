import { connect } from 'mqtt';
import { describe, expect, test } from 'vitest';
import { watchCamera } from '#acquire/watch-camera.node.ts';
import type { CameraTrouble } from '#acquire/camera.ts';
import { quietHealth } from '#acquire/camera.ts';
import { SCAN_DOUBTS } from '#acquire/scan-survey.ts';
import type { Scan } from '#domain/scan.ts';
import type { Rooms } from '#station/rooms.ts';
import { hasCameraPrograms, serveRtsp } from '../acquire/camera-servers.ts';
import { freePort } from './free-port.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

const soon = () => AbortSignal.timeout(20_000);

test('a trouble of the camera stands as an alarm until it is over, and one of the past goes when nothing is watched', async () => {
  await using dir = await temporaryDir();
  const say: { trouble: (troubles: CameraTrouble[]) => void } = { trouble: () => undefined };
  const rooms: Rooms = {
    ...smallRooms(),
    watchCamera(_source, onHealth) {
      say.trouble = (troubles) => onHealth({ ...quietHealth(9), troubles, reason: 'unplugged' });
      return () => undefined;
    },
  };
  {
    await using running = await startSmallStation(dir.path, { rooms });
    const { station } = running;
    const codes = () =>
      station
        .status()
        .alarms.map((a) => a.code)
        .filter((code) => code.startsWith('ACQUIRE'));
    say.trouble(['ACQUIRE_CAMERA_STALE', 'ACQUIRE_CAMERA_DARK']);
    await station.until(() => codes().length === 2, soon());
    expect(station.status().alarms).toContainEqual(
      expect.objectContaining({
        code: 'ACQUIRE_CAMERA_STALE',
        severity: 2,
        details: { source: 'hide.png', said: 'unplugged' },
      }),
    );
    say.trouble(['ACQUIRE_CAMERA_DARK']);
    await station.until(() => codes().join() === 'ACQUIRE_CAMERA_DARK', soon());
  }
  await using again = await startSmallStation(dir.path);
  await again.station.until(() => again.station.status().alarms.every((a) => !a.code.startsWith('ACQUIRE')), soon());
});

test('markers that have moved are an alarm until a scan finds them in their places', async () => {
  await using dir = await temporaryDir();
  const small = smallRooms();
  let drift = 0.8;
  const rooms: Rooms = {
    ...small,
    acquireScan: async (question) => ({ ...(await small.acquireScan(question)), drift }),
  };
  await using running = await startSmallStation(dir.path, { rooms });
  const { station } = running;
  const drifted = () => station.status().alarms.find((a) => a.code === 'ACQUIRE_TABLE_DRIFTED');
  const scanOne = async () => {
    const job = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', soon());
    return job;
  };
  const job = await scanOne();
  expect(drifted()).toMatchObject({ severity: 2, job: job.id, details: { drift: 0.8, most: 0.5 } });
  await station.cancel(job.id);
  drift = 0.2;
  await scanOne();
  expect(drifted()).toBeUndefined();
});

test('what a scan doubts of itself is an alarm until the next scan', async () => {
  await using dir = await temporaryDir();
  const small = smallRooms();
  let flags: Scan['flags'] = SCAN_DOUBTS.map((kind) => ({ kind, message: kind, value: 130.6 }));
  const acquire: Rooms['acquireScan'] = async (question) => ({ ...(await small.acquireScan(question)), flags });
  await using running = await startSmallStation(dir.path, { rooms: { ...small, acquireScan: acquire } });
  const { station } = running;
  const codes = () => station.status().alarms.flatMap(({ code }) => (code.startsWith('ACQUIRE') ? [code] : []));
  for (const wanted of [SCAN_DOUBTS.length, 0]) {
    const job = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', soon());
    expect(codes()).toHaveLength(wanted);
    if (wanted > 0)
      expect(station.status().alarms).toContainEqual(
        expect.objectContaining({ code: 'ACQUIRE_SCAN_REACHED_INTO', job: job.id, details: { size: 131 } }),
      );
    await station.cancel(job.id);
    flags = [];
  }
});

test('a hide whose outline lies on the picture’s edge is an alarm, though its scan said nothing', async () => {
  await using dir = await temporaryDir();
  const small = smallRooms();
  let reach = 25;
  const inspect: Rooms['inspectScan'] = async (question) => {
    const inspection = await small.inspectScan(question);
    const outline = [
      [0, 100],
      [300, 50],
      [300, 250],
      [0, 100 + reach],
    ] as const;
    return { ...inspection, outline };
  };
  await using running = await startSmallStation(dir.path, { rooms: { ...small, inspectScan: inspect } });
  const { station } = running;
  for (const wanted of [[{ size: 25 }], []]) {
    const job = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', soon());
    const told = station.status().alarms.filter(({ code }) => code === 'ACQUIRE_SCAN_CUT_OFF');
    expect(told.map(({ details }) => details)).toEqual(wanted);
    await station.cancel(job.id);
    reach = 20;
  }
});

describe.runIf(hasCameraPrograms())('a real camera that is unplugged', () => {
  test('is told to the PLC within two seconds, and its return too', async () => {
    const port = await freePort();
    let served = await serveRtsp(port);
    await using dir = await temporaryDir();
    const rooms: Rooms = {
      ...smallRooms(),
      watchCamera(source, onHealth) {
        const watch = watchCamera({ source }, onHealth);
        return () => void watch.close();
      },
    };
    const source = `rtsp://127.0.0.1:${port}/table`;
    await using running = await startSmallStation(dir.path, { rooms, source });
    const client = connect(running.brokerUrl);
    const told: { code: string; active: number; atMs: number }[] = [];
    const heard = (isSo: () => boolean) => expect.poll(isSo, { timeout: 15_000, interval: 20 }).toBe(true);
    client.on('message', (_topic, payload) =>
      told.push({ ...(JSON.parse(payload.toString()) as { code: string; active: number }), atMs: performance.now() }),
    );
    try {
      await client.subscribeAsync('kerf/v1/+/+/alarm', { qos: 1 });
      // Its bars stand still to the byte: that is told first, and shows that pictures come.
      await heard(() => told.some(({ code }) => code === 'ACQUIRE_CAMERA_FROZEN'));
      const killedMs = performance.now();
      await served.stop();
      const isAway = ({ code, active }: { code: string; active: number }) => /LOST|STALE/.test(code) && active === 1;
      await heard(() => told.some(isAway));
      expect(told.find(isAway)!.atMs - killedMs).toBeLessThan(2000);
      served = await serveRtsp(port);
      await heard(() => told.some(({ code, active }) => code === 'ACQUIRE_CAMERA_LOST' && active === 0));
    } finally {
      await client.endAsync();
      await served.stop();
    }
  });
});
