import { finalJobStates, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { ResultsMappingInput } from '#domain/results-mapping.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { mapResults } from '#ledger/map-results.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { shiftReport } from '#ledger/shift-report.ts';
import type { StoredEvent } from '#store/records.ts';
import { solverSha256 } from './sign-release.node.ts';
import { atPoint, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import { transitionOf, type JobEvent } from './transitions.ts';

interface KeepOptions {
  /** The cutter has said more than the record knows: it is made anew, and so is what the job left. */
  readonly isRecount?: boolean;
}

/** Writes the ledger's record of a job that has ended with a layout; once, however often it is asked to. */
async function keepSheet(core: StationCore, job: Job, { isRecount = false }: KeepOptions = {}): Promise<void> {
  if (!finalJobStates.has(job.state) || job.layoutSha256 === null) return;
  const { store, version, rooms, settings, logger } = core.options;
  const { document, at, remnants, remnantsFailed } = await rooms.settleSheet({
    dataDir: store.dir,
    job,
    correctionCount: (await store.labels(job.id)).length,
    states: statesOf(await store.events(job.id)),
    version,
    solverSha256: await solverSha256(),
    stock: settings.stock,
  });
  if (remnantsFailed !== null) logger.warn('remnants.not.kept', { job: job.id, code: remnantsFailed });
  const isCut = job.state === 'done' || (job.cutCount ?? 0) > 0;
  atPoint(core, 'sheet: before commit');
  await store.putSheet({
    ...{ job: job.id, at, document, isChange: isRecount },
    remnants,
    areRemnantsAnew: isRecount,
    ...(isCut ? { used: { remnant: job.remnant ?? null, leftBy: job.follows ?? null } } : {}),
  });
  atPoint(core, 'sheet: committed');
}

/** The same; what fails is made good when the disk takes again, or at the next start. */
export async function keepSheetOrNote(core: StationCore, job: Job, options: KeepOptions = {}): Promise<void> {
  await keepSheet(core, job, options).catch((cause: unknown) => {
    core.options.logger.warn('ledger.not.kept', { job: job.id, code: codeOf(cause) });
    core.noteDisk(cause);
  });
}

/** Records of jobs that ended when the power went, or when the disk took no more. */
export async function keepForgottenSheets(core: StationCore): Promise<void> {
  for (const job of await core.options.store.jobsWithoutSheet(100)) await keepSheetOrNote(core, job);
}

/** @throws KerfError STATION_SHEET_UNKNOWN */
export async function sheetOf({ options }: StationCore, job: string): Promise<SheetRecord> {
  const text = await options.store.sheet(job);
  if (text === null)
    throw new KerfError('STATION_SHEET_UNKNOWN', `The ledger has no sheet of job ${job} (yet).`, { details: { job } });
  return readSheetRecord(text);
}

/** Between two looks for a record that is on its way, ms, and how many. */
const SHEET_LOOK_MS = 100;
const SHEET_LOOKS = 30;

/** The same, of the job that the cutter has just ended once its record is kept: a moment after the job's last state, which a
 *  window hears of first. @throws KerfError STATION_SHEET_UNKNOWN */
export async function comingSheetOf(core: StationCore, id: string): Promise<SheetRecord> {
  const { store, timers } = core.options;
  const job = core.memory.job;
  const isComing =
    job?.id === id &&
    job.state !== 'rejected' &&
    finalJobStates.has(job.state) &&
    job.approvedBy !== null &&
    job.reason === null;
  for (let look = 0; isComing && look < SHEET_LOOKS && !core.isClosing(); look += 1) {
    if ((await store.sheet(id)) !== null) break;
    await new Promise<void>((done) => timers.after(SHEET_LOOK_MS, done));
  }
  return sheetOf(core, id);
}

/** The shift of these times. */
export async function shiftOf(core: StationCore, span: Span): Promise<ShiftReport> {
  const { records, later } = await recordsOf(core, span);
  return shiftReport(records, span, later);
}

/** The same on paper. */
export async function shiftPaperOf(core: StationCore, span: Span): Promise<Uint8Array> {
  const { store, clock, settings, version } = core.options;
  const { records, later } = await recordsOf(core, span);
  const { shiftPdf } = await import('#ledger/shift-pdf.node.ts');
  return shiftPdf({
    ...{ report: shiftReport(records, span, later), records, later, grading: core.grading, version },
    ...{ site: settings.site, station: settings.station, madeAt: clock.now(), head: await store.auditHead() },
  });
}

/** Its sheets as another's program wants them. @throws KerfError LEDGER_MAPPING_REFUSED */
export async function resultsOf(core: StationCore, span: Span, mapping: ResultsMappingInput): Promise<string> {
  const { records, later } = await recordsOf(core, span);
  return mapResults(records, mapping, later);
}

/** ISO times: from this one until before that one. */
export interface Span {
  readonly from: string;
  readonly until: string;
}

interface SpanRecords {
  readonly records: readonly SheetRecord[];
  /** Of jobs that went on with these after the span. */
  readonly later: readonly SheetRecord[];
}

async function recordsOf({ options: { store } }: StationCore, { from, until }: Span): Promise<SpanRecords> {
  return {
    records: (await store.sheets(from, until)).map(readSheetRecord),
    later: (await store.sheetsAfter(from, until)).map(readSheetRecord),
  };
}

/** The states that the events led through, by the table. */
function statesOf(events: readonly StoredEvent[]): { readonly state: string; readonly at: string }[] {
  const states: { state: Job['state']; at: string }[] = [];
  for (const { kind, at } of events) {
    const from = states.at(-1)?.state;
    // A restore ends a job from any state.
    const to = kind === 'new' || kind === 'failed' ? kind : from && transitionOf(from, kind as JobEvent)?.to;
    if (to) states.push({ state: to, at });
  }
  return states;
}
