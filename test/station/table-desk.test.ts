import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { tableView } from '#api/table-routes.ts';
import { API_PREFIX } from '#api/routes.ts';
import { tableCornersSchema, type TableCorners } from '#domain/table-corners.ts';
import type { Scan } from '#domain/scan.ts';
import type { AcquireQuestion, Rooms } from '#station/rooms.ts';
import { tableCornersOf } from '#station/table-desk.node.ts';
import { openStore } from '#store/store.node.ts';
import { smallRooms } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';
import { SMALL_CORNERS, smallTable } from './small-table.ts';
import { startChild } from './start-child.ts';

const body = { corners: SMALL_CORNERS, width: 1000, height: 700, length: null, by: 'Ada' };
const cornersOf = (text: unknown): TableCorners | null =>
  text === null ? null : tableCornersSchema.parse(JSON.parse(z.string().parse(text)));

test('corners are set in a picture, checked by what it shows, each change a row with before and after; undone, forgotten, kept over a restart', async () => {
  await using dir = await temporaryDir();
  const rooms = { ...smallRooms(), ...smallTable() };
  {
    await using running = await startSmallStation(dir.path, { rooms });
    const { table } = running.station;
    expect(await table.view()).toMatchObject({ corners: null, picture: null, hasBefore: false, tableWidth: 3200 });
    await expect(table.jpeg({ left: 0, top: 0, width: 0, height: 0, max: 100 })).rejects.toMatchObject({
      code: 'STATION_NOTHING_HERE',
    });
    const first = await table.takePicture();
    const { picture } = await table.takePicture();
    expect(first.picture?.takenAt).not.toBe(picture!.takenAt);
    // The picture before is gone.
    expect((await readdir(join(dir.path, 'table'))).filter((name) => name.endsWith('.tif'))).toHaveLength(1);
    const part = async (left: number, width: number) =>
      JSON.parse(Buffer.from(await table.jpeg({ left, top: 0, width, height: 50, max: 100 })).toString()) as object;
    expect(await part(1100, 300)).toMatchObject({ left: 1100, width: 100, height: 50, maxPx: 100 });
    await expect(part(1200, 300)).rejects.toMatchObject({ code: 'STATION_NOTHING_HERE' });
    const { takenAt } = picture!;
    await expect(table.set({ ...body, takenAt: first.picture!.takenAt })).rejects.toMatchObject({
      code: 'STATION_TABLE_PICTURE_OTHER',
    });
    const length = { from: [100, 450], to: [1100, 450], told: 998 } as const;
    const { corners } = await table.set({ ...body, length, takenAt });
    expect(corners).toMatchObject({
      ...{ widthPx: 1200, heightPx: 900, corners: SMALL_CORNERS, width: 1000, height: 700, setBy: 'Ada', takenAt },
    });
    expect(corners!.landmarks.map(({ id }) => id)).toEqual([3, 4]);
    expect(corners!.landmarks[0]!.corners[0]).toBeCloseTo(60, 6);
    expect(corners!.checks.markers!.count).toBe(1);
    expect(corners!.checks.markers!.max).toBeCloseTo(0.4, 6);
    expect(corners!.checks.length!.measured).toBeCloseTo(1000, 6);
    await table.set({ ...body, width: 1010, takenAt });
    expect((await table.takeBack('Ben')).corners).toEqual(corners);
    expect((await table.takeBack('Ben')).corners?.width).toBe(1010);
    expect((await table.forget('Ben')).corners).toBeNull();
    // Nothing changes, nothing is written.
    await table.forget('Ben');
    expect((await table.takeBack('Ada')).corners?.width).toBe(1010);
    const rows = (await running.store.latestEvents(50)).filter(({ kind }) => kind === 'table corners changed');
    expect(
      rows.map(({ by, details }) => [by, cornersOf(details['was'])?.width, cornersOf(details['is'])?.width]),
    ).toEqual([
      ['Ada', undefined, 1010],
      ['Ben', 1010, undefined],
      ['Ben', 1000, 1010],
      ['Ben', 1010, 1000],
      ['Ada', 1000, 1010],
      ['Ada', undefined, 1000],
    ]);
  }
  await using again = await startSmallStation(dir.path, { rooms });
  expect(await again.station.table.view()).toMatchObject({
    corners: { width: 1010, setBy: 'Ada' },
    picture: { widthPx: 1200 },
  });
});

