import type { Arrangement, LockedPiece } from '#api/views.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Problem, Sheet } from '#domain/problem.ts';
import { keepCorrection } from './keep-correction.node.ts';
import { orderFor } from './job-order.node.ts';
import { keyOf } from './keep-layout.node.ts';
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
    if (JSON.stringify(arrangementOf(inspection)) === JSON.stringify(arrangementOf(before))) return before;
    const problem = problemOf(inspection, order, options.settings);
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
    const was = problemOf(before, order, options.settings);
    const best = start && withoutMoved(withPiecesOf(problem, start, was), problem, locked);
    return keepCorrection(core, id, inspection, {
      point: 'locked',
      by,
      details: { lockedCount: locked.length, bannedCount: banned.length },
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
  const kept: LockedPiece[] = [];
  for (const lock of locked) {
    const tried = withArrangement(inspection, { locked: [...kept, lock], banned });
    const problem = problemOf(tried, orderFor(core.memory, job), core.options.settings);
    if ((await lockBreaches(core, problem, [...kept, lock])).length === 0) kept.push(lock);
  }
  return withArrangement(inspection, { locked: kept, banned });
}

export function arrangementOf({ sheet, banned = [] }: Inspection): Arrangement {
  return { locked: (sheet.locked ?? []).map(wholeLock), banned };
}

/** A lock as a sheet states it, with what it leaves out. */
function wholeLock(lock: NonNullable<Sheet['locked']>[number]): LockedPiece {
  return { ...lock, rotation: lock.rotation ?? 0, mirrored: lock.mirrored ?? false };
}

function withArrangement(inspection: Inspection, { locked, banned }: Arrangement): Inspection {
  const { banned: _, ...rest } = inspection;
  const { locked: __, ...sheet } = inspection.sheet;
  return {
    ...rest,
    ...(banned.length > 0 ? { banned } : {}),
    sheet: locked.length > 0 ? { ...sheet, locked: [...locked] } : sheet,
  };
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

/** The layout that the next search starts from, without the copies that now lie elsewhere: for each lock that is not
 *  one of its placements, the nearest copy of that piece. */
function withoutMoved(result: NestResult, problem: Problem, locked: readonly LockedPiece[]): NestResult {
  const [layout, ...rest] = result.layouts;
  if (!layout) return result;
  const placements = [...layout.placements];
  const isAt = (p: Placement, l: LockedPiece) =>
    problem.pieces[p.piece]?.id === l.piece && p.x === l.x && p.y === l.y && p.rotation === l.rotation;
  const held = new Set(placements.filter((p) => locked.some((l) => isAt(p, l))));
  for (const lock of locked) {
    if (placements.some((p) => isAt(p, lock))) continue;
    let nearest = -1;
    let least = Infinity;
    placements.forEach((p, i) => {
      const away = Math.hypot(p.x - lock.x, p.y - lock.y);
      if (problem.pieces[p.piece]?.id === lock.piece && !held.has(p) && away < least) [nearest, least] = [i, away];
    });
    if (nearest >= 0) placements.splice(nearest, 1);
  }
  return { ...result, layouts: [{ ...layout, placements }, ...rest] };
}

/** The layout of another problem over the same order, told in this problem's positions; what it bans is left out. */
function withPiecesOf(problem: Problem, result: NestResult, was: Problem): NestResult {
  const now = new Map(problem.pieces.map(({ id }, index) => [id, index]));
  const moved = (piece: number) => now.get(was.pieces[piece]?.id ?? '');
  return {
    ...result,
    layouts: result.layouts.map((layout) => ({
      ...layout,
      placements: layout.placements.flatMap((p) => {
        const piece = moved(p.piece);
        return piece === undefined ? [] : [{ ...p, piece }];
      }),
    })),
    unplaced: result.unplaced.flatMap((u) => {
      const piece = moved(u.piece);
      return piece === undefined ? [] : [{ ...u, piece }];
    }),
  };
}
