import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { CameraFrame } from '#acquire/camera.ts';
import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Ring } from '#domain/ring.ts';
import { uniformToMm } from '#domain/scan.ts';
import type { TableCorners } from '#domain/table-corners.ts';
import { openRooms, type OpenedRooms } from '#station/open-rooms.node.ts';
import { RealRooms, type RoomsOptions } from '#station/real-rooms.node.ts';
import type { Rooms } from '#station/rooms.ts';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { temporaryDir } from './small-station.ts';
import { SMALL_CORNERS } from './small-table.ts';

const OUTLINE: Ring = [
  [100, 100],
  [900, 140],
  [700, 640],
  [160, 600],
];
const LOOK = {
  outline: OUTLINE,
  holes: [],
  scan: { sha256: '0'.repeat(64), widthPx: 1000, heightPx: 800, toMm: uniformToMm(1, 800) },
};
const OPTIONS = { packDir: 'none', provider: 'cpu', grading: LEATHER_GRADING, mmPerPx: 1 } as const;
const askOf = (rooms: OpenedRooms) => () => rooms.alignSheet({ before: LOOK, cuts: [], after: LOOK });

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('the rooms’ process ends when nobody asks anything, and begins again with the next question', async () => {
  await using rooms = openRooms(OPTIONS, { idleMs: 300 });
  const ask = askOf(rooms);
  expect(rooms.pid).toBeNull();
  expect(await ask()).toMatchObject({ share: 1 });
  const first = rooms.pid!;
  expect(isAlive(first)).toBe(true);
  await expect.poll(() => isAlive(first), { timeout: 10_000 }).toBe(false);
  // Asked of the next process while the one before may still be ending.
  expect(await Promise.all([ask(), ask()])).toMatchObject([{ share: 1 }, { share: 1 }]);
  const next = rooms.pid!;
  expect(next).not.toBe(first);
  await rooms.close();
  expect(isAlive(next)).toBe(false);
  await expect(ask()).rejects.toMatchObject({ code: 'STATION_ROOM_ENDED' });
});

test('it waits long under a job and shorter after it; having rested it answers as before', async () => {
  await using rooms = openRooms(OPTIONS, { restMs: 20, idleMs: 60_000, betweenJobsMs: 500 });
  const ask = askOf(rooms);
  await ask();
  const pid = rooms.pid!;
  await sleep(900);
  expect(await ask()).toMatchObject({ share: 1 });
  expect(rooms.pid).toBe(pid);
  // A job's last question, of a job that left nothing.
  await rooms.settleSheet({ dataDir: 'none', job: { id: 'j1' } } as never).catch(() => undefined);
  await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  // The next hide is a job again.
  const gone = { source: 'none.png', dir: 'none', signal: new AbortController().signal, onProgress: () => undefined };
  await rooms.acquireScan(gone).catch(() => undefined);
  const next = rooms.pid!;
  await sleep(900);
  expect(isAlive(next)).toBe(true);
});

test('a process of the rooms that crashes fails what it was asked, and the next question starts another', async () => {
  await using rooms = openRooms(OPTIONS);
  const ask = askOf(rooms);
  const isCrashed = expect(ask()).rejects.toMatchObject({
    code: 'STATION_ROOM_ENDED',
    fault: 'device',
    message: expect.stringContaining('SIGSEGV') as string,
  });
  const first = rooms.pid!;
  // As the kernel ends a process whose native code reaches into nowhere.
  process.kill(first, 'SIGSEGV');
  await isCrashed;
  expect(await ask()).toMatchObject({ share: 1 });
  expect(rooms.pid).not.toBe(first);
});

