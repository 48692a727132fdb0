import type { FlatRing } from '#domain/ring.ts';
import { cleanRing } from './clean-ring.ts';

export interface SelfCrossing {
  /** 'crosses': passes from one side to the other; 'touches': meets itself in a point or along a side. */
  readonly kind: 'crosses' | 'touches';
  readonly x: number;
  readonly y: number;
  /** Positions of the two sides' first vertices in the ring without repeated vertices. */
  readonly sides: readonly [number, number];
}

/** The first place where a ring crosses or touches itself, or null for a simple ring. A crossing is told before a touch.
 *  Sides are swept along the axis on which they are shorter, O(n log n + pairs that overlap on that axis). Sides closer
 *  than about 1e-13 of their size count as touching. */
export function findSelfCrossing(given: FlatRing): SelfCrossing | null {
  const ring = cleanRing(given);
  const count = ring.length / 2;
  if (count < 3) return null;
  const axis = sweepAxis(ring);
  const low = (k: number) => Math.min(ring[2 * k + axis]!, ring[(2 * k + 2 + axis) % ring.length]!);
  const high = (k: number) => Math.max(ring[2 * k + axis]!, ring[(2 * k + 2 + axis) % ring.length]!);
  const order = Array.from({ length: count }, (_, k) => k).sort((p, q) => low(p) - low(q));
  let active: number[] = [];
  let touch: SelfCrossing | null = null;
  for (const k of order) {
    const from = low(k);
    active = active.filter((other) => high(other) >= from);
    for (const other of active) {
      const met = sidesMeet(ring, other, k);
      if (met?.kind === 'crosses') return met;
      touch ??= met;
    }
    active.push(k);
  }
  return touch;
}

/** 0 to sweep along x, 1 along y: the axis on which the sides cover less of the extent. */
function sweepAxis(ring: FlatRing): 0 | 1 {
  const share = [0, 1].map((axis) => {
    let least = Infinity;
    let most = -Infinity;
    let sum = 0;
    for (let i = 0; i < ring.length; i += 2) {
      const v = ring[i + axis]!;
      least = Math.min(least, v);
      most = Math.max(most, v);
      sum += Math.abs(v - ring[(i + 2 + axis) % ring.length]!);
    }
    return most > least ? sum / (most - least) : Infinity;
  });
  return share[0]! <= share[1]! ? 0 : 1;
}

function sidesMeet(ring: FlatRing, p: number, q: number): SelfCrossing | null {
  const count = ring.length / 2;
  const [first, second] = p < q ? [p, q] : [q, p];
  const at = (k: number): [number, number] => [ring[(2 * k) % ring.length]!, ring[(2 * k + 1) % ring.length]!];
  const meeting = (kind: SelfCrossing['kind'], [x, y]: [number, number]): SelfCrossing => ({
    kind,
    x,
    y,
    sides: [first, second],
  });
  const [a, b, c, d] = [at(first), at(first + 1), at(second), at(second + 1)];
  const isNext = second === first + 1;
  if (isNext || (first === 0 && second === count - 1)) {
    // Neighbours share a vertex and do harm only when one folds back onto the other.
    const [before, corner, after] = isNext ? [a, b, d] : [c, a, b];
    const foldsBack =
      (before[0] - corner[0]) * (after[0] - corner[0]) + (before[1] - corner[1]) * (after[1] - corner[1]);
    return sideOf(before, corner, after) === 0 && foldsBack > 0 ? meeting('touches', corner) : null;
  }
  const cSide = sideOf(a, b, c);
  const dSide = sideOf(a, b, d);
  const aSide = sideOf(c, d, a);
  const bSide = sideOf(c, d, b);
  if (cSide * dSide < 0 && aSide * bSide < 0) return meeting('crosses', intersection(a, b, c, d));
  if (cSide === 0 && isWithin(a, b, c)) return meeting('touches', c);
  if (dSide === 0 && isWithin(a, b, d)) return meeting('touches', d);
  if (aSide === 0 && isWithin(c, d, a)) return meeting('touches', a);
  if (bSide === 0 && isWithin(c, d, b)) return meeting('touches', b);
  return null;
}

type P = readonly [number, number];

/** 1 left of a to b, -1 right, 0 on the line or too close to tell. The bound is Shewchuk's (1997) for orient2d. */
function sideOf(a: P, b: P, c: P): -1 | 0 | 1 {
  const left = (a[0] - c[0]) * (b[1] - c[1]);
  const right = (a[1] - c[1]) * (b[0] - c[0]);
  const det = left - right;
  const doubt = 3.3306690738754716e-16 * (Math.abs(left) + Math.abs(right));
  return det > doubt ? 1 : det < -doubt ? -1 : 0;
}

function isWithin(a: P, b: P, p: P): boolean {
  return (
    p[0] >= Math.min(a[0], b[0]) &&
    p[0] <= Math.max(a[0], b[0]) &&
    p[1] >= Math.min(a[1], b[1]) &&
    p[1] <= Math.max(a[1], b[1])
  );
}

function intersection(a: P, b: P, c: P, d: P): [number, number] {
  const dx = b[0] - a[0];
  const dy = b[1] - a[1];
  const ex = d[0] - c[0];
  const ey = d[1] - c[1];
  const t = ((c[0] - a[0]) * ey - (c[1] - a[1]) * ex) / (dx * ey - dy * ex);
  return [a[0] + t * dx, a[1] + t * dy];
}
