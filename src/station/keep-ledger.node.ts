import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { finalJobStates, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { problemSchema } from '#domain/problem.ts';
import type { ResultsMappingInput } from '#domain/results-mapping.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import type { ShiftReport } from '#domain/shift-report.ts';
import { mapResults } from '#ledger/map-results.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { shiftReport } from '#ledger/shift-report.ts';
import { sheetRecord, withAcceptance } from '#ledger/sheet-record.ts';
import type { StoredEvent } from '#store/records.ts';
import { sha256Of, solverSha256 } from './sign-release.node.ts';
import { folderOf, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import { remnantsLeft } from './stock-desk.node.ts';
import { transitionOf, type JobEvent } from './transitions.ts';

/** Writes the ledger's record of a job that has ended with a layout; once, however often it is asked to. */
export async function keepSheet(core: StationCore, job: Job): Promise<void> {
  if (!finalJobStates.has(job.state) || job.layoutSha256 === null) return;
  const { store, version } = core.options;
  const folder = folderOf(core, job.id);
  const read = async (name: string) => {
    const path = folder.path(name);
    const text = await readFile(path, 'utf8');
    const sha256 = sha256Of(text);
    await setImmediate();
    return { json: parseJson(text, path), where: path, sha256 };
  };
  // Each of these takes up to 10 ms to hash, check, add up or hand over: a turn of the event loop each.
  const inspection = await folder.inspection(job);
  await setImmediate();
  const problemFile = await read('problem.json');
  const problem = parseDocument(problemSchema, problemFile.json, { name: 'problem', where: problemFile.where });
  await setImmediate();
  const layoutFile = await read('layout.json');
  const result = parseDocument(nestResultSchema, layoutFile.json, { name: 'layout', where: layoutFile.where });
  await setImmediate();
  const cutOrder = job.cutSha256 === null ? [] : (await folder.cutView(job)).order;
  await setImmediate();
  const record = sheetRecord({
    job,
    inspection,
    problem,
    result,
    cutOrder,
    correctionCount: (await store.labels(job.id)).length,
    states: statesOf(await store.events(job.id)),
    version,
    solverSha256: await solverSha256(),
    problemSha256: problemFile.sha256,
    layoutSha256: layoutFile.sha256,
  });
  await setImmediate();
  const remnants = await remnantsLeft(core, job, { problem, result, order: cutOrder }).catch(noRemnants(core, job));
  const isCut = job.state === 'done' || (job.cutCount ?? 0) > 0;
  await store.putSheet({
    ...{ job: job.id, at: record.at, document: JSON.stringify(record), isChange: false },
    remnants,
    ...(isCut ? { used: { remnant: job.remnant ?? null, leftBy: job.follows ?? null } } : {}),
  });
}

/** The ledger has its record although the geometry failed. */
function noRemnants({ options }: StationCore, job: Job): (cause: unknown) => [] {
  return (cause) => {
    options.logger.warn('remnants.not.kept', { job: job.id, code: codeOf(cause) });
    return [];
  };
}

/** Records of jobs that ended when the power went. */
export async function keepForgottenSheets(core: StationCore): Promise<void> {
  for (const job of await core.options.store.jobsWithoutSheet(100))
    await keepSheet(core, job).catch((cause: unknown) =>
      core.options.logger.warn('ledger.not.kept', { job: job.id, code: codeOf(cause) }),
    );
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

/** What a person took of what was cut. `rejected` are placements of the layout. */
export async function acceptSheet(
  core: StationCore,
  job: string,
  { by, rejected }: { readonly by: string; readonly rejected: readonly number[] },
): Promise<SheetRecord> {
  const { store, clock } = core.options;
  const record = await sheetOf(core, job);
  const path = folderOf(core, job).path('layout.json');
  const result = parseDocument(nestResultSchema, parseJson(await readFile(path, 'utf8'), path), {
    name: 'layout',
    where: path,
  });
  const placements = result.layouts.flatMap((layout) => layout.placements);
  const problemPath = folderOf(core, job).path('problem.json');
  const problem = parseDocument(problemSchema, parseJson(await readFile(problemPath, 'utf8'), problemPath), {
    name: 'problem',
    where: problemPath,
  });
  const whole = await store.job(job);
  const order = whole?.cutSha256 ? (await folderOf(core, job).cutView(whole)).order : [];
  // Of a job that was broken off the cutter has cut what it counted, in its order.
  const isCut = new Set(record.state === 'done' ? placements.keys() : order.slice(0, whole?.cutCount ?? 0));
  const unique = [...new Set(rejected)].filter((placement) => isCut.has(placement));
  const rejectedById = new Map<string, number>();
  for (const placement of unique) {
    const id = problem.pieces[placements[placement]?.piece ?? -1]?.id ?? '';
    rejectedById.set(id, (rejectedById.get(id) ?? 0) + 1);
  }
  const at = clock.now();
  const accepted = withAcceptance(record, { by, at, how: 'tap', rejected: unique }, rejectedById);
  await store.putSheet({ job, at: record.at, document: JSON.stringify(accepted), isChange: true });
  await store.note({ kind: 'sheet accepted', at, by, details: { job, rejectedCount: unique.length } });
  return accepted;
}

/** The shift from `from` to `until`, ISO times. */
export async function shiftOf(core: StationCore, span: Span): Promise<ShiftReport> {
  return shiftReport(await recordsOf(core, span), span);
}

/** The same on paper. */
export async function shiftPaperOf(core: StationCore, span: Span): Promise<Uint8Array> {
  const { store, clock, settings, version } = core.options;
  const records = await recordsOf(core, span);
  const { shiftPdf } = await import('#ledger/shift-pdf.node.ts');
  return shiftPdf({
    ...{ report: shiftReport(records, span), records, grading: core.grading, version },
    ...{ site: settings.site, station: settings.station, madeAt: clock.now(), head: await store.auditHead() },
  });
}

/** Its sheets as another's program wants them. @throws KerfError LEDGER_MAPPING_REFUSED */
export async function resultsOf(core: StationCore, span: Span, mapping: ResultsMappingInput): Promise<string> {
  return mapResults(await recordsOf(core, span), mapping);
}

interface Span {
  readonly from: string;
  readonly until: string;
}

async function recordsOf({ options }: StationCore, { from, until }: Span): Promise<SheetRecord[]> {
  return (await options.store.sheets(from, until)).map(readSheetRecord);
}

/** The states that the events led through, by the table. */
function statesOf(events: readonly StoredEvent[]): { readonly state: string; readonly at: string }[] {
  const states: { state: Job['state']; at: string }[] = [];
  for (const { kind, at } of events) {
    const from = states.at(-1)?.state;
    const to = kind === 'new' ? 'new' : from && transitionOf(from, kind as JobEvent)?.to;
    if (to) states.push({ state: to, at });
  }
  return states;
}
