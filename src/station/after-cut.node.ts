import { mkdir, readFile } from 'node:fs/promises';
import { sha256Of } from '#disk/sha256.node.ts';
import { cutComparisonSchema, type CutComparison, type CutDecision, type CutPieces } from '#domain/cut-comparison.ts';
import { finalJobStates, type Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { acceptSheet, cutOf, type Acceptance } from './accept-sheet.node.ts';
import { AFTER_CUT_FOLDER } from './job-folder.node.ts';
import { recountOrder } from './load-order.node.ts';
import { keepCopy, scanPicture } from './keep-copies.node.ts';
import { tableCornersOf } from './table-desk.node.ts';
import { folderOf, pathOf, type StationCore } from './station-core.node.ts';
import { notYet } from './station-errors.ts';
import { STATES_FOR_NEXT_JOB } from './transitions.ts';

/** What became of a sheet once it was cut: looked at by a person, or by a scan of the table that is held against the
 *  layout. */

export interface CutScanWish {
  readonly by: string;
  readonly pieces: CutPieces;
  /** Default: the station's. */
  readonly source?: string | undefined;
}

export interface KeptComparison {
  /** Of its file: what an acceptance names. */
  readonly sha256: string;
  readonly comparison: CutComparison;
}

/** What a person says of one piece of a comparison. */
export interface PieceWord {
  readonly by: string;
  readonly comparison: string;
  readonly placement: number;
  readonly isGood: boolean;
}

export interface DecidedComparison extends KeptComparison {
  /** What people have said of its pieces, by placement. */
  readonly decisions: readonly CutDecision[];
}

export interface AfterCutDesk {
  /** Scans the table and holds it against what was cut. Nothing is accepted by it.
   *  @throws KerfError STATION_BUSY, STATION_NOT_YET, STATION_SHEET_MOVED, INSPECT_NO_HIDE, INSPECT_TABLE_NOT_SEEN */
  compare(job: string, wish: CutScanWish): Promise<DecidedComparison>;
  /** The latest of a job. @throws KerfError STATION_COMPARISON_UNKNOWN */
  latest(job: string): Promise<DecidedComparison>;
  /** Keeps a person's word and tells every window; nothing is accepted by it.
   *  @throws KerfError STATION_COMPARISON_UNKNOWN, STATION_REQUEST_REFUSED where no such piece was cut */
  decide(job: string, word: PieceWord): Promise<CutDecision>;
  /** @throws KerfError STATION_COMPARISON_UNKNOWN */
  scanJpeg(job: string, maxPx: number): Promise<Uint8Array>;
  /** @throws KerfError STATION_SHEET_UNKNOWN, STATION_COMPARISON_UNKNOWN, STATION_PIECES_DOUBTFUL */
  accept(job: string, acceptance: Acceptance & { readonly comparison?: string | undefined }): Promise<SheetRecord>;
  /** A person ends the scan of this job that is under way, if there is one.
   *  @throws KerfError STATION_JOB_UNKNOWN, STATION_OTHER_CUT_SCAN where the one under way is of another job */
  end(job: string): Promise<void>;
  /** Ends a scan that is under way, whosever it is: the table is wanted for a hide, or the station closes. */
  drop(): void;
}

const LATEST = 'comparison.json';

export function afterCutDesk(core: StationCore): AfterCutDesk {
  const { options, memory, windows } = core;
  /** Placements of the comparison that is decided about: its file is some 200 kB, and each tap would read it. */
  let decided: { readonly job: string; readonly sha256: string; readonly placements: ReadonlySet<number> } | null =
    null;
  let scanning: { readonly job: string; readonly ended: AbortController } | null = null;

  async function look(
    job: Job,
    { by, pieces, source = options.source }: CutScanWish,
    signal: AbortSignal,
  ): Promise<KeptComparison> {
    const { rooms, store, clock } = options;
    const folder = folderOf(core, job.id);
    const { problem, result, cut } = await cutOf(core, job);
    if (cut.length === 0) throw notYet(job, 'cut piece');
    const before = await folder.inspection(job);
    const dir = folder.path(AFTER_CUT_FOLDER, 'scan');
    await mkdir(folder.path(AFTER_CUT_FOLDER), { recursive: true });
    const onProgress = () => undefined;
    const corners = await tableCornersOf(store);
    const thickness = job.thickness ?? null;
    const scanned = await rooms.acquireScan({ source, corners, thickness, dir, signal, onProgress });
    const judged = await rooms.judgeCut({
      ...{ dir, scan: scanned, signal },
      ...{ job: job.id, before, problem, result, cut, pieces },
    });
    signal.throwIfAborted();
    const comparison: CutComparison = { kerf: 1, job: job.id, at: clock.now(), by, pieces, ...judged };
    const text = JSON.stringify(comparison);
    const sha256 = sha256Of(text);
    // By its hash for whoever accepts it, and as the latest for whoever looks.
    await writeFileSynced(folder.path(AFTER_CUT_FOLDER, `${sha256}.json`), text);
    await writeFileSynced(folder.path(AFTER_CUT_FOLDER, LATEST), text);
    // The next scan takes this one's place; what is accepted by this one refers to it.
    await keepCopy(rooms, folder, [AFTER_CUT_FOLDER]);
    const count = (verdict: string) => comparison.sights.filter((sight) => sight.verdict === verdict).length;
    const counts = {
      acceptedCount: count('accepted'),
      rejectedCount: count('rejected'),
      doubtfulCount: count('doubtful'),
    };
    await store.note({
      kind: 'sheet compared',
      at: comparison.at,
      by,
      details: { job: job.id, pieces, ...counts, sha256 },
    });
    windows.tell({ kind: 'cut-scan', job: job.id, comparison: sha256, decision: null });
    return { sha256, comparison };
  }

  async function withDecisions(kept: KeptComparison): Promise<DecidedComparison> {
    return { ...kept, decisions: await options.store.cutDecisions(kept.comparison.job, kept.sha256) };
  }

  async function placementsOf(job: string, sha256: string): Promise<ReadonlySet<number>> {
    if (decided?.sha256 !== sha256 || decided.job !== job) {
      const { comparison } = await read(job, `${sha256}.json`);
      decided = { job, sha256, placements: new Set(comparison.sights.map(({ placement }) => placement)) };
    }
    return decided.placements;
  }

  async function read(id: string, name: string): Promise<KeptComparison> {
    // An id that is in the store is no path.
    const { id: job } = await jobOf(core, id);
    const path = pathOf(core, job, AFTER_CUT_FOLDER, name);
    const bytes = await readFile(path).catch(() => null);
    if (!bytes)
      throw new KerfError(
        'STATION_COMPARISON_UNKNOWN',
        `Job ${job} has no such scan after cutting: scan the table again.`,
        {
          fault: 'answer',
          details: { job },
        },
      );
    const text = bytes.toString();
    const comparison = parseDocument(cutComparisonSchema, parseJson(text, path), { name: 'comparison', where: path });
    return { sha256: sha256Of(bytes), comparison };
  }

  const busy = (message: string) =>
    new KerfError('STATION_BUSY', message, { fault: 'answer', details: { state: memory.state } });

  return {
    async compare(id, wish) {
      const job = await jobOf(core, id);
      if (!finalJobStates.has(job.state) || job.cutSha256 === null) throw notYet(job, 'cut piece');
      // One table, one camera.
      if (scanning || !STATES_FOR_NEXT_JOB.has(memory.state))
        throw busy(`The station is ${memory.state}${scanning ? ' and scans' : ''}; wait for it.`);
      const { signal } = (scanning = { job: job.id, ended: new AbortController() }).ended;
      try {
        return await withDecisions(await look(job, wish, signal));
      } catch (cause) {
        if (signal.aborted) throw busy('The scan after cutting was ended, by a person or for a new hide: scan again.');
        throw cause;
      } finally {
        scanning = null;
      }
    },
    async end(id) {
      const { id: job } = await jobOf(core, id);
      if (scanning && scanning.job !== job)
        throw new KerfError(
          'STATION_OTHER_CUT_SCAN',
          `The scan after cutting that is under way is of job ${scanning.job}, not of ${job}. Nothing was ended: wait for it, or end it by its own job.`,
          { fault: 'answer', details: { job, scanning: scanning.job } },
        );
      scanning?.ended.abort();
    },
    drop: () => scanning?.ended.abort(),
    latest: async (job) => withDecisions(await read(job, LATEST)),
    async decide(id, { by, comparison, placement, isGood }) {
      const { id: job } = await jobOf(core, id);
      if (!(await placementsOf(job, comparison)).has(placement))
        throw new KerfError(
          'STATION_REQUEST_REFUSED',
          `Job ${job}: found placement ${placement}, expected one that this scan after cutting has looked at.`,
          { details: { job, placement } },
        );
      const decision = { placement, isGood, by, at: options.clock.now() };
      await options.store.putCutDecision({ job, comparison, ...decision });
      windows.tell({ kind: 'cut-scan', job, comparison, decision });
      return decision;
    },
    async scanJpeg(job, maxPx) {
      await read(job, LATEST);
      return scanPicture(options.rooms, folderOf(core, job), [AFTER_CUT_FOLDER], maxPx);
    },
    async accept(job, { comparison: sha256, ...acceptance }) {
      const seen = sha256 === undefined ? null : await read(job, `${sha256}.json`);
      const record = await acceptSheet(core, job, acceptance, seen);
      await recountOrder(core);
      windows.tell({ kind: 'sheet', job });
      return record;
    },
  };
}

async function jobOf({ options }: StationCore, id: string): Promise<Job> {
  const job = await options.store.job(id);
  if (!job) throw new KerfError('STATION_JOB_UNKNOWN', `There is no job ${id}.`, { details: { job: id } });
  return job;
}
