import type { Layout } from '#domain/nest-result.ts';
import { angleBetween } from '#geometry/angle-between.ts';
import type { NestPlacement, NestProblem, NestSheet } from './nest-problem.ts';

/** How left and right of a pair lie: matched so that the nearest are together. Soft: no layout is refused for it. */
export interface PairReport {
  /** Positions in the problem. */
  readonly left: number;
  readonly right: number;
  readonly pairs: number;
  /** Of pieces of which one lies on another sheet, or nowhere. */
  readonly torn: number;
  /** Between their centres, of those on one sheet; null without any. */
  readonly meanDistance: number | null;
  readonly farthest: number | null;
  /** How far the leather's direction in one is from that in the other turned over, degrees; null where no grain is known. */
  readonly grainOff: number | null;
}

interface Couple {
  readonly distance: number;
  readonly grainOff: number | null;
}

/** One line for each pair of the problem. Empty for strips and where nothing is paired. */
export function reportPairs(problem: NestProblem, layouts: readonly Layout[]): PairReport[] {
  if (problem.objective === 'strip') return [];
  return problem.pieces.flatMap(({ pairOf }, right) => {
    if (pairOf === null) return [];
    const couples = layouts.flatMap((layout) => couplesOn(problem, layout, pairOf, right));
    const count = (piece: number) => layouts.flatMap((l) => l.placements).filter((p) => p.piece === piece).length;
    const distances = couples.map((c) => c.distance);
    const offs = couples.flatMap((c) => c.grainOff ?? []);
    return {
      left: pairOf,
      right,
      pairs: couples.length,
      torn: Math.max(count(pairOf), count(right)) - couples.length,
      meanDistance: mean(distances),
      farthest: distances.length > 0 ? Math.max(...distances) : null,
      grainOff: mean(offs),
    };
  });
}

/** The nearest two first, then the nearest of the rest. */
function couplesOn(problem: NestProblem, { material, placements }: Layout, left: number, right: number): Couple[] {
  const sheet = problem.sheets[material]!;
  const of = (piece: number) =>
    placements.filter((p) => p.piece === piece).map((p) => ({ ...p, at: middleOf(problem, p) }));
  const near = of(left).flatMap((l) =>
    of(right).map((r) => ({
      l: key(l),
      r: key(r),
      distance: Math.hypot(l.at[0] - r.at[0], l.at[1] - r.at[1]),
      off: grainOff(sheet, l, r),
    })),
  );
  near.sort((a, b) => a.distance - b.distance);
  const taken = new Set<string>();
  return near.flatMap(({ l, r, distance, off }) => {
    if (taken.has(l) || taken.has(r)) return [];
    taken.add(l).add(r);
    return { distance, grainOff: off };
  });
}

type Laid = NestPlacement & { readonly at: readonly [number, number] };

function key({ piece, x, y }: NestPlacement): string {
  return `${piece} ${x} ${y}`;
}

/** The middle of the outline's box, as placed. */
function middleOf(problem: NestProblem, { piece, x, y, rotation, mirrored }: NestPlacement): [number, number] {
  const { outline } = problem.pieces[piece]!.shape;
  const [xs, ys] = [outline.map((p) => p[0]), outline.map((p) => p[1])];
  const side = mirrored ? -1 : 1;
  const [u, v] = [(side * (Math.min(...xs) + Math.max(...xs))) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
  const turn = (rotation * Math.PI) / 180;
  return [x + u * Math.cos(turn) - v * Math.sin(turn), y + u * Math.sin(turn) + v * Math.cos(turn)];
}

function grainOff(sheet: NestSheet, left: Laid, right: Laid): number | null {
  const grainAt = ([x, y]: Laid['at']) =>
    sheet.grain.toSorted((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0]?.angle;
  const [a, b] = [grainAt(left.at), grainAt(right.at)];
  return a === undefined || b === undefined ? null : angleBetween(left.rotation + right.rotation, a + b, 180);
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}