test('a picture that a camera takes for ever is given up, the one before stays, and another can be taken', async () => {
  await using dir = await temporaryDir();
  const quick = smallTable();
  let isSlow = false;
  const seeTable: typeof quick.seeTable = (question) =>
    isSlow
      ? new Promise((_, reject) =>
          question.signal.addEventListener('abort', () => reject(question.signal.reason as Error)),
        )
      : quick.seeTable(question);
  await using running = await startSmallStation(dir.path, { rooms: { ...smallRooms(), ...quick, seeTable } });
  const { table } = running.station;
  table.endPicture();
  const first = await table.takePicture();
  isSlow = true;
  const taking = table.takePicture();
  await sleep(20);
  table.endPicture();
  expect(await taking).toEqual(first);
  isSlow = false;
  expect((await table.takePicture()).picture!.takenAt).not.toBe(first.picture!.takenAt);
});

test('over HTTP: engineers alone change them, what can be no table is refused by name, and nothing is kept of it', async () => {
  await using dir = await temporaryDir();
  await using running = await startSmallStation(dir.path, {
    rooms: { ...smallRooms(), ...smallTable() },
    http: { port: 0, listen: '127.0.0.1', uiDir: dir.path },
  });
  const base = `${running.http!.url}${API_PREFIX}`;
  const post = async (path: string, content: unknown, cookie = '') => {
    const headers = { 'content-type': 'application/json', cookie };
    const response = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(content) });
    return { status: response.status, json: (await response.json()) as unknown, headers: response.headers };
  };
  const signIn = async (name: string, role: string, admin = '') => {
    const pin = `${name} has a horse`;
    await post('/access/people', { name, role, pin }, admin);
    return (await post('/access/sign-in', { name, pin })).headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  const admin = await signIn('ann', 'admin');
  const eve = await signIn('eve', 'engineer', admin);
  const olga = await signIn('olga', 'operator', admin);
  for (const path of ['/table/picture', '/table/corners/forget', '/table/corners/undo']) {
    expect((await post(path, { by: 'x' })).status, path).toBe(401);
    expect((await post(path, { by: 'x' }, olga)).status, path).toBe(403);
  }
  const { takenAt } = tableView.parse((await post('/table/picture', { by: 'x' }, eve)).json).picture!;
  expect((await post('/table/corners', { ...body, takenAt })).status).toBe(401);
  expect((await post('/table/corners', { ...body, takenAt }, olga)).status).toBe(403);
  const [a, b, c, d] = SMALL_CORNERS;
  for (const [change, code, fault] of [
    [{ width: 2.4, height: 1.6 }, 'ACQUIRE_CORNERS_REFUSED', 'size'],
    [{ width: 1e6 }, 'ACQUIRE_CORNERS_REFUSED', 'size'],
    [{ corners: [b, a, c, d] }, 'ACQUIRE_CORNERS_REFUSED', 'crossing'],
    [{ corners: [b, a, d, c] }, 'ACQUIRE_CORNERS_REFUSED', 'mirrored'],
    [{ corners: [a, b, [1201, 100], d] }, 'ACQUIRE_CORNERS_REFUSED', 'outside'],
    [
      {
        corners: [
          [100, 140],
          [150, 140],
          [150, 100],
          [100, 100],
        ],
      },
      'ACQUIRE_CORNERS_REFUSED',
      'tiny',
    ],
    [{ width: -5 }, 'STATION_REQUEST_REFUSED', null],
    [{ width: '1000' }, 'STATION_REQUEST_REFUSED', null],
    [{ corners: [a, b, c] }, 'STATION_REQUEST_REFUSED', null],
    [{ corners: [a, b, c, [1, null]] }, 'STATION_REQUEST_REFUSED', null],
    [{ length: { from: a, to: b, told: 0 } }, 'STATION_REQUEST_REFUSED', null],
    [{ more: 1 }, 'STATION_REQUEST_REFUSED', null],
  ] as const) {
    const answer = await post('/table/corners', { ...body, takenAt, ...change }, eve);
    expect(answer.status, JSON.stringify(change)).toBe(400);
    expect(answer.json).toMatchObject(fault === null ? { code } : { code, details: { fault } });
  }
  expect((await post('/table/corners/undo', { by: 'x' }, eve)).status).toBe(409);
  expect(await running.station.table.view()).toMatchObject({ corners: null });
  // Who is signed in is written down, whatever name the body gives.
  expect((await post('/table/corners', { ...body, takenAt }, eve)).json).toMatchObject({ corners: { setBy: 'eve' } });
  expect((await (await fetch(`${base}/table`)).json()) as unknown).toMatchObject({ corners: { setBy: 'eve' } });
  expect((await fetch(`${base}/table/picture.jpg?max=64&left=0&top=0&width=10&height=10`)).status).toBe(200);
  expect((await fetch(`${base}/table/picture.jpg?max=9`)).status).toBe(400);
});

