import { expect, test } from 'vitest';
import type { CameraGlance } from '#acquire/camera.ts';
import { quietHealth } from '#acquire/camera.ts';
import { glanceAt } from '#acquire/glance-at.node.ts';
import { cameraView } from '#api/engineer-views.ts';
import type { Rooms } from '#station/rooms.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

/** A frame of stripes 8 px wide, sharp from pixel to pixel. */
function stripes(widthPx: number, heightPx: number) {
  const rgb = new Uint8Array(3 * widthPx * heightPx);
  for (let i = 0; i < rgb.length; i += 3) {
    const [u, v] = [(i / 3) % widthPx, Math.floor(i / 3 / widthPx)];
    rgb.fill((Math.floor(u / 8) + Math.floor(v / 8)) % 2 === 0 ? 200 : 40, i, i + 3);
  }
  const at = { name: 'test', sequence: 1, takenAt: '2026-11-29T10:00:00.000Z', atMs: 0 };
  return { ...at, widthPx, heightPx, pixels: { kind: 'rgb', rgb } } as const;
}

test('a glance is a small JPEG and says how sharp and how bright the whole picture is', async () => {
  const glance = (await glanceAt(stripes(1600, 1200)))!;
  expect([...glance.jpeg.slice(0, 2)]).toEqual([0xff, 0xd8]);
  expect(glance.jpeg.length).toBeLessThan(1_000_000);
  expect(glance).toMatchObject({ widthPx: 1600, heightPx: 1200, look: { burntShare: 0 } });
  expect(glance.look.edgePx!.across).toBeLessThan(2.1);
  expect(glance.look.bright).toBe(200);
});

test('the window that is to give the pictures is told at once, before there are any', async () => {
  await using dir = await temporaryDir();
  const given = Promise.withResolvers<CameraGlance | null>();
  const rooms: Rooms = { ...smallRooms(), watchCamera: () => () => undefined, glance: () => given.promise };
  await using running = await startSmallStation(dir.path, { rooms, source: 'browser:9000' });
  expect(await running.station.camera.view()).toMatchObject({ isLive: true, feedPort: 9000, picture: null });
  const look = { bright: 30, burntShare: 0, edgePx: null };
  given.resolve({ takenAt: '2026-11-29T10:00:00.000Z', widthPx: 64, heightPx: 48, jpeg: Uint8Array.of(0xff), look });
  await running.station.camera.picture();
  expect(await running.station.camera.view()).toMatchObject({ picture: { widthPx: 64 } });
});

test('windows that look at once share a picture; without a live camera there is none', async () => {
  await using dir = await temporaryDir();
  let asked = 0;
  const glance: CameraGlance = {
    takenAt: '2026-11-29T10:00:00.000Z',
    ...{ widthPx: 640, heightPx: 480, jpeg: Uint8Array.of(0xff, 0xd8) },
    look: { bright: 30, burntShare: 0.01, edgePx: { across: 2, down: 9 } },
  };
  const rooms: Rooms = {
    ...smallRooms(),
    watchCamera(_source, onHealth) {
      onHealth({ ...quietHealth(1), troubles: ['ACQUIRE_CAMERA_DARK', 'ACQUIRE_CAMERA_BLURRED'] });
      return () => undefined;
    },
    glance: () => {
      asked += 1;
      return Promise.resolve(glance);
    },
  };
  {
    await using running = await startSmallStation(dir.path, { rooms, source: 'v4l2:/dev/video0' });
    const { station } = running;
    await station.until(() => station.status().alarms.length >= 2, AbortSignal.timeout(10_000));
    const view = cameraView.parse(await station.camera.view());
    expect(await station.camera.picture()).toEqual(glance.jpeg);
    expect(asked).toBe(1);
    expect(view).toMatchObject({
      isLive: true,
      troubles: ['ACQUIRE_CAMERA_DARK', 'ACQUIRE_CAMERA_BLURRED'],
      picture: { edgePx: 9, bright: 30 },
    });
  }
  await using running = await startSmallStation(dir.path);
  expect(await running.station.camera.view()).toMatchObject({ isLive: false, picture: null });
  await expect(running.station.camera.picture()).rejects.toMatchObject({ code: 'STATION_NOTHING_HERE' });
});
