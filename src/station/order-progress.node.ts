import { readFile } from 'node:fs/promises';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { nestResultSchema, type NestResult } from '#domain/nest-result.ts';
import { problemSchema, type Problem } from '#domain/problem.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import { readSheetRecord } from '#ledger/read-sheet-record.ts';
import { readFileChecked } from '#store/job-files.node.ts';
import { cutOfOrder, type CutOfOrder, type HideOfOrder } from './cut-of-order.ts';
import { isOfImport, type OrderAbout } from './order-about.node.ts';
import { pathOf, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';

/** Jobs that one listing looks through, newest first: years of a busy table. */
const MOST_JOBS = 20_000;

/** Jobs with a layout for an order, newest first. @param about of a counted order, whose name an earlier one may have had */
export async function jobsOfOrder(
  { options }: StationCore,
  name: string,
  about: OrderAbout | null,
): Promise<readonly Job[]> {
  const jobs = await options.store.jobsOfOrder(name, MOST_JOBS);
  return jobs.filter((job) => job.layoutSha256 !== null && (!about || isOfImport(about, job)));
}

/** What is cut of a counted order. @param before see `cutOfOrder`
 *  @throws KerfError STATION_ORDER_NOT_COUNTED */
export async function progressOf(
  core: StationCore,
  name: string,
  about: OrderAbout,
  before: string | null = null,
): Promise<CutOfOrder> {
  const jobs = await jobsOfOrder(core, name, about);
  const texts = await core.options.store.sheetsOfOrder(name, MOST_JOBS);
  const records = new Map(texts.map(readSheetRecord).map((record) => [record.job, record]));
  const hides = jobs.map(async (job) => ({ job, good: await goodOf(core, job, records.get(job.id)) }));
  return cutOfOrder(await Promise.all(hides), before);
}

/** Pieces that found no place on a job's hide; none where its files were taken away. */
export async function unplacedOf(
  core: StationCore,
  job: Job,
): Promise<readonly { readonly id: string; readonly count: number; readonly reason: string }[]> {
  try {
    const { result, problem } = await laidOn(core, job);
    return result.unplaced.map(({ piece, count, reason }) => ({ id: idOf(problem, piece), count, reason }));
  } catch (cause) {
    core.options.logger.warn('order.hide.unreadable', { job: job.id, reason: codeOf(cause) });
    return [];
  }
}

/** By the ledger's record: what was cut, less what was rejected, once somebody has looked; until then all of a job that is
 *  done. The layout says it for the moment in which there is no record yet. */
async function goodOf(core: StationCore, job: Job, record: SheetRecord | undefined): Promise<HideOfOrder['good']> {
  if (record && (record.accepted !== null || job.state === 'done'))
    return new Map(record.pieces.map(({ id, cut, rejected = 0 }) => [id, cut - rejected]));
  if (job.state !== 'done') return null;
  try {
    const { result, problem } = await laidOn(core, job);
    const placed = new Map<string, number>();
    for (const { piece } of result.layouts.flatMap((layout) => layout.placements)) {
      const id = idOf(problem, piece);
      placed.set(id, (placed.get(id) ?? 0) + 1);
    }
    return placed;
  } catch (cause) {
    throw new KerfError(
      'STATION_ORDER_NOT_COUNTED',
      `Order ${job.order}: the ledger has no record of job ${job.id}, and its layout cannot be read (${codeOf(cause)}), so nobody knows what is left of the order. Bring layout.json and problem.json of jobs/${job.id} back from a backup, or import what is left as an order of its own.`,
      { fault: 'answer', details: { order: job.order, job: job.id }, cause },
    );
  }
}

/** A job's layout, which nobody has changed, and its problem. */
async function laidOn(core: StationCore, job: Job): Promise<{ result: NestResult; problem: Problem }> {
  const layout = await readFileChecked(pathOf(core, job.id, 'layout.json'), job.layoutSha256 ?? '');
  const problem = await readFile(pathOf(core, job.id, 'problem.json'), 'utf8');
  return {
    result: nestResultSchema.parse(JSON.parse(new TextDecoder().decode(layout))),
    problem: problemSchema.parse(JSON.parse(problem)),
  };
}

function idOf({ pieces }: Problem, piece: number): string {
  return pieces[piece]?.id ?? String(piece);
}
