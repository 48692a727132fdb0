import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';

/** Sums the sheets that ended from `from` (included) to `until` (not). */
export function shiftReport(
  records: readonly SheetRecord[],
  { from, until }: { readonly from: string; readonly until: string },
): ShiftReport {
  const sum = (of: (record: SheetRecord) => number) => rounded(records.reduce((total, r) => total + of(r), 0));
  const done = records.filter((r) => r.state === 'done');
  const [grossMm2, nestedMm2, cutMm2] = [sum((r) => r.grossMm2), sum((r) => r.nestedMm2), sum((r) => r.cutMm2)];
  const usableMm2 = summed(records.map((r) => r.usableMm2));
  const usable = Object.entries(usableMm2).reduce((total, [grade, area]) => total + (Number(grade) > 0 ? area : 0), 0);
  return {
    kerf: 1,
    from,
    until,
    sheetCount: records.length,
    doneCount: done.length,
    brokenOffCount: records.length - done.length,
    grossMm2,
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
    byOrder: grouped(records, (r) => r.order).map(([order, all]) => ({
      order,
      sheetCount: all.length,
      nestedMm2: rounded(all.reduce((total, r) => total + r.nestedMm2, 0)),
      cutMm2: rounded(all.reduce((total, r) => total + r.cutMm2, 0)),
      pieces: grouped(
        all.flatMap((r) => r.pieces),
        (piece) => piece.id,
      ).map(([id, pieces]) => ({
        id,
        placed: pieces.reduce((total, piece) => total + piece.placed, 0),
        cut: pieces.reduce((total, piece) => total + piece.cut, 0),
      })),
    })),
    byPerson: grouped(
      records.filter((r) => r.approvedBy !== null),
      (r) => r.approvedBy ?? '',
    ).map(([name, all]) => ({ name, sheetCount: all.length })),
  };
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