test('the next scan goes by them; a camera that has moved since is an alarm until they are set anew, one that nobody can measure is none', async () => {
  await using dir = await temporaryDir();
  const asked: AcquireQuestion['corners'][] = [];
  let drift: number | null = 0.9;
  const small = smallRooms();
  const rooms: Rooms = {
    ...small,
    ...smallTable(),
    async acquireScan(question): Promise<Scan> {
      asked.push(question.corners);
      const scan = await small.acquireScan(question);
      const flags = question.corners ? [{ kind: 'corners', message: 'by corners' }] : [];
      return { ...scan, flags, drift: question.corners ? drift : null };
    },
  };
  await using running = await startSmallStation(dir.path, { rooms });
  const { station } = running;
  const scan = async () => {
    const { id } = await station.startJob();
    await station.until(() => station.job?.state === 'inspected', AbortSignal.timeout(10_000));
    await station.cancel(id);
  };
  const drifted = () => station.status().alarms.some(({ code }) => code === 'ACQUIRE_CORNERS_DRIFTED');
  const { picture } = await station.table.takePicture();
  const set = () => station.table.set({ ...body, takenAt: picture!.takenAt });
  const { corners } = await set();
  await scan();
  expect(asked).toEqual([corners]);
  expect(drifted()).toBe(true);
  // Nothing was measured: it stands.
  drift = null;
  await scan();
  expect(drifted()).toBe(true);
  await set();
  expect(drifted()).toBe(false);
  await scan();
  expect(drifted()).toBe(false);
  await station.table.forget('Ada');
  await scan();
  expect(asked.at(-1)).toBeNull();
});

test('a kill amid changes leaves the corners whole and told by the last row of the log', async () => {
  await using dir = await temporaryDir();
  let count = 0;
  for (const ms of [120, 300]) {
    const child = startChild('table-child.ts', [dir.path]);
    expect(await child.says('ready'), child.errors()).toBe(true);
    await sleep(ms);
    expect(await child.kill()).toBe(true);
    await using store = await openStore(dir.path);
    const kept = await tableCornersOf(store);
    const rows = (await store.latestEvents(1e6)).filter(({ kind }) => kind === 'table corners changed').reverse();
    expect(rows.length).toBeGreaterThan(count);
    count = rows.length;
    expect(cornersOf(rows.at(-1)!.details['is'])).toEqual(kept);
    expect(rows.map(({ details }) => cornersOf(details['is'])?.width)).toEqual(rows.map((_, i) => 1001 + i));
    expect(rows.map(({ details }) => cornersOf(details['was'])?.width ?? 1000)).toEqual(rows.map((_, i) => 1000 + i));
    expect((await store.auditCheck()).brokenAt).toBeNull();
  }
});
