import { describe, expect, test } from 'vitest';
import { runMainJob } from '#station/main-job.node.ts';
import { brokenOff, sheetIsKept, SLOW_PLC } from './small-steps.ts';
import { SQUARE } from './small-rooms.ts';
import { startSmallStation, temporaryDir } from './small-station.ts';

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
});
