import { sha256Of } from '#disk/sha256.node.ts';
import { countedCuts } from '#domain/counted-cuts.ts';
import type { Job } from '#domain/job.ts';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { Remnant } from '#domain/remnant.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { sheetRecord } from '#ledger/sheet-record.ts';
import { laidOutlines } from '#nest/laid-outlines.ts';
import { remnantsOf, type RemnantOptions } from '#nest/remnants.ts';
import { JobFolder } from './job-folder.node.ts';
import type { SettledSheet, SettleQuestion } from './rooms.ts';
import { codeOf } from './station-errors.ts';

/** Beside a cut without any spacing leather is nicked by so much, mm. */
const LEAST_GAP = 1;

/** The ledger's record of a job that has ended and what it left of its sheet, read from the job's files. Some 50 ms of
 *  reading and geometry with 500 pieces, so this is for the rooms' process.
 *  @throws KerfError STORE_FILE_CHANGED, or the first thing in a file that does not fit */
export async function settleSheet(question: SettleQuestion): Promise<SettledSheet> {
  const { dataDir, job, stock, ...facts } = question;
  const folder = new JobFolder(dataDir, job.id);
  const { text: layoutText, result } = await folder.layout();
  const { text: problemText, problem } = await folder.problem();
  const cutOrder = job.cutSha256 === null ? [] : (await folder.cutView(job)).order;
  const record = sheetRecord({
    ...facts,
    ...{ job, problem, result, cutOrder },
    inspection: await folder.inspection(job),
    problemSha256: sha256Of(problemText),
    layoutSha256: sha256Of(layoutText),
  });
  const settled = { document: JSON.stringify(record), at: record.at };
  try {
    return { ...settled, remnants: remnantsLeft({ job, problem, result, cutOrder, stock }), remnantsFailed: null };
  } catch (cause) {
    return { ...settled, remnants: [], remnantsFailed: codeOf(cause) };
  }
}

interface Ended {
  readonly job: Job;
  readonly problem: Problem;
  readonly result: NestResult;
  readonly cutOrder: readonly number[];
  readonly stock: Omit<RemnantOptions, 'gap'>;
}

/** A job that was broken off has cut what the cutter counted, and perhaps begun the next piece; where it never counted
 *  nobody knows, and nothing is left. */
function remnantsLeft({ job, problem, result, cutOrder, stock }: Ended): readonly Remnant[] {
  const { cut, begun } = countedCuts(job, cutOrder);
  const { sheets, pieces } = inMillimetres(problem);
  const layout = result.layouts[0];
  const sheet = layout && sheets?.[layout.material];
  if (cut.length === 0 || !sheet) return [];
  const outlines = laidOutlines(layout, pieces);
  const gone = [...cut, ...(begun === null ? [] : [begun])];
  const cutOutlines = gone.flatMap((placement) => (outlines[placement] ? [outlines[placement]] : []));
  const found = remnantsOf(sheet, cutOutlines, { ...stock, gap: Math.max(LEAST_GAP, problem.spacing ?? 0) });
  return found.map(({ sheet: rest, areaMm2, usableMm2 }, k): Remnant => {
    const id = `${job.id}-r${k + 1}`;
    return {
      ...{ kerf: 1, id, job: job.id, hide: job.hide ?? null, at: job.updatedAt },
      ...{ state: 'free', endedBy: null, endedAt: null, areaMm2, usableMm2 },
      sheet: { ...rest, id },
    };
  });
}
