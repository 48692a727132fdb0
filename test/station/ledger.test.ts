import { describe, expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import {
  brokenOff,
  codeOf,
  plcIsHeard,
  sheetIsKept,
  SLOW_PLC,
  stoppedUncut,
  toNested,
  toState,
} from './small-steps.ts';
import { SQUARE } from './small-rooms.ts';
import { QUICK_PLC, startSmallStation, temporaryDir } from './small-station.ts';

const PIECE = SQUARE * SQUARE;
const ALL = { from: '2000-01-01T00:00:00.000Z', until: '2100-01-01T00:00:00.000Z' };

describe('the ledger', () => {
  test('holds what a sheet was, what was laid and cut of it, how long it took, who and what made it so', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station } = running;
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    await sheetIsKept(station, job.id);
    const sheet = await station.ledger.sheet(job.id);
    expect(sheet).toMatchObject({
      job: job.id,
      state: 'done',
      grossMm2: 1000 * 800,
      usableMm2: { '4': 790000 },
      nestedMm2: 12 * PIECE,
      cutMm2: 12 * PIECE,
      accepted: null,
      pieces: [{ id: 'patch', placed: 12, cut: 12, areaMm2: PIECE }],
      approvedBy: 'demo',
      made: { seed: 1, threads: 1, layoutSha256: job.layoutSha256, pack: { id: 'small' } },
    });
    // Every state that the job went through, and no more time than there was.
    expect(Object.keys(sheet.secondsIn)).toEqual(
      expect.arrayContaining(['new', 'scanned', 'inspected', 'reviewed', 'nested', 'approved', 'released', 'cutting']),
    );
    const total = Object.values(sheet.secondsIn).reduce((sum, s) => sum + s, 0);
    expect(total).toBeCloseTo((Date.parse(sheet.at) - Date.parse(job.createdAt)) / 1000, 1);

    const accepted = await station.afterCut.accept(job.id, { by: 'ann', rejected: [0, 3, 3, 999] });
    expect(accepted.accepted).toMatchObject({ by: 'ann', how: 'tap', areaMm2: 10 * PIECE, rejected: [0, 3] });
    expect(accepted.pieces).toMatchObject([{ id: 'patch', cut: 12, rejected: 2 }]);
    const shift = await station.ledger.shift(ALL);
    expect(shift).toMatchObject({
      sheetCount: 1,
      doneCount: 1,
      nestedMm2: 12 * PIECE,
      acceptedMm2: 10 * PIECE,
      grossYieldBp: Math.round((10_000 * 12 * PIECE) / 800_000),
      byOrder: [{ order: 'patches', sheetCount: 1, pieces: [{ id: 'patch', placed: 12, cut: 12 }] }],
      byPerson: [{ name: 'demo', sheetCount: 1 }],
    });
    expect((await station.ledger.shift({ from: ALL.from, until: job.createdAt })).sheetCount).toBe(0);
  });

  test('counts of a job that was broken off what the cutter had counted', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
    const { station } = running;
    const { id } = await brokenOff(station);
    await sheetIsKept(station, id);
    const sheet = await station.ledger.sheet(id);
    expect(sheet.state).toBe('cancelled');
    expect(sheet.cutMm2).toBe((station.job?.cutCount ?? 0) * PIECE);
    expect(sheet.cutMm2).toBeLessThan(sheet.nestedMm2);
    // The last one was never cut, so nobody can reject it.
    const accepted = await station.afterCut.accept(id, { by: 'ann', rejected: [0, 11] });
    expect(accepted.accepted).toMatchObject({ areaMm2: sheet.cutMm2 - PIECE, rejected: [0] });
    expect((await station.ledger.shift(ALL)).brokenOffCount).toBe(1);
  });

  test('gets the record of a job that ended when the power went', async () => {
    await using dir = await temporaryDir();
    const { id } = await (async () => {
      await using running = await startSmallStation(dir.path);
      const { job } = await runMainJob(running.station, { release: { by: 'demo' } });
      await sheetIsKept(running.station, job.id);
      return job;
    })();
    const { DatabaseSync } = await import('node:sqlite');
    const db = new DatabaseSync(`${dir.path}/kerf.sqlite`);
    db.exec('DELETE FROM sheets');
    db.close();
    await using again = await startSmallStation(dir.path);
    expect((await again.station.ledger.sheet(id)).state).toBe('done');
  });

  test('is of the jobs that the cutter took, before a restart and after it', { timeout: 60_000 }, async () => {
    await using dir = await temporaryDir();
    const shifts: object[] = [];
    const lives = [{}, { plc: { ...QUICK_PLC, rejectCode: 4 } }, {}];
    for (const [k, life] of lives.entries()) {
      await using running = await startSmallStation(dir.path, life);
      const { station } = running;
      shifts.push(await station.ledger.shift(ALL));
      if (k === 0) {
        await station.cancel(await toNested(station));
        const { job } = await runMainJob(station, { release: { by: 'demo' } });
        await sheetIsKept(station, job.id);
      } else if (k === 1) {
        const id = await toNested(station);
        await plcIsHeard(station);
        await station.approve(id, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
        await toState(station, 'rejected');
        expect(await codeOf(station.ledger.sheet(id))).toBe('STATION_SHEET_UNKNOWN');
      }
      shifts.push(await station.ledger.shift(ALL));
    }
    expect(shifts[0]).toMatchObject({ sheetCount: 0 });
    expect(shifts[1]).toMatchObject({ sheetCount: 1, doneCount: 1, brokenOffCount: 0, grossMm2: 800_000 });
    for (const shift of shifts.slice(2)) expect(shift).toEqual(shifts[1]);
  });

  test('leaves records out that a version before kept of jobs which the cutter never took', async () => {
    await using dir = await temporaryDir();
    await using running = await startSmallStation(dir.path);
    const { station, store } = running;
    const { job } = await runMainJob(station, { release: { by: 'demo' } });
    await sheetIsKept(station, job.id);
    const given = await toNested(station);
    await station.cancel(given);
    const sheet = { ...(await station.ledger.sheet(job.id)), job: given, state: 'cancelled', approvedBy: null };
    await store.putSheet({ job: given, at: sheet.at, document: JSON.stringify(sheet), isChange: false });
    expect(await station.ledger.shift(ALL)).toMatchObject({ sheetCount: 1, grossMm2: 800_000 });
  });

  test(
    'counts a hide once that was gone on with after a stop, and says which job followed which',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path, { plc: SLOW_PLC });
      const { station } = running;
      const { id: before, counted } = await brokenOff(station);
      await sheetIsKept(station, before);
      const after = await toNested(station, { follows: { job: before } });
      await station.approve(after, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
      await toState(station, 'done');
      await sheetIsKept(station, after);
      expect(await station.ledger.sheet(before)).toMatchObject({ follows: null, remnant: null });
      expect(await station.ledger.sheet(after)).toMatchObject({ follows: before, remnant: null, grossMm2: 800_000 });
      const ofRest = await toNested(station, { remnant: `${after}-r1` });
      await station.approve(ofRest, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
      await toState(station, 'done');
      await sheetIsKept(station, ofRest);
      expect(await station.ledger.sheet(ofRest)).toMatchObject({ follows: null, remnant: `${after}-r1` });
      expect(await station.ledger.shift(ALL)).toMatchObject({
        ...{ sheetCount: 3, againCount: 2, grossMm2: 800_000, againMm2: 1_600_000 },
        ...{ nestedMm2: 24 * PIECE, cutMm2: 24 * PIECE },
        byOrder: [{ pieces: [{ placed: 24, cut: 24 }] }],
      });
      expect(counted).toBeGreaterThan(1);
    },
  );

  test(
    'asks what became of a hide that was stopped with nothing counted, and takes a later job or a person at their word',
    { timeout: 60_000 },
    async () => {
      await using dir = await temporaryDir();
      await using running = await startSmallStation(dir.path, { plc: { ...SLOW_PLC, startMs: 1500 } });
      const { station, store } = running;
      const shift = async (span = ALL) => {
        const { sheetCount, grossMm2, openMm2, open } = await station.ledger.shift(span);
        return { sheetCount, grossMm2, openMm2, open: open.map(({ job, next }) => [job, next?.job ?? null]) };
      };
      const first = await stoppedUncut(station);
      expect((await station.ledger.sheet(first)).cutMm2).toBe(0);
      const anew = await stoppedUncut(station);
      expect(await shift()).toEqual({
        ...{ sheetCount: 2, grossMm2: 0, openMm2: 1_600_000 },
        open: [
          [first, anew],
          [anew, null],
        ],
      });
      expect(await codeOf(station.ledger.tellFate(first, { by: 'ann', sheet: 'again' }))).toBe(
        'STATION_REQUEST_REFUSED',
      );
      await station.ledger.tellFate(first, { by: 'ann', sheet: 'again', again: anew });
      expect(await shift()).toMatchObject({ grossMm2: 0, openMm2: 800_000, open: [[anew, null]] });
      // The rest is cut in a later span: the hide counts where it lay first.
      const rest = await toNested(station, { follows: { job: anew, cut: [] } });
      await station.approve(rest, { layoutSha256: station.job?.layoutSha256 ?? '', by: 'ann' });
      await toState(station, 'done');
      await sheetIsKept(station, rest);
      expect(await shift()).toEqual({ sheetCount: 3, grossMm2: 800_000, openMm2: 0, open: [] });
      const until = (await station.ledger.sheet(rest)).at;
      expect(await store.sheetsAfter(ALL.from, until)).toHaveLength(1);
      expect(await shift({ ...ALL, until })).toEqual({ sheetCount: 2, grossMm2: 800_000, openMm2: 0, open: [] });
      expect(await shift({ ...ALL, from: until })).toEqual({ sheetCount: 1, grossMm2: 0, openMm2: 0, open: [] });
      for (const job of [rest, 'nobody'])
        expect(await codeOf(station.ledger.tellFate(job, { by: 'ann', sheet: 'used' }))).not.toBe('no error');
      expect(await station.auditRows(100)).toContainEqual(
        expect.objectContaining({ kind: 'sheet fate told', by: 'ann' }),
      );
    },
  );
});
