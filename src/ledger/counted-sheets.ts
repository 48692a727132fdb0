import type { SheetRecord } from '#domain/sheet-record.ts';

/** A sheet as it counts in a sum over several. */
export interface CountedSheet extends Pick<SheetRecord, 'grossMm2' | 'usableMm2' | 'nestedMm2' | 'pieces'> {
  readonly record: SheetRecord;
  /** It had lain on the table before: after a stop, or it is a remnant. */
  readonly isAgain: boolean;
  /** Its gross area where it had, else 0. */
  readonly againMm2: number;
  /** Its cutter stopped with no piece counted, and nobody knows what became of it. */
  readonly isOpen: boolean;
  /** Its gross area where that is so, else 0. */
  readonly openMm2: number;
}

/** What each record adds to sums over all of them, so that a hide counts once however often it lay on the table. The
 *  gross and usable area of a hide are those of its first job, in whatever shift that was: a job that goes on after a stop
 *  and one of a remnant add none. What a stop left uncut counts as laid (`nestedMm2`, `placed`) where it was laid again,
 *  if that is among the records. A hide that was stopped with no piece counted adds nothing: not before a job that goes
 *  on with it has cut, or somebody says that it is gone, and never where it is said to be uncut or another job's hide.
 *  @param later records of jobs that go on with these, but for those that are among them */
export function countedSheets(
  records: readonly SheetRecord[],
  later: readonly SheetRecord[] = [],
): readonly CountedSheet[] {
  const followed = new Set(records.map((record) => record.follows ?? ''));
  const rests = new Map([...records, ...later].map((record) => [record.follows ?? '', record]));
  return records.map((record) => {
    const isAgain = (record.follows ?? record.remnant ?? null) !== null;
    const isUncut = canHaveFate(record) && !isCutOn(record, rests);
    const isOpen = isUncut && record.fate === undefined;
    const isCounted = !isAgain && (!isUncut || record.fate?.sheet === 'used');
    const isLaidHere = !followed.has(record.job) && (isAgain || isCounted);
    return {
      ...{ record, isAgain, againMm2: isAgain ? record.grossMm2 : 0 },
      ...{ isOpen, openMm2: isOpen ? record.grossMm2 : 0 },
      grossMm2: isCounted ? record.grossMm2 : 0,
      usableMm2: isCounted ? record.usableMm2 : {},
      nestedMm2: isLaidHere ? record.nestedMm2 : record.cutMm2,
      pieces: isLaidHere ? record.pieces : record.pieces.map((piece) => ({ ...piece, placed: piece.cut })),
    };
  });
}

/** Whether it takes a person to know what became of this hide: its cutter stopped with no piece counted. Records of before
 *  contract 1.4 do not say what they follow, and count as they did. A remnant's leather was counted with its hide. */
export function canHaveFate({ state, cutMm2, follows, remnant }: SheetRecord): boolean {
  return state !== 'done' && cutMm2 === 0 && follows === null && (remnant ?? null) === null;
}

/** Whether a job that went on with this hide, or one after that, has cut something of it. */
function isCutOn({ job }: SheetRecord, rests: ReadonlyMap<string, SheetRecord>): boolean {
  for (let rest = rests.get(job); rest; rest = rests.get(rest.job))
    if (rest.state === 'done' || rest.cutMm2 > 0) return true;
  return false;
}
