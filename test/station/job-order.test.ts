import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orderSchema } from '#domain/problem.ts';
import { codeOf, cutInspected, toInspected, toState } from './small-steps.ts';
import { SMALL_ORDER } from './small-rooms.ts';
import { stationOfEach } from './station-of-each.ts';

const FILES = [
  { name: 'week.csv', text: 'id,file,quantity,quality,grainAngle,label\nstrap,strap.json,7,B,90,Strap' },
  { name: 'strap.json', text: '[[0,0],[100,0],[100,100],[0,100]]' },
];
const BELTS = {
  name: 'belts',
  order: { ...SMALL_ORDER, pieces: [{ ...SMALL_ORDER.pieces[0]!, id: 'belt', label: 'Belt', quantity: 5 }] },
};

const small = stationOfEach();

const alarms = () => small.station.status().alarms.map(({ code, details }) => ({ code, details }));
const UNREAD = { code: 'STATION_ORDER_UNREAD', details: { order: 'week', reason: 'STATION_ORDER_MISSING' } };

const begin = () => toInspected(small.station);

/** Reviewed, nested, approved, cut. @returns what was cut of which order, as the ledger has it */
async function goOn(id: string): Promise<{ order: string; pieces: string[] }> {
  const { station } = small;
  await cutInspected(station, id);
  const { order, pieces } = await station.ledger.sheet(id);
  return { order, pieces: pieces.map((piece) => `${piece.cut} ${piece.id}`) };
}

describe('a job that was begun for an order', () => {
  test('is cut for it after a restart without that order, which begins no other hide', async () => {
    await small.station.orders.add({ files: FILES, name: 'week', by: 'ann' });
    await small.station.orders.choose('week');
    const id = await begin();
    await rename(join(small.dir, 'orders/week.json'), join(small.dir, 'week.json'));
    await small.restart();
    const { station } = small;
    expect(station.status().order).toMatchObject({ name: 'week', pieceCount: 0 });
    expect(alarms()).toContainEqual(UNREAD);
    expect(await goOn(id)).toEqual({ order: 'week', pieces: ['7 strap'] });
    expect(await codeOf(station.startJob())).toBe('STATION_ORDER_MISSING');
    expect(alarms()).toContainEqual(UNREAD);

    // Brought back: all of it is cut by now.
    await rename(join(small.dir, 'week.json'), join(small.dir, 'orders/week.json'));
    expect(await codeOf(station.startJob())).toBe('STATION_ORDER_COMPLETE');
    expect(alarms()).toEqual([]);
  });

  test('is cut for it where the station was started with another, which is the next hide’s', async () => {
    const id = await begin();
    await small.restart({ order: BELTS });
    expect(small.station.status().order.name).toBe('belts');
    const cut = await goOn(id);
    expect(cut).toEqual({ order: 'patches', pieces: ['12 patch'] });
    const path = join(small.station.jobDir(id), 'order.json');
    expect(orderSchema.parse(JSON.parse(await readFile(path, 'utf8')))).toEqual(SMALL_ORDER);
    expect(await goOn(await begin())).toEqual({ order: 'belts', pieces: ['5 belt'] });
  });

  test('is cut for it as it was, where another one has its name now', async () => {
    const id = await begin();
    await small.restart({ order: { ...BELTS, name: 'patches' } });
    expect(await goOn(id)).toEqual({ order: 'patches', pieces: ['12 patch'] });
  });

  test.each([
    ['gone', (path: string) => rm(path)],
    ['broken', (path: string) => writeFile(path, '{')],
  ])('fails where its order.json is %s and the station has another', async (_name, lose) => {
    const id = await begin();
    await lose(join(small.station.jobDir(id), 'order.json'));
    await small.restart({ order: BELTS });
    const { station } = small;
    await station.review(id, { by: 'ann', waive: true });
    await toState(station, 'failed');
    expect(station.job).toMatchObject({ id, reason: 'STATION_JOB_ORDER_LOST', layoutSha256: null });
    expect(alarms()).toMatchObject([
      { code: 'STATION_JOB_FAILED', details: { reason: 'STATION_JOB_ORDER_LOST', order: 'patches' } },
    ]);
  });

  test('of a version that kept none yet is nested for the order of its name', async () => {
    const id = await begin();
    await rm(join(small.station.jobDir(id), 'order.json'));
    await small.restart();
    expect(await goOn(id)).toEqual({ order: 'patches', pieces: ['12 patch'] });
  });
});

test('an order that cannot be read is asked for until a person chooses another', async () => {
  await small.station.orders.add({ files: FILES, name: 'week', by: 'ann' });
  await small.station.orders.choose('week');
  await rm(join(small.dir, 'orders/week.json'));
  await small.restart();
  await small.restart();
  const { station } = small;
  expect(alarms()).toEqual([UNREAD]);
  expect(await codeOf(station.startJob())).toBe('STATION_ORDER_MISSING');
  await station.orders.choose('patches');
  expect(alarms()).toEqual([]);
  expect(await goOn(await begin())).toEqual({ order: 'patches', pieces: ['12 patch'] });
});
