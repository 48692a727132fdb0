import type { Job } from './job.ts';

export interface CountedCuts {
  /** In the cutter's order. */
  readonly cut: readonly number[];
  /** The next one, which a job that was broken off may have begun; null: there is none. It is no cut piece, and its place
   *  is no whole leather either. */
  readonly begun: number | null;
}

/** Which placements a job has cut, as far as its cutter has counted: all of one that is done, none of one that never
 *  counted. @param order placements in the order in which they are cut, each once */
export function countedCuts(
  { state, cutCount }: Pick<Job, 'state' | 'cutCount'>,
  order: readonly number[],
): CountedCuts {
  const count = state === 'done' ? order.length : (cutCount ?? 0);
  return { cut: order.slice(0, count), begun: order[count] ?? null };
}
