import { describe, expect, test } from 'vitest';
import { resultsMappingSchema } from '#domain/results-mapping.ts';
import { sheetRecordSchema } from '#domain/sheet-record.ts';
import { shiftReportSchema } from '#domain/shift-report.ts';
import { countedSheets } from '#ledger/counted-sheets.ts';
import { mapResults } from '#ledger/map-results.ts';
import { shiftReport } from '#ledger/shift-report.ts';
import { drawnRecord } from './drawn-record.ts';

const SPAN = { from: '2026-11-22T06:00:00.000Z', until: '2026-11-22T14:00:00.000Z' };
const piece = (placed: number, cut: number) => ({ id: 'front', placed, cut, areaMm2: 100_000 });

/** A hide of 4 m² that thirty pieces are laid on and six cut before the stop; the other 24 are cut after it. A job of what
 *  was left cuts two more. */
const before = drawnRecord(1, {
  ...{
    state: 'cancelled',
    nestedMm2: 3_000_000,
    cutMm2: 600_000,
    pieces: [piece(30, 6)],
    follows: null,
    remnant: null,
  },
});
const after = drawnRecord(2, {
  ...{ follows: before.job, nestedMm2: 2_400_000, cutMm2: 2_400_000, pieces: [piece(24, 24)], remnant: null },
});
const ofRest = drawnRecord(3, {
  ...{ follows: null, remnant: `${after.job}-r1`, grossMm2: 900_000, usableMm2: { '4': 900_000 } },
  ...{ nestedMm2: 200_000, cutMm2: 200_000, pieces: [piece(2, 2)] },
});

describe('a shift', () => {
  test('counts a hide once, however often it lay on the table, and each of its pieces once', () => {
    const report = shiftReportSchema.parse(shiftReport([before, after, ofRest], SPAN));
    expect(report).toMatchObject({
      ...{ sheetCount: 3, doneCount: 2, brokenOffCount: 1, againCount: 2 },
      ...{ grossMm2: 4_000_000, againMm2: 4_900_000, usableMm2: before.usableMm2 },
      ...{ nestedMm2: 3_200_000, cutMm2: 3_200_000, grossYieldBp: 8000, cutYieldBp: 8000, usableYieldBp: 8101 },
      byOrder: [{ nestedMm2: 3_200_000, cutMm2: 3_200_000, pieces: [{ id: 'front', placed: 32, cut: 32 }] }],
    });
  });

  test('comes to the same in two halves: the hide counts in the first', () => {
    const halves = [[before, after], [ofRest]].map((records) => shiftReport(records, SPAN));
    expect(halves.map((half) => half.grossMm2)).toEqual([4_000_000, 0]);
    expect(halves.map((half) => half.nestedMm2)).toEqual([3_000_000, 200_000]);
    // The stop itself was the end of a shift: nobody could know yet what would be laid again.
    expect(shiftReport([before], SPAN)).toMatchObject({ nestedMm2: 3_000_000, grossYieldBp: 7500, cutYieldBp: 1500 });
    expect(shiftReport([after], SPAN)).toMatchObject({ grossMm2: 0, cutMm2: 2_400_000, cutYieldBp: 0 });
  });

  test('reads records of before contract 1.4, which do not say what they follow', () => {
    const old = sheetRecordSchema.parse(JSON.parse(JSON.stringify(drawnRecord(1))));
    expect(old).not.toHaveProperty('follows');
    expect(countedSheets([old])).toMatchObject([{ isAgain: false, grossMm2: 4_000_000, nestedMm2: 3_000_000 }]);
  });

  test('is the sum of the rows that a mapping gives', () => {
    const fields = ['job', 'follows', 'remnant', 'grossMm2', 'againMm2', 'usableMm2', 'nestedMm2', 'cutMm2'] as const;
    const more = ['placedCount', 'cutCount', 'grade:4', 'yieldBp'] as const;
    const columns = [...fields, ...more].map((from) => ({ name: from, from }));
    const records = [before, after, ofRest];
    const rows = (of: 'sheet' | 'piece', named: object[]) =>
      JSON.parse(
        mapResults(records, resultsMappingSchema.parse({ kerf: 1, format: 'json', rows: of, columns: named })),
      ) as Record<string, number>[];
    const sheets = rows('sheet', columns);
    expect(sheets).toMatchObject([
      { follows: null, remnant: null, grossMm2: 4_000_000, againMm2: 0, placedCount: 6, cutCount: 6, yieldBp: 7500 },
      { follows: before.job, grossMm2: 0, againMm2: 4_000_000, 'grade:4': 0, placedCount: 24, yieldBp: 6000 },
      { remnant: `${after.job}-r1`, grossMm2: 0, againMm2: 900_000, placedCount: 2, cutCount: 2 },
    ]);
    const report = shiftReport(records, SPAN);
    const sum = (name: string) => sheets.reduce((total, row) => total + (row[name] ?? 0), 0);
    for (const name of ['grossMm2', 'againMm2', 'nestedMm2', 'cutMm2'] as const) expect(sum(name)).toBe(report[name]);
    const pieces = rows('piece', [{ name: 'placed', from: 'piecePlaced' }]);
    expect(pieces.map(({ placed }) => placed)).toEqual([6, 24, 2]);
  });
});

