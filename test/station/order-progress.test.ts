import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { problemSchema } from '#domain/problem.ts';
import { isOfImport } from '#station/order-about.node.ts';
import type { Station } from '#station/station.node.ts';
import { smallDefect } from './small-rooms.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';
import { brokenOff, codeOf, plcIsHeard, sheetIsKept, SLOW_PLC, toNested, toState } from './small-steps.ts';

type Sheet = Parameters<Station['startJob']>[0];

const patches = (count: number) => [
  { name: 'o.csv', text: `id,file,quantity,quality,grainAngle,label\npatch,patch.json,${count},B,90,Patch` },
  { name: 'patch.json', text: '[[0,0],[100,0],[100,100],[0,100]]' },
];

async function order(station: Station, name: string, count: number): Promise<void> {
  await station.orders.add({ files: patches(count), name, by: 'ann' });
  await station.orders.choose(name);
}

async function approved(station: Station, id: string, end = 'done'): Promise<string> {
  await plcIsHeard(station);
  await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
  await toState(station, end);
  return id;
}

async function cut(station: Station, sheet: Sheet = {}): Promise<string> {
  const id = await approved(station, await toNested(station, sheet));
  await sheetIsKept(station, id);
  return id;
}

/** As the list says it and as the order's own page does: cut, hides; cut of each piece, which is one. */
async function progress(station: Station, name: string): Promise<readonly number[]> {
  const listed = (await station.orders.list()).find((o) => o.name === name);
  const detail = await station.orders.detail(name);
  expect(detail.order).toEqual(listed);
  expect(detail.pieces.map((piece) => piece.cutCount)).toEqual([listed?.cutCount]);
  return [listed?.cutCount ?? -1, listed?.hideCount ?? -1];
}

async function wanted(station: Station, id: string): Promise<number | undefined> {
  const text = await readFile(join(station.jobDir(id), 'problem.json'), 'utf8');
  return problemSchema.parse(JSON.parse(text)).pieces[0]?.quantity;
}

describe('an order', () => {
  test('wants again what was cut and rejected, however often somebody changes their mind', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    await order(station, 'week', 12);
    const first = await cut(station);
    expect(await progress(station, 'week')).toEqual([12, 1]);
    expect(await codeOf(station.startJob())).toBe('STATION_ORDER_COMPLETE');
    await station.afterCut.accept(first, { by: 'ann', rejected: [0, 1, 2] });
    expect(await progress(station, 'week')).toEqual([9, 1]);
    // The screens say so before the next hide.
    expect(station.status().order.pieceCount).toBe(3);
    await station.afterCut.accept(first, { by: 'ann', rejected: [0, 1] });
    expect(station.status().order.pieceCount).toBe(2);
    const second = await cut(station);
    expect(await wanted(station, second)).toBe(2);
    expect(await progress(station, 'week')).toEqual([12, 2]);
    // While the next hide of another order is nested, nothing of it changes.
    await station.orders.choose('patches');
    const other = await toNested(station);
    await station.afterCut.accept(second, { by: 'ann', rejected: [0] });
    expect(station.status().order).toMatchObject({ name: 'patches', pieceCount: 12 });
    await station.cancel(other);
    await station.orders.choose('week');
    expect(station.status().order.pieceCount).toBe(1);
  });

  test(
    'counts what was accepted of a hide that was broken off, once, also when it is gone on with',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      const { first, good } = await (async () => {
        await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
        const { station } = running;
        await order(station, 'week', 12);
        const { id, counted } = await brokenOff(station);
        await sheetIsKept(station, id);
        // Nobody has said yet which of them are good.
        expect(await progress(station, 'week')).toEqual([0, 0]);
        await station.afterCut.accept(id, { by: 'ann', rejected: [0] });
        expect(await progress(station, 'week')).toEqual([counted - 1, 1]);
        expect(station.status().order.pieceCount).toBe(12 - (counted - 1));
        const after = await toNested(station, { follows: { job: id } });
        // All that were cut are kept off, those that are good are not wanted again.
        expect(station.job?.cutBefore?.placements).toHaveLength(counted + 1);
        expect(await wanted(station, after)).toBe(12 - (counted - 1));
        return { first: id, good: counted - 1 };
      })();
      // A station that starts again in the middle of it wants as many.
      await using running = await startSmallStation(dir.path, { plc: QUICK_PLC });
      const { station } = running;
      const { id } = station.job!;
      await toState(station, 'nested');
      const sha256 = station.job!.inspectionSha256;
      await station.addDefect(id, {
        ...{ outline: smallDefect('d', 700, 700).outline, class: 'person', quality: 0, by: 'ann' },
      });
      await station.until(() => station.job?.state === 'nested' && station.job.inspectionSha256 !== sha256);
      expect(await wanted(station, id)).toBe(12 - good);
      await approved(station, id);
      await sheetIsKept(station, id);
      expect(await progress(station, 'week')).toEqual([12, 1]);
      expect(await codeOf(station.startJob())).toBe('STATION_ORDER_COMPLETE');
      // The word on the first job may still change.
      await station.afterCut.accept(first, { by: 'ann', rejected: [0, 1] });
      expect(await progress(station, 'week')).toEqual([11, 1]);
    },
  );

  test('counts no hides of an earlier one of its name', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    await order(station, 'week', 12);
    await cut(station);
    // Somebody has made room in the folder.
    for (const name of ['week.json', 'week.about.json']) await rm(join(dir.path, 'orders', name));
    await station.orders.choose('patches');
    await order(station, 'week', 20);
    expect(station.status().order.pieceCount).toBe(20);
    expect(await progress(station, 'week')).toEqual([0, 0]);
    expect((await station.orders.detail('week')).hides).toEqual([]);
    const id = await cut(station);
    expect(await wanted(station, id)).toBe(20);
    expect(await progress(station, 'week')).toEqual([20, 1]);
  });

  test('knows its hides by their number or time, whichever says so', () => {
    const about = { kerf: 1, importedAt: '2026-11-22T06:00:00.000Z', importedBy: 'ann', files: [] } as const;
    const [early, late] = ['2026-11-21T06:00:00.000Z', '2026-11-23T06:00:00.000Z'] as const;
    const numbered = { ...about, afterSeq: 7 };
    expect(isOfImport(numbered, { seq: 7, createdAt: early })).toBe(false);
    // The clock was set back; the file is of another station; it was written before contract 1.4.
    expect(isOfImport(numbered, { seq: 8, createdAt: early })).toBe(true);
    expect(isOfImport(numbered, { seq: 2, createdAt: late })).toBe(true);
    expect(isOfImport(about, { seq: 8, createdAt: early })).toBe(false);
    expect(isOfImport(about, { seq: 8, createdAt: late })).toBe(true);
  });

  test('is counted by the ledger where a layout cannot be read, and not cut on where neither says', async () => {
    await using dir = await temporaryDir();
    const id = await (async () => {
      await using running = await startSmallStation(dir.path);
      const { station } = running;
      await order(station, 'week', 20);
      const first = await cut(station);
      await order(station, 'other', 5);
      await writeFile(join(station.jobDir(first), 'layout.json'), '');
      expect(await progress(station, 'week')).toEqual([20, 1]);
      expect(await codeOf(station.orders.choose('week'))).toBe('STATION_ORDER_COMPLETE');
      return first;
    })();
    const db = new DatabaseSync(join(dir.path, 'kerf.sqlite'));
    db.exec('DELETE FROM sheets');
    db.close();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    await station.orders.choose('patches');
    expect(await codeOf(station.orders.choose('week'))).toBe('STATION_ORDER_NOT_COUNTED');
    const listed = await station.orders.list();
    expect(listed.map(({ name, fault }) => [name, fault])).toEqual(
      expect.arrayContaining([
        ['week', 'STATION_ORDER_NOT_COUNTED'],
        ['other', null],
      ]),
    );
    expect((await station.orders.detail('week')).hides.map(({ job }) => job)).toEqual([id]);
  });
});

