import { countedCuts } from '#domain/counted-cuts.ts';
import type { CutComparison } from '#domain/cut-comparison.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import { withAcceptance } from '#ledger/sheet-record.ts';
import { sheetOf } from './keep-ledger.node.ts';
import { folderOf, type StationCore } from './station-core.node.ts';

export interface Acceptance {
  readonly by: string;
  /** Placements of the layout that are no good. */
  readonly rejected: readonly number[];
  /** Placements that are, whatever a scan said of them. */
  readonly accepted?: readonly number[] | undefined;
}

/** What is accepted of what was cut: by a person alone all but what she rejects; by a scan what it says, where the person
 *  has not decided otherwise. @throws KerfError STATION_SHEET_UNKNOWN, STATION_PIECES_DOUBTFUL */
export async function acceptSheet(
  core: StationCore,
  id: string,
  acceptance: Acceptance,
  seen: { readonly sha256: string; readonly comparison: CutComparison } | null,
): Promise<SheetRecord> {
  const { store, clock } = core.options;
  const { by } = acceptance;
  const record = await sheetOf(core, id);
  const job = await store.job(id);
  if (!job) return record;
  const { problem, result, cut } = await cutOf(core, job);
  const isCut = new Set(cut);
  const { rejected, decided } = decide(acceptance, seen?.comparison ?? null, id);
  const unique = [...new Set(rejected)].filter((placement) => isCut.has(placement));
  const placements = result.layouts.flatMap((layout) => layout.placements);
  const rejectedById = new Map<string, number>();
  for (const placement of unique) {
    const piece = problem.pieces[placements[placement]?.piece ?? -1]?.id ?? '';
    rejectedById.set(piece, (rejectedById.get(piece) ?? 0) + 1);
  }
  const at = clock.now();
  const scan = seen && { scan: { comparisonSha256: seen.sha256, scanSha256: seen.comparison.scan.sha256, decided } };
  const how = seen ? ('scan' as const) : ('tap' as const);
  const accepted = withAcceptance(record, { by, at, how, rejected: unique, ...scan }, rejectedById);
  await store.putSheet({ job: id, at: record.at, document: JSON.stringify(accepted), isChange: true });
  await store.note({ kind: 'sheet accepted', at, by, details: { job: id, how, rejectedCount: unique.length } });
  return accepted;
}

/** @returns what is rejected, and which of it and of the rest the person decided against or without the scan */
function decide(
  { rejected, accepted = [] }: Acceptance,
  comparison: CutComparison | null,
  job: string,
): { readonly rejected: readonly number[]; readonly decided: readonly number[] } {
  const isAccepted = new Set(accepted);
  const both = rejected.find((placement) => isAccepted.has(placement));
  if (both !== undefined)
    throw new KerfError('STATION_REQUEST_REFUSED', `Placement ${both} is both accepted and rejected.`, {
      details: { job, placement: both },
    });
  if (!comparison) return { rejected, decided: [] };
  const isRejected = new Set(rejected);
  const open = comparison.sights.filter(
    ({ verdict, placement }) => verdict === 'doubtful' && !isRejected.has(placement) && !isAccepted.has(placement),
  );
  if (open.length > 0)
    throw new KerfError(
      'STATION_PIECES_DOUBTFUL',
      `Job ${job}: the scan is in doubt about ${open.length} of ${comparison.sights.length} pieces. Look at them, and accept or reject each: placements ${open
        .slice(0, 20)
        .map((sight) => sight.placement)
        .join(', ')}.`,
      { fault: 'answer', details: { job, count: open.length } },
    );
  const decided = comparison.sights.filter(
    ({ placement, verdict }) =>
      (isRejected.has(placement) && verdict !== 'rejected') || (isAccepted.has(placement) && verdict !== 'accepted'),
  );
  return {
    rejected: comparison.sights
      .filter(
        ({ placement, verdict }) => !isAccepted.has(placement) && (isRejected.has(placement) || verdict === 'rejected'),
      )
      .map((sight) => sight.placement),
    decided: decided.map((sight) => sight.placement),
  };
}

/** A job's layout, and which of its placements were cut, in the layout's order. */
export async function cutOf(
  core: StationCore,
  job: Job,
): Promise<{ readonly problem: Problem; readonly result: NestResult; readonly cut: readonly number[] }> {
  const folder = folderOf(core, job.id);
  const { result } = await folder.layout();
  const { problem } = await folder.problem();
  const order = job.cutSha256 === null ? [] : (await folder.cutView(job)).order;
  return { problem, result, cut: [...countedCuts(job, order).cut].sort((a, b) => a - b) };
}
