import type { HidePassport } from '#domain/hide-passport.ts';
import type { ResultsMappingInput } from '#domain/results-mapping.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { hidePassport } from './hide-passport.node.ts';
import { comingSheetOf, resultsOf, shiftOf, shiftPaperOf, type Span } from './keep-ledger.node.ts';
import type { StationCore } from './station-core.node.ts';
import { tellFate, type FateWord } from './tell-fate.node.ts';

export interface LedgerDesk {
  /** Of a job that has ended. @throws KerfError STATION_SHEET_UNKNOWN */
  sheet(job: string): Promise<SheetRecord>;
  /** @throws KerfError STATION_SHEET_UNKNOWN, STATION_REQUEST_REFUSED */
  tellFate(job: string, word: FateWord): Promise<SheetRecord>;
  shift(span: Span): Promise<ShiftReport>;
  /** The same as a PDF. */
  shiftPaper(span: Span): Promise<Uint8Array>;
  /** Results by another's columns. @throws KerfError LEDGER_MAPPING_REFUSED */
  results(span: Span, mapping: ResultsMappingInput): Promise<string>;
  /** What is known of a hide. @throws KerfError STATION_HIDE_UNKNOWN */
  hide(code: string): Promise<HidePassport>;
}

/** What was cut, as the records have it. */
export function ledgerDesk(core: StationCore): LedgerDesk {
  const { store } = core.options;
  return {
    sheet: (job) => comingSheetOf(core, job),
    tellFate: (job, word) => tellFate(core, job, word),
    shift: (span) => shiftOf(core, span),
    shiftPaper: (span) => shiftPaperOf(core, span),
    results: (span, mapping) => resultsOf(core, span, mapping),
    hide: (code) => hidePassport(store, store.dir, code),
  };
}
