import type { Job } from '#domain/job.ts';

/** What became of one hide of an order. */
export interface HideOfOrder {
  readonly job: Pick<Job, 'id' | 'follows' | 'cutBefore'>;
  /** Its good pieces by id; null where nobody has said yet which are: it is under way, or was broken off. */
  readonly good: ReadonlyMap<string, number> | null;
}

export interface CutOfOrder {
  /** Good pieces by id. */
  readonly pieces: ReadonlyMap<string, number>;
  /** Sheets that they are of, each once however many jobs it took. */
  readonly hideCount: number;
}

/** Sums an order's hides. What a job that was broken off has cut counts as somebody has accepted it; else as the job says
 *  that went on with its sheet (`cutBefore`), once that one counts itself.
 *  @param before a job that another goes on with now: it and those before it count in that one's `cutBefore` */
export function cutOfOrder(hides: readonly HideOfOrder[], before: string | null = null): CutOfOrder {
  const byId = new Map(hides.map((hide) => [hide.job.id, hide]));
  const pieces = new Map<string, number>();
  const add = (counts: Iterable<readonly [string, number]>, sign = 1) => {
    for (const [id, count] of counts) pieces.set(id, (pieces.get(id) ?? 0) + sign * count);
  };
  const leftOut = new Set(chainOf(before, byId).map(({ job }) => job.id));
  const goneOnWith = new Set<string>();
  let countedCount = 0;
  for (const { job, good } of hides) {
    if (!good || leftOut.has(job.id)) continue;
    add(good);
    countedCount += 1;
    let after = job;
    for (const { job: earlier, good: accepted } of chainOf(job.follows ?? null, byId)) {
      if (goneOnWith.has(earlier.id)) break;
      goneOnWith.add(earlier.id);
      if (accepted) countedCount -= 1;
      else {
        // What was said of this one alone: each adds to what the one before it was said to have cut.
        add(Object.entries(after.cutBefore?.pieces ?? {}));
        add(Object.entries(earlier.cutBefore?.pieces ?? {}), -1);
      }
      after = earlier;
    }
  }
  return { pieces, hideCount: countedCount };
}

/** A job of the order, the one that it follows, and so on. */
function chainOf(id: string | null, byId: ReadonlyMap<string, HideOfOrder>): readonly HideOfOrder[] {
  const chain: HideOfOrder[] = [];
  for (let hide = byId.get(id ?? ''); hide && !chain.includes(hide); hide = byId.get(hide.job.follows ?? ''))
    chain.push(hide);
  return chain;
}