describe('a sheet that was broken off', () => {
  test('is gone on with for its own order only', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
    const { station } = running;
    await order(station, 'week', 12);
    const { id, counted } = await brokenOff(station);
    await sheetIsKept(station, id);
    await order(station, 'next', 12);
    expect(await codeOf(station.startJob({ follows: { job: id } }))).toBe('STATION_OTHER_ORDER');
    await station.orders.choose('week');
    const after = await cut(station, { follows: { job: id } });
    expect(await wanted(station, after)).toBe(12 - counted);
    expect(await progress(station, 'week')).toEqual([12, 1]);
    expect(await progress(station, 'next')).toEqual([0, 0]);
  });

  test('is not gone on with for a later order of the same name', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
    const { station } = running;
    await order(station, 'week', 12);
    const { id } = await brokenOff(station);
    for (const name of ['week.json', 'week.about.json']) await rm(join(dir.path, 'orders', name));
    await order(station, 'week', 12);
    expect(await codeOf(station.startJob({ follows: { job: id } }))).toBe('STATION_OTHER_ORDER');
  });

  test(
    'is gone on with again where the cutter rejected the job of its rest, with what was said of it before',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      const first = await (async () => {
        await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
        const { id } = await brokenOff(running.station);
        await sheetIsKept(running.station, id);
        return id;
      })();
      const rejected = await (async () => {
        await using running = await startSmallStation(dir.path, { plc: { ...QUICK_PLC, rejectCode: 6 } });
        const { station } = running;
        // A person has seen that one more was cut than the cutter counted.
        const id = await toNested(station, { follows: { job: first, cut: [0, 1, 2, 3, 4] } });
        return await approved(station, id, 'rejected');
      })();
      await using running = await startSmallStation(dir.path);
      const { station } = running;
      expect(await codeOf(station.startJob({ follows: { job: rejected } }))).toBe('STATION_NOTHING_TO_FOLLOW');
      const id = await toNested(station, { follows: { job: first } });
      expect(station.job).toMatchObject({ follows: first, cutBefore: { pieces: { patch: 5 } } });
      expect(await wanted(station, id)).toBe(7);
      await approved(station, id);
      expect(await codeOf(station.startJob({ follows: { job: first } }))).toBe('STATION_NOTHING_TO_FOLLOW');
    },
  );
});
