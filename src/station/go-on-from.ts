import type { LockedPiece } from '#domain/arrangement.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { nearestCopy } from './name-act.ts';

/** The layout that the next search starts from, after people have arranged pieces. */

/** Without these placements, counted over all its sheets. */
export function withoutPlacements(result: NestResult, gone: readonly number[]): NestResult {
  let k = -1;
  const layouts = result.layouts.map((layout) => ({
    ...layout,
    placements: layout.placements.filter(() => !gone.includes((k += 1))),
  }));
  return { ...result, layouts };
}

/** Without the copies that now lie elsewhere: for each lock that is not one of its placements, the nearest copy of that
 *  piece. */
export function withoutMoved(result: NestResult, problem: Problem, locked: readonly LockedPiece[]): NestResult {
  const [layout, ...rest] = result.layouts;
  if (!layout) return result;
  const placements = [...layout.placements];
  const isAt = (p: Placement, l: LockedPiece) =>
    problem.pieces[p.piece]?.id === l.piece && p.x === l.x && p.y === l.y && p.rotation === l.rotation;
  const held = new Set(placements.filter((p) => locked.some((l) => isAt(p, l))));
  for (const lock of locked) {
    if (placements.some((p) => isAt(p, lock))) continue;
    const free = placements.filter((p) => !held.has(p));
    const nearest = nearestCopy(
      free.map((p, k) => ({ ...p, piece: problem.pieces[p.piece]?.id ?? '', k })),
      lock,
    );
    if (nearest) placements.splice(placements.indexOf(free[nearest.k]!), 1);
  }
  return { ...result, layouts: [{ ...layout, placements }, ...rest] };
}

/** The layout of another problem over the same order, told in this problem's positions; what it bans is left out. */
export function withPiecesOf(problem: Problem, result: NestResult, was: Problem): NestResult {
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
