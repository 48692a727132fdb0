import type { Arrangement, LockedPiece } from '#domain/arrangement.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { arrangementOf, withArrangement } from './arrangement-of.ts';
import { withPiecesOf, withoutMoved, withoutPlacements } from './go-on-from.ts';
import { keepAct } from './keep-act.node.ts';
import { orderFor } from './job-order.node.ts';
import { keyOf } from './keep-layout.node.ts';
import { layoutNow } from './layout-before.node.ts';
import { arrangingAct } from './name-act.ts';
import { problemOf } from './problem-of.ts';
import { shownBy } from './shown-layouts.ts';
import { currentJob, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { transitionOf } from './transitions.ts';

/** What a person decides about single pieces: these lie here, those not on this hide; the search goes on round the
 *  first and without the others. It lives with the inspection: it survives restarts, and each change of it ends the old
 *  layout. */

export interface ArrangeWish {
  readonly locked: readonly LockedPiece[];
  readonly banned?: readonly string[];
  /** The layout that the person saw; the search goes on from it where the station still has it, else from its best. */
  readonly layoutSha256?: string | undefined;
  /** Placements of that layout whose pieces lie elsewhere now; without it the nearest copies of the locked pieces count. */
  readonly moved?: readonly number[] | undefined;
  readonly by: string;
}

/** All locks and bans of the hide at once; the same again changes nothing. A piece that is moved or turned is locked at
 *  its new place.
 *  @throws KerfError STATION_PLACE_NOT_FREE when the locked pieces break a rule among themselves or with the hide,
 *  STATION_ALL_BANNED when no piece is left to lay, STATION_REQUEST_REFUSED for a piece that the order does not have */
export function arrangePieces(core: StationCore, id: string, wish: ArrangeWish): Promise<Inspection> {
  const { memory, options } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    const isNesting = job.state === 'reviewed' || job.state === 'nested';
    if (!before || !isNesting || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'arrange pieces');
    const order = orderFor(memory, job);
    const { locked, banned = [], by } = wish;
    refuseUnknown([...locked.map(({ piece }) => piece), ...banned], order.pieces);
    const inspection = withArrangement(before, { locked, banned: [...new Set(banned)].sort() });
    const [is, had] = [arrangementOf(inspection), arrangementOf(before)];
    if (JSON.stringify(is) === JSON.stringify(had)) return before;
    const problem = problemOf(inspection, order, options.settings, options.machine);
    if (problem.pieces.length === 0) throw allBanned(id);
    const breaches = await lockBreaches(core, problem, locked);
    if (breaches.length > 0)
      throw new KerfError(
        'STATION_PLACE_NOT_FREE',
        `Job ${id}: found ${locked.length} locked pieces that break a rule (${breaches.slice(0, 3).join('; ')}). Lay the piece elsewhere, or free the one in its way.`,
        { fault: 'answer', details: { job: id, breachCount: breaches.length } },
      );
    const seen = wish.layoutSha256 === undefined ? null : shownBy(memory.shown, keyOf(job), wish.layoutSha256);
    const start = seen?.result ?? (memory.best?.job === id ? memory.best.result : null);
    const was = problemOf(before, order, options.settings, options.machine);
    const moved = (seen && wish.moved) ?? null;
    const left = start && withPiecesOf(problem, moved ? withoutPlacements(start, moved) : start, was);
    const best = left && (moved ? left : withoutMoved(left, problem, locked));
    const laid = start ? lying(start, was) : [];
    return keepAct(core, job, inspection, {
      point: 'locked',
      by,
      ...arrangingAct(had, is, laid, moved?.flatMap((k) => laid[k] ?? []) ?? []),
      details: { lockedCount: locked.length, bannedCount: banned.length },
      before,
      layout: layoutNow(core, job, wish.layoutSha256),
      after: () => {
        // A running search takes a lock as it goes, but no other pieces and no other layout to go on from.
        const isOther = problem.pieces.length !== was.pieces.length || (seen && seen.result !== memory.best?.result);
        if (isOther) {
          memory.search?.stop();
          memory.search = null;
        }
        if (best) memory.best = { job: id, result: best };
      },
    });
  });
}

/** An arrangement on a hide whose marks have changed: a lock that would break a rule there is let go. */
export async function keepArrangement(
  core: StationCore,
  job: Job,
  inspection: Inspection,
  { locked, banned }: Arrangement,
): Promise<Inspection> {
  const under = (locks: readonly LockedPiece[]) => withArrangement(inspection, { locked: locks, banned });
  const isKept = async (locks: readonly LockedPiece[]) => {
    const problem = problemOf(under(locks), orderFor(core.memory, job), core.options.settings, core.options.machine);
    return (await lockBreaches(core, problem, locks)).length === 0;
  };
  if (await isKept(locked)) return under(locked);
  const kept: LockedPiece[] = [];
  for (const lock of locked) if (await isKept([...kept, lock])) kept.push(lock);
  return under(kept);
}

function refuseUnknown(ids: readonly string[], pieces: Problem['pieces']): void {
  const unknown = ids.find((id) => !pieces.some((p) => p.id === id));
  if (unknown !== undefined)
    throw new KerfError('STATION_REQUEST_REFUSED', `The order has no piece "${unknown}".`, {
      details: { piece: unknown },
    });
}

function allBanned(job: string): KerfError {
  return new KerfError(
    'STATION_ALL_BANNED',
    `Job ${job}: every piece of the order would be kept off this hide. Allow one again, or give the hide up.`,
    { fault: 'answer', details: { job } },
  );
}

/** The pieces of a layout by their names, as they lie. */
function lying({ layouts }: NestResult, { pieces }: Problem): readonly LockedPiece[] {
  return layouts.flatMap(({ placements }) =>
    placements.map(({ piece, ...place }) => ({ piece: pieces[piece]?.id ?? '', ...place })),
  );
}

/** The judge's word on the locked pieces alone. */
async function lockBreaches(
  { options }: StationCore,
  problem: Problem,
  locked: readonly LockedPiece[],
): Promise<readonly string[]> {
  if (locked.length === 0) return [];
  const placements = locked.map(({ piece, ...place }): Placement => {
    const index = problem.pieces.findIndex((p) => p.id === piece);
    if (index < 0)
      throw new KerfError('STATION_REQUEST_REFUSED', `Piece "${piece}" is banned and cannot be locked.`, {
        details: { piece },
      });
    return { piece: index, ...place };
  });
  const alone: NestResult = {
    kerf: 1,
    layouts: [{ material: 0, placements }],
    unplaced: [],
    stopped: 'complete',
    objective: { kind: 'value', value: 0, bound: 1 },
    seconds: 0,
    seed: 0,
    threads: 1,
    trace: [],
  };
  return (await options.rooms.judgeLayout(problem, alone)).breaches;
}
