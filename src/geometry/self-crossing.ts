import type { FlatRing } from '#domain/ring.ts';
import { cleanRing } from './clean-ring.ts';
import { exchangedAxes, shorterAxis } from './shorter-axis.ts';

export interface SelfCrossing {
  /** 'crosses': passes from one side to the other; 'touches': meets itself in a point or along a side. */
  readonly kind: 'crosses' | 'touches';
  readonly x: number;
  readonly y: number;
  /** Positions of the two sides' first vertices in the ring without repeated vertices. */
  readonly sides: readonly [number, number];
}

/** A place where a ring crosses or touches itself, or null for a simple ring. A crossing is told before a touch. Swept
 *  along the axis on which the sides are shorter, each side compared with those next to it alone (Shamos and Hoey 1976):
 *  O(n log n), and n moves of the sides under the sweep by one. Sides closer than about 1e-13 of their size count as
 *  touching. */
export function findSelfCrossing(given: FlatRing): SelfCrossing | null {
  const ring = cleanRing(given);
  const count = ring.length / 2;
  if (count < 3) return null;
  let touch: SelfCrossing | null = null;
  /** The crossing of two sides; what only touches is remembered. */
  const crossing = (p: number | undefined, q: number | undefined): SelfCrossing | null => {
    if (p === undefined || q === undefined) return null;
    const met = sidesMeet(ring, p, q);
    if (met?.kind === 'crosses') return met;
    touch ??= met;
    return null;
  };
  for (let k = 0; k < count; k += 1) crossing(k, (k + 1) % count);
  const sweep = new Sweep(ring);
  for (let from = 0, to = 0; from < count; from = to) {
    const [v] = sweep.vertices.subarray(from, from + 1) as Iterable<number> as [number];
    while (to < count && sweep.rank[sweep.vertices[to]!] === from) to += 1;
    // A vertex that lies on another one: each of the sides that meet there touches.
    if (to - from > 1) crossing(v, sweep.vertices[from + 1]!);
    for (const side of sweep.endingAt(from, to)) {
      const at = sweep.take(side);
      const met = crossing(sweep.under[at - 1], at < sweep.size ? sweep.under[at] : undefined);
      if (met) return met;
    }
    for (const side of sweep.beginningAt(from, to)) {
      const at = sweep.put(side);
      const below = crossing(sweep.under[at - 1], side);
      const met = below ?? crossing(side, at + 1 < sweep.size ? sweep.under[at + 1] : undefined);
      if (met) return met;
    }
  }
  return touch;
}

/** What lies under a line that sweeps over a ring: its sides from the lowest to the highest. Sides that touch keep an
 *  order too, as neither passes to the other side. */
class Sweep {
  /** In the order in which the line meets them. */
  readonly vertices: Int32Array;
  /** Of a vertex: the position of the first that lies where it lies. */
  readonly rank: Int32Array;
  readonly under: Int32Array;
  size = 0;
  readonly #ring: FlatRing;
  readonly #count: number;

  constructor(ring: FlatRing) {
    // Exchanged axes are a sweep along y.
    this.#ring = shorterAxis(ring) === 0 ? ring : exchangedAxes(ring);
    this.#count = ring.length / 2;
    this.under = new Int32Array(this.#count);
    const r = this.#ring;
    this.vertices = Int32Array.from({ length: this.#count }, (_, k) => k).sort(
      (p, q) => r[2 * p]! - r[2 * q]! || r[2 * p + 1]! - r[2 * q + 1]!,
    );
    this.rank = new Int32Array(this.#count);
    for (let k = 0, first = 0; k < this.#count; k += 1) {
      const [v, w] = [this.vertices[first]!, this.vertices[k]!];
      if (r[2 * v] !== r[2 * w] || r[2 * v + 1] !== r[2 * w + 1]) first = k;
      this.rank[w] = first;
    }
  }

  *endingAt(from: number, to: number): Generator<number> {
    for (const side of this.#sidesAt(from, to)) if (this.rank[this.#end(side)] === from) yield side;
  }

  *beginningAt(from: number, to: number): Generator<number> {
    for (const side of this.#sidesAt(from, to)) if (this.rank[this.#begin(side)] === from) yield side;
  }

  /** Its position among the sides under the line. */
  put(side: number): number {
    const at = this.#find(side);
    this.under.copyWithin(at + 1, at, this.size);
    this.under[at] = side;
    this.size += 1;
    return at;
  }

  /** The position that it had. */
  take(side: number): number {
    let at = this.#find(side);
    // Where sides are too close to tell, the order may be another one than when it was put in.
    if (this.under[at] !== side) at = this.under.subarray(0, this.size).indexOf(side);
    this.under.copyWithin(at, at + 1, this.size);
    this.size -= 1;
    return at;
  }

  *#sidesAt(from: number, to: number): Generator<number> {
    for (let k = from; k < to; k += 1) {
      const v = this.vertices[k]!;
      yield v;
      yield (v + this.#count - 1) % this.#count;
    }
  }

  #begin(side: number): number {
    const next = (side + 1) % this.#count;
    return this.rank[side]! < this.rank[next]! ? side : next;
  }

  #end(side: number): number {
    const next = (side + 1) % this.#count;
    return this.rank[side]! < this.rank[next]! ? next : side;
  }

  /** The first position whose side is not below. */
  #find(side: number): number {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#order(side, this.under[middle]!) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Above 0 where `p` lies above `q`, of two sides that are under the line at once. */
  #order(p: number, q: number): number {
    if (p === q) return 0;
    const [a, b] = [this.#begin(p), this.#begin(q)];
    if (this.rank[a]! < this.rank[b]!) return -this.#order(q, p);
    const [c, d] = [this.#end(p), this.#end(q)];
    return (
      this.#side(b, d, a) || (this.rank[c]! <= this.rank[d]! ? this.#side(b, d, c) : -this.#side(a, c, d)) || p - q
    );
  }

  #side(a: number, b: number, c: number): number {
    const r = this.#ring;
    return sideOfNumbers(r[2 * a]!, r[2 * a + 1]!, r[2 * b]!, r[2 * b + 1]!, r[2 * c]!, r[2 * c + 1]!);
  }
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
  return sideOfNumbers(a[0], a[1], b[0], b[1], c[0], c[1]);
}

function sideOfNumbers(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): -1 | 0 | 1 {
  const left = (ax - cx) * (by - cy);
  const right = (ay - cy) * (bx - cx);
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
