import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { countedSheets, type CountedSheet } from './counted-sheets.ts';

/** Sums the sheets that ended from `from` (included) to `until` (not), as `countedSheets` counts them.
 *  @param later records of jobs that went on with these after the span */
export function shiftReport(
  records: readonly SheetRecord[],
  { from, until }: { readonly from: string; readonly until: string },
  later: readonly SheetRecord[] = [],
): ShiftReport {
  const sheets = countedSheets(records, later);
  const total = <T>(all: readonly T[], of: (one: T) => number) => rounded(all.reduce((sum, one) => sum + of(one), 0));
  const sum = (of: (record: SheetRecord) => number) => total(records, of);
  const done = records.filter((r) => r.state === 'done');
  const [grossMm2, nestedMm2] = [total(sheets, (s) => s.grossMm2), total(sheets, (s) => s.nestedMm2)];
  const cutMm2 = sum((r) => r.cutMm2);
  const usableMm2 = summed(sheets.map((s) => s.usableMm2));
  const usable = Object.entries(usableMm2).reduce((all, [grade, area]) => all + (Number(grade) > 0 ? area : 0), 0);
  return {
    kerf: 1,
    from,
    until,
    sheetCount: records.length,
    doneCount: done.length,
    brokenOffCount: records.length - done.length,
    againCount: sheets.filter((s) => s.isAgain).length,
    grossMm2,
    againMm2: total(sheets, (s) => s.againMm2),
    open: openOf(sheets),
    openMm2: total(sheets, (s) => s.openMm2),
    usableMm2,
    nestedMm2,
    cutMm2,
    acceptedMm2: sum((r) => r.accepted?.areaMm2 ?? 0),
    acceptedSheetCount: records.filter((r) => r.accepted !== null).length,
    grossYieldBp: share(nestedMm2, grossMm2),
    usableYieldBp: share(nestedMm2, usable),
    cutYieldBp: share(cutMm2, grossMm2),
    secondsIn: summed(records.map((r) => r.secondsIn)),
    correctionCount: sum((r) => r.correctionCount),
    waivedCount: sum((r) => r.waivedCount),
    byOrder: grouped(sheets, (s) => s.record.order).map(([order, all]) => ({
      order,
      sheetCount: all.length,
      nestedMm2: total(all, (s) => s.nestedMm2),
      cutMm2: total(all, (s) => s.record.cutMm2),
      pieces: grouped(
        all.flatMap((s) => s.pieces),
        (piece) => piece.id,
      ).map(([id, pieces]) => ({
        id,
        placed: total(pieces, (piece) => piece.placed),
        cut: total(pieces, (piece) => piece.cut),
      })),
    })),
    byPerson: grouped(
      records.filter((r) => r.approvedBy !== null),
      (r) => r.approvedBy ?? '',
    ).map(([name, all]) => ({ name, sheetCount: all.length })),
  };
}

function openOf(sheets: readonly CountedSheet[]): ShiftReport['open'] {
  const named = new Set(sheets.map(({ record }) => record.fate?.job ?? ''));
  return sheets
    .filter((sheet) => sheet.isOpen)
    .map(({ record: { job, seq, order, at, grossMm2 } }) => {
      const next = sheets
        .filter((s) => s.record.seq > seq && !s.isAgain && !named.has(s.record.job))
        .reduce<CountedSheet | null>((first, s) => (first && first.record.seq < s.record.seq ? first : s), null);
      return {
        ...{ job, seq, order, at, grossMm2 },
        next: next && { job: next.record.job, seq: next.record.seq },
      };
    });
}

function grouped<T>(items: readonly T[], key: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

function summed(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const one of all)
    for (const [key, value] of Object.entries(one)) total[key] = rounded((total[key] ?? 0) + value);
  return total;
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.round((10_000 * part) / whole) : 0;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
