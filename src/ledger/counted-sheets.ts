import type { SheetRecord } from '#domain/sheet-record.ts';

/** A sheet as it counts in a sum over several. */
export interface CountedSheet extends Pick<SheetRecord, 'grossMm2' | 'usableMm2' | 'nestedMm2' | 'pieces'> {
  readonly record: SheetRecord;
  /** It had lain on the table before: after a stop, or it is a remnant. */
  readonly isAgain: boolean;
  /** Its gross area where it had, else 0. */
  readonly againMm2: number;
}

/** What each record adds to sums over all of them, so that a hide counts once however often it lay on the table. The
 *  gross and usable area of a hide are those of its first job, in whatever shift that was: a job that goes on after a stop
 *  and one of a remnant add none. What a stop left uncut counts as laid (`nestedMm2`, `placed`) where it was laid again,
 *  if that is among the records. */
export function countedSheets(records: readonly SheetRecord[]): readonly CountedSheet[] {
  const followed = new Set(records.map((record) => record.follows ?? ''));
  return records.map((record) => {
    const isAgain = (record.follows ?? record.remnant ?? null) !== null;
    const isFollowed = followed.has(record.job);
    return {
      ...{ record, isAgain, againMm2: isAgain ? record.grossMm2 : 0 },
      grossMm2: isAgain ? 0 : record.grossMm2,
      usableMm2: isAgain ? {} : record.usableMm2,
      nestedMm2: isFollowed ? record.cutMm2 : record.nestedMm2,
      pieces: isFollowed ? record.pieces.map((piece) => ({ ...piece, placed: piece.cut })) : record.pieces,
    };
  });
}
