import { KerfError } from '#domain/kerf-error.ts';
import type { SheetFate, SheetRecord } from '#domain/sheet-record.ts';
import { canHaveFate } from '#ledger/counted-sheets.ts';
import { sheetOf } from './keep-ledger.node.ts';
import type { StationCore } from './station-core.node.ts';

export type FateWord = Pick<SheetFate, 'by' | 'sheet'> & { readonly again?: string | undefined };

/** A person says what became of a hide whose cutter stopped with no piece counted; again with another word it takes the
 *  earlier one's place, and the audit log holds both.
 *  @throws KerfError STATION_SHEET_UNKNOWN, STATION_REQUEST_REFUSED where the cutter has counted, the sheet was no whole
 *  hide, or no later hide of that name was scanned */
export async function tellFate(core: StationCore, id: string, { by, sheet, again }: FateWord): Promise<SheetRecord> {
  const { store, clock } = core.options;
  const record = await sheetOf(core, id);
  if (!canHaveFate(record))
    throw refused(
      id,
      `found a job that is ${record.state} with ${record.cutMm2} mm2 counted as cut, expected one that was broken off on a whole hide with none`,
    );
  if ((sheet === 'again') !== (again !== undefined))
    throw refused(id, `found sheet "${sheet}" and job ${again ?? 'none'}, expected a job with "again" and only there`);
  const other = again === undefined ? null : await store.job(again);
  if (again !== undefined && (!other || other.seq <= record.seq || (other.follows ?? other.remnant ?? null) !== null))
    throw refused(id, `found job ${again}, expected a later one that was scanned as a new hide`);
  const at = clock.now();
  const told: SheetRecord = { ...record, fate: { by, at, sheet, job: again ?? null } };
  await store.putSheet({ job: id, at: record.at, document: JSON.stringify(told), isChange: true });
  await store.note({ kind: 'sheet fate told', at, by, details: { job: id, sheet, again: again ?? null } });
  core.windows.tell({ kind: 'sheet', job: id });
  return told;
}

function refused(job: string, what: string): KerfError {
  return new KerfError('STATION_REQUEST_REFUSED', `Job ${job}: ${what}.`, { details: { job } });
}
