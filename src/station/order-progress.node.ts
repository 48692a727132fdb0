import { readFile } from 'node:fs/promises';
import type { Job } from '#domain/job.ts';
import { nestResultSchema } from '#domain/nest-result.ts';
import { problemSchema } from '#domain/problem.ts';
import type { OrderTally } from '#store/records.ts';
import { pathOf, type StationCore } from './station-core.node.ts';

/** Jobs that one listing looks through, newest first: years of a busy table. */
const MOST_JOBS = 20_000;

/** What became of one hide of an order. */
export interface HideOfOrder {
  readonly job: Job;
  readonly placed: ReadonlyMap<string, number>;
  readonly unplaced: readonly { readonly id: string; readonly count: number; readonly reason: string }[];
}

/** Hides that were cut for an order or are being cut for it, newest first. A hide whose files were taken away has nothing
 *  in it. */
export async function hidesOfOrder(core: StationCore, name: string): Promise<readonly HideOfOrder[]> {
  const jobs = await core.options.store.jobsOfOrder(name, MOST_JOBS);
  return Promise.all(jobs.filter((job) => job.layoutSha256 !== null).map((job) => hideOf(core, job)));
}

/** Pieces cut by id. A hide counts when the cutter has said done; of one that was broken off nobody knows which pieces
 *  are good, so none counts, unless a job that went on with it has said which, and is done itself. */
export function cutPieces(hides: readonly HideOfOrder[]): ReadonlyMap<string, number> {
  const cut = new Map<string, number>();
  for (const { job, placed } of hides)
    if (job.state === 'done')
      for (const [id, count] of [...placed, ...Object.entries(job.cutBefore?.pieces ?? {})])
        cut.set(id, (cut.get(id) ?? 0) + count);
  return cut;
}

/** The same in figures, for all orders at once and without opening a file. */
export async function tallies(core: StationCore): Promise<ReadonlyMap<string, OrderTally>> {
  return new Map((await core.options.store.orderTallies()).map((tally) => [tally.order, tally]));
}

async function hideOf(core: StationCore, job: Job): Promise<HideOfOrder> {
  const read = async (file: string) => JSON.parse(await readFile(pathOf(core, job.id, file), 'utf8')) as unknown;
  try {
    const result = nestResultSchema.parse(await read('layout.json'));
    const problem = problemSchema.parse(await read('problem.json'));
    const idOf = (piece: number) => problem.pieces[piece]?.id ?? String(piece);
    const placed = new Map<string, number>();
    for (const { piece } of result.layouts.flatMap((layout) => layout.placements))
      placed.set(idOf(piece), (placed.get(idOf(piece)) ?? 0) + 1);
    return {
      job,
      placed,
      unplaced: result.unplaced.map(({ piece, count, reason }) => ({ id: idOf(piece), count, reason })),
    };
  } catch (cause) {
    core.options.logger.warn('order.hide.unreadable', { job: job.id, reason: String(cause) });
    return { job, placed: new Map(), unplaced: [] };
  }
}