test('they do not outlive a station that is killed', async () => {
  const station = spawn(process.execPath, [join(import.meta.dirname, 'rooms-child.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...COMPILE_CACHE },
  });
  const [line] = (await once(station.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(isAlive(pid)).toBe(true);
  station.kill('SIGKILL');
  await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
});

test('what they answer is byte for byte what the same rooms answer here; pixels of a camera travel as a file', async () => {
  await using dir = await temporaryDir();
  const [widthPx, heightPx] = [320, 240];
  const rgb = Uint8Array.from({ length: 3 * widthPx * heightPx }, (_, k) => (k * 7 + (k >> 9)) % 251);
  const frame: CameraFrame = {
    ...{ name: 'camera', sequence: 1, takenAt: '2026-11-29T10:00:00.000Z', atMs: 1, widthPx, heightPx },
    pixels: { kind: 'rgb', rgb },
  };
  const signal = new AbortController().signal;
  const told: string[] = [];
  const question = (name: string) => ({
    ...{ source: 'v4l2:/dev/video0', frame, dir: join(dir.path, name, 'scan'), signal },
    onProgress: ({ what }: { what: string }) => void (name === 'there' && told.push(what)),
  });
  await using rooms = openRooms(OPTIONS);
  const here = new RealRooms(OPTIONS);
  const [scanThere, scanHere] = [await rooms.acquireScan(question('there')), await here.acquireScan(question('here'))];
  expect(JSON.stringify(scanThere)).toBe(JSON.stringify(scanHere));
  expect(told.length).toBeGreaterThan(0);
  expect((await readdir(join(dir.path, 'there'))).sort()).toEqual(['scan']);
  const jpegOf = (from: Rooms, name: string) => from.scanJpeg(join(dir.path, name, 'scan'), 100);
  const [jpegThere, jpegHere] = [await jpegOf(rooms, 'there'), await jpegOf(here, 'here')];
  expect(Buffer.from(jpegThere).equals(jpegHere)).toBe(true);
  // A question that is dropped is dropped there too.
  const dropped = new AbortController();
  const late = rooms.acquireScan({ ...question('late'), signal: dropped.signal });
  dropped.abort();
  await expect(late).rejects.toMatchObject({ name: 'AbortError' });
});

test('a picture of the table comes through the rooms’ process, of a frame too, and parts of it to the pixel', async () => {
  await using dir = await temporaryDir();
  await using rooms = openRooms(OPTIONS);
  const image = join(dir.path, 'table', 'picture.tif');
  const rgb = new Uint8Array(3 * 400 * 300).fill(200);
  rgb.fill(20, 3 * (400 * 100), 3 * (400 * 101));
  const frame: CameraFrame = {
    ...{ name: 'v4l2:/dev/video0', sequence: 1, takenAt: '2026-11-29T10:00:00.000Z', atMs: 0 },
    ...{ widthPx: 400, heightPx: 300, pixels: { kind: 'rgb', rgb } },
  };
  const signal = AbortSignal.timeout(30_000);
  const seen = await rooms.seeTable!({ source: 'v4l2:/dev/video0', frame, image, signal });
  expect(seen).toEqual({
    ...{ widthPx: 400, heightPx: 300, source: 'v4l2:/dev/video0', takenAt: '2026-11-29T10:00:00.000Z' },
    ...{ seen: [], lens: null, known: [] },
  });
  // No pixels are left lying about.
  expect(await readdir(join(dir.path, 'table'))).toEqual(['picture.tif']);
  const part = await rooms.partJpeg!({ image, left: 40, top: 90, width: 64, height: 32, maxPx: 512 });
  const { data, info } = await sharp(part).greyscale().raw().toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([64, 32]);
  expect(data[64 * 10 + 30]).toBeLessThan(60);
  expect(data[64 * 2 + 30]).toBeGreaterThan(180);
});

test('corners that a person set take lens and light of the calibration, and the scale that was asked for', async () => {
  await using dir = await temporaryDir();
  const picture = join(dir.path, 'table.png');
  const pixels = Uint8Array.from({ length: 3 * 1200 * 900 }, (_, i) => (Math.floor(i / 3 / 1200) % 40 < 4 ? 40 : 200));
  await sharp(pixels, { raw: { width: 1200, height: 900, channels: 3 } })
    .png()
    .toFile(picture);
  const corners: TableCorners = {
    ...{ kerf: 1, widthPx: 1200, heightPx: 900, corners: SMALL_CORNERS, width: 1000, height: 700, landmarks: [] },
    ...{ checks: { markers: null, length: null }, source: 'table.png', setBy: 'Ada' },
    ...{ takenAt: '2026-01-01T00:00:00.000Z', setAt: '2026-01-01T00:00:00.000Z' },
  };
  const lens = { matrix: [1000, 0, 600, 0, 1000, 450, 0, 0, 1], distortion: [-0.2, 0, 0, 0, 0] };
  const calibration = { kerf: 1, id: 'wide', tableMarkers: [], widthPx: 1200, heightPx: 900, ...lens } as const;
  const scanBy = async (name: string, options: Partial<RoomsOptions>, set: TableCorners | null) => {
    const question = { source: picture, corners: set, dir: join(dir.path, name), onProgress: () => undefined };
    const bench = new RealRooms({ ...OPTIONS, ...options });
    return bench.acquireScan({ ...question, signal: AbortSignal.timeout(30_000) });
  };
  const plain = await scanBy('plain', {}, corners);
  // OPTIONS' 1 mm is for pictures that nothing straightens.
  expect(plain).toMatchObject({ calibration: 'corners', mmPerPx: 1, widthPx: 1000, heightPx: 700 });
  const asked = await scanBy('asked', { straightMmPerPx: 2, calibration }, corners);
  expect(asked).toMatchObject({ calibration: 'wide corners', mmPerPx: 2, widthPx: 500, heightPx: 350 });
  const bent = await scanBy('bent', { straightMmPerPx: 1, calibration }, corners);
  // The same size of another picture: its bend is taken out.
  expect([bent.widthPx, bent.heightPx]).toEqual([1000, 700]);
  expect(bent.sha256).not.toBe(plain.sha256);
  expect((await scanBy('none', {}, null)).calibration).toBeNull();
});
