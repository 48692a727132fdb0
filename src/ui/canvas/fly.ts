import type { Point, Ring } from '#domain/ring.ts';
import type { LayoutView } from '#api/views.ts';

export type PlacedPiece = LayoutView['pieces'][number];

/** Where each piece of the new layout comes from: index in `next` to the old outline, or null for one that is new.
 *  Copies of one piece are exchangeable: those that stay are matched first, then the nearest. */
export function comesFrom(before: readonly PlacedPiece[], next: readonly PlacedPiece[]): readonly (Ring | null)[] {
  const free = new Map<number, PlacedPiece[]>();
  for (const piece of before) free.set(piece.piece, [...(free.get(piece.piece) ?? []), piece]);
  const result: (Ring | null)[] = next.map(() => null);
  const take = (i: number, choose: (candidates: readonly PlacedPiece[]) => number) => {
    const candidates = free.get(next[i]!.piece);
    if (!candidates || candidates.length === 0 || result[i]) return;
    const at = choose(candidates);
    if (at >= 0) result[i] = candidates.splice(at, 1)[0]!.outline;
  };
  for (let i = 0; i < next.length; i += 1) take(i, (c) => c.findIndex((p) => isSamePlace(p.outline, next[i]!.outline)));
  for (let i = 0; i < next.length; i += 1) take(i, (c) => nearest(c, next[i]!.outline));
  return result;
}

/** Less than this apart, mm, a piece counts as not moved: no eye sees it. */
const STILL = 0.05;

function isSamePlace(a: Ring, b: Ring): boolean {
  return (
    a.length === b.length && a.every(([x, y], i) => Math.abs(x - b[i]![0]) < STILL && Math.abs(y - b[i]![1]) < STILL)
  );
}

function nearest(candidates: readonly PlacedPiece[], to: Ring): number {
  const [x, y] = middle(to);
  let best = -1;
  let least = Infinity;
  candidates.forEach((candidate, i) => {
    const [cx, cy] = middle(candidate.outline);
    const distance = Math.hypot(cx - x, cy - y);
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function middle(ring: Ring): Point {
  let x = 0;
  let y = 0;
  for (const p of ring) {
    x += p[0];
    y += p[1];
  }
  return [x / ring.length, y / ring.length];
}

/** The piece on its way, `t` from 0 to 1: it travels and turns as a stiff body. Outlines that are no rigid copy of
 *  each other (mirrored, another count of points) are blended or jump. */
export function between(from: Ring, to: Ring, t: number): Ring {
  if (t >= 1 || from.length !== to.length) return to;
  const a = middle(from);
  const b = middle(to);
  let dot = 0;
  let cross = 0;
  for (let i = 0; i < from.length; i += 1) {
    const ux = from[i]![0] - a[0];
    const uy = from[i]![1] - a[1];
    const vx = to[i]![0] - b[0];
    const vy = to[i]![1] - b[1];
    dot += ux * vx + uy * vy;
    cross += ux * vy - uy * vx;
  }
  // Turned back from its new place, so that at t = 1 nothing jumps.
  const turn = -Math.atan2(cross, dot) * (1 - t);
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const x = a[0] + (b[0] - a[0]) * t;
  const y = a[1] + (b[1] - a[1]) * t;
  return to.map(([px, py]): Point => {
    const dx = px - b[0];
    const dy = py - b[1];
    return [x + dx * c - dy * s, y + dx * s + dy * c];
  });
}

/** cubic-bezier(.4, 0, .2, 1), the token --e-both, solved by bisection. */
export function easeBoth(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 24; i += 1) {
    const u = (low + high) / 2;
    if (bezier(u, 0.4, 0.2) < t) low = u;
    else high = u;
  }
  return bezier((low + high) / 2, 0, 1);
}

function bezier(u: number, p1: number, p2: number): number {
  return 3 * u * (1 - u) ** 2 * p1 + 3 * u ** 2 * (1 - u) * p2 + u ** 3;
}
