import type { LockedPiece } from '#api/views.ts';
import type { Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Problem, Sheet } from '#domain/problem.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { problemOf } from './problem-of.ts';
import { atPoint, currentJob, pathOf, type StationCore } from './station-core.node.ts';
import { wrongState } from './station-errors.ts';
import { rememberInspection } from './station-memory.node.ts';
import { takenStep, takeStep } from './take-step.node.ts';
import { transitionOf } from './transitions.ts';

/** What a person decides about single pieces: these lie here, the search goes on round them. Locks are part of the
 *  sheet, so they live with the inspection: they survive restarts, and each change of them ends the old layout. */

/** All locks of the hide at once; the same list again changes nothing. A piece that is moved or turned is locked at its
 *  new place.
 *  @throws KerfError STATION_PLACE_NOT_FREE when the locked pieces break a rule among themselves or with the hide */
export function lockPieces(
  core: StationCore,
  id: string,
  { locked, by }: { readonly locked: readonly LockedPiece[]; readonly by: string },
): Promise<Inspection> {
  const { memory, options, grading } = core;
  return core.correctionsInOrder(async () => {
    const job = currentJob(core, id);
    const before = memory.inspection;
    const isNesting = job.state === 'reviewed' || job.state === 'nested';
    if (!before || !isNesting || !transitionOf(job.state, 'corrected')) throw wrongState(job, 'lock pieces');
    const inspection = withLocks(before, locked);
    if (JSON.stringify(inspection.sheet.locked ?? []) === JSON.stringify(before.sheet.locked ?? [])) return before;
    const problem = problemOf(inspection, memory.order.order, options.settings);
    const breaches = await lockBreaches(core, problem, locked);
    if (breaches.length > 0)
      throw new KerfError(
        'STATION_PLACE_NOT_FREE',
        `Job ${id}: found ${locked.length} locked pieces that break a rule (${breaches.slice(0, 3).join('; ')}). Lay the piece elsewhere, or free the one in its way.`,
        { fault: 'answer', details: { job: id, breachCount: breaches.length } },
      );
    atPoint(core, 'locked: before file');
    const inspectionSha256 = await writeFileSynced(pathOf(core, id, 'inspection.json'), JSON.stringify(inspection), {
      keepPrevious: true,
    });
    const best = memory.best?.job === id ? withoutMoved(memory.best.result, problem, locked) : null;
    takenStep(
      await takeStep(core, id, 'corrected', {
        by,
        change: {
          inspectionSha256,
          layoutSha256: null,
          cutFile: null,
          cutSha256: null,
          pieceCount: null,
          nestedYieldBp: null,
        },
        details: { lockedCount: locked.length, inspectionSha256 },
        after: () => {
          rememberInspection(memory, inspection, grading);
          memory.layoutJson = null;
          if (best) memory.best = { job: id, result: best };
        },
      }),
    );
    return inspection;
  });
}

/** The locks that still hold on a hide whose marks have changed: one that would break a rule there is let go. */
export async function keepLocks(
  core: StationCore,
  inspection: Inspection,
  locked: readonly LockedPiece[],
): Promise<Inspection> {
  const kept: LockedPiece[] = [];
  for (const lock of locked) {
    const tried = withLocks(inspection, [...kept, lock]);
    const problem = problemOf(tried, core.memory.order.order, core.options.settings);
    if ((await lockBreaches(core, problem, [...kept, lock])).length === 0) kept.push(lock);
  }
  return withLocks(inspection, kept);
}

/** A lock as a sheet states it, with what it leaves out. */
export function wholeLock(lock: NonNullable<Sheet['locked']>[number]): LockedPiece {
  return { ...lock, rotation: lock.rotation ?? 0, mirrored: lock.mirrored ?? false };
}

function withLocks(inspection: Inspection, locked: readonly LockedPiece[]): Inspection {
  const { locked: _, ...sheet } = inspection.sheet;
  return { ...inspection, sheet: locked.length > 0 ? { ...sheet, locked: [...locked] } : sheet };
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
      throw new KerfError('STATION_REQUEST_REFUSED', `The order has no piece "${piece}".`, { details: { piece } });
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