describe('a hide whose cutter stopped with no piece counted', () => {
  const nothing = { cutMm2: 0, pieces: [piece(30, 0)], follows: null, remnant: null } as const;
  const stopped = drawnRecord(1, { state: 'cancelled', ...nothing });
  const anew = drawnRecord(2, { follows: null, remnant: null });
  const told = (sheet: 'used' | 'unused' | 'again', job: string | null = null) => ({
    ...stopped,
    fate: { by: 'ann', at: SPAN.until, sheet, job },
  });
  const sums = (...args: Parameters<typeof shiftReport>) => {
    const { sheetCount, grossMm2, nestedMm2, openMm2, open, usableMm2 } = shiftReportSchema.parse(shiftReport(...args));
    return { sheetCount, grossMm2, nestedMm2, openMm2, open: open.map(({ job }) => job), good: usableMm2['4'] ?? 0 };
  };
  const once = { grossMm2: 4_000_000, nestedMm2: 3_000_000, openMm2: 0, open: [], good: 3_000_000 };

  test('is open, named, and in no sum until somebody says what became of it', () => {
    expect(sums([stopped, anew], SPAN)).toEqual({
      ...once,
      ...{ sheetCount: 2, openMm2: 4_000_000, open: [stopped.job] },
    });
    expect(shiftReport([stopped, anew], SPAN)).toMatchObject({
      open: [{ job: stopped.job, seq: 1, order: 'bags', next: { job: anew.job, seq: 2 } }],
      grossYieldBp: 7500,
      byOrder: [
        {
          pieces: [
            { id: 'front', placed: 20 },
            { id: 'strap', placed: 10 },
          ],
        },
      ],
    });
    expect(shiftReport([stopped], SPAN).open).toMatchObject([{ next: null }]);
  });

  test('counts as whoever looked says: as gone, as uncut, or as the hide of the job that scanned it again', () => {
    expect(sums([told('used'), anew], SPAN)).toMatchObject({ grossMm2: 8_000_000, nestedMm2: 6_000_000, open: [] });
    expect(sums([told('unused'), anew], SPAN)).toEqual({ ...once, sheetCount: 2 });
    expect(sums([told('again', anew.job), anew], SPAN)).toEqual({ ...once, sheetCount: 2 });
    const third = drawnRecord(3, { follows: null, remnant: null });
    const twice = drawnRecord(4, { state: 'failed', ...nothing });
    // What is one stopped hide's is no other one's.
    expect(shiftReport([{ ...twice, seq: 1 }, told('again', anew.job), anew, third], SPAN).open).toMatchObject([
      { next: { job: third.job } },
    ]);
  });

  test('is no question any more once a job that goes on with it has cut, in whatever shift', () => {
    const tried = drawnRecord(2, { state: 'failed', ...nothing, follows: stopped.job });
    const rest = drawnRecord(3, { follows: tried.job, remnant: null });
    expect(sums([stopped, tried], SPAN)).toMatchObject({ grossMm2: 0, openMm2: 4_000_000, open: [stopped.job] });
    expect(sums([stopped, tried, rest], SPAN)).toEqual({ ...once, sheetCount: 3 });
    expect(sums([stopped], SPAN, [tried, rest])).toMatchObject({ grossMm2: 4_000_000, open: [] });
    expect(sums([rest], SPAN)).toMatchObject({ grossMm2: 0, open: [] });
  });

  test('is asked of no remnant, whose leather has counted, and of no record that does not say what it follows', () => {
    expect(sums([{ ...stopped, remnant: 'j1-r1' }], SPAN)).toMatchObject({ grossMm2: 0, open: [] });
    const { follows: _, ...old } = stopped;
    expect(sums([old], SPAN)).toMatchObject({ grossMm2: 4_000_000, open: [] });
  });

  test('is told to programs of others row by row', () => {
    const columns = (['fate', 'grossMm2', 'openMm2'] as const).map((from) => ({ name: from, from }));
    const mapping = resultsMappingSchema.parse({ kerf: 1, format: 'json', rows: 'sheet', columns });
    expect(JSON.parse(mapResults([stopped, told('unused'), anew], mapping))).toEqual([
      { fate: 'open', grossMm2: 0, openMm2: 4_000_000 },
      { fate: 'unused', grossMm2: 0, openMm2: 0 },
      { fate: null, grossMm2: 4_000_000, openMm2: 0 },
    ]);
  });
});
