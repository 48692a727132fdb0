import type { Layout } from '#domain/nest-result.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import { angleBetween } from '#geometry/angle-between.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
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
  const of = (piece: number) => {
    const middle = middleOf(problem.pieces[piece]!.shape.outline);
    return placements.filter((p) => p.piece === piece).map((p): Laid => ({ ...p, at: placed(middle, p) }));
  };
  const [lefts, rights] = [of(left), of(right)];
  const near = lefts.flatMap((l) =>
    rights.map((r) => ({ l, r, distance: Math.hypot(l.at[0] - r.at[0], l.at[1] - r.at[1]) })),
  );
  near.sort((a, b) => a.distance - b.distance);
  const taken = new Set<Laid>();
  return near.flatMap(({ l, r, distance }) => {
    if (taken.has(l) || taken.has(r)) return [];
    taken.add(l).add(r);
    return { distance, grainOff: grainOff(sheet, l, r) };
  });
}

type Laid = NestPlacement & { readonly at: readonly [number, number] };

/** The middle of an outline's box. */
function middleOf(outline: Ring): [number, number] {
  const { minX, minY, maxX, maxY } = ringBounds(flatRing(outline));
  return [(minX + maxX) / 2, (minY + maxY) / 2];
}

function placed([u, v]: readonly [number, number], { x, y, rotation, mirrored }: NestPlacement): [number, number] {
  const along = mirrored ? -u : u;
  const turn = (rotation * Math.PI) / 180;
  return [x + along * Math.cos(turn) - v * Math.sin(turn), y + along * Math.sin(turn) + v * Math.cos(turn)];
}

function grainOff(sheet: NestSheet, left: Laid, right: Laid): number | null {
  const [a, b] = [grainAt(sheet, left.at), grainAt(sheet, right.at)];
  return a === null || b === null ? null : angleBetween(left.rotation + right.rotation, a + b, 180);
}

/** Of the nearest sample, the first of equally near ones; null where no grain is known. */
function grainAt({ grain }: NestSheet, [x, y]: Laid['at']): number | null {
  let [nearest, least]: [number | null, number] = [null, Infinity];
  for (const sample of grain) {
    const distance = Math.hypot(sample.x - x, sample.y - y);
    if (distance < least) [nearest, least] = [sample.angle, distance];
  }
  return nearest;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}
