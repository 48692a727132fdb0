import type { Point, Ring } from '#domain/ring.ts';

/** Loops smaller than this are taps or slips, mm². */
const LEAST_AREA = 25;
const MOST_REPAIRS = 50;

/** The area that a finger meant by a stroke: thinned, closed, and without the tails and knots that a hand makes where
 *  it crosses its own line (of the two loops at a crossing the larger one stays).
 *  @param step points nearer than this, mm, are dropped
 *  @returns a simple ring, or null when the stroke holds no area */
export function fingerLoop(stroke: Ring, step: number): Ring | null {
  let ring: Point[] = [];
  for (const p of stroke) {
    const last = ring.at(-1);
    if (!last || Math.hypot(p[0] - last[0], p[1] - last[1]) >= step) ring.push(p);
  }
  for (let i = 0; i < MOST_REPAIRS; i += 1) {
    if (ring.length < 3) return null;
    const crossing = firstCrossing(ring);
    if (!crossing) return Math.abs(signedArea(ring)) >= LEAST_AREA ? ring : null;
    const { i: a, j: b, at } = crossing;
    const inner = [at, ...ring.slice(a + 1, b + 1)];
    const outer = [at, ...ring.slice(b + 1), ...ring.slice(0, a + 1)];
    ring = Math.abs(signedArea(inner)) >= Math.abs(signedArea(outer)) ? inner : outer;
  }
  return null;
}

export function signedArea(ring: Ring): number {
  let twice = 0;
  ring.forEach(([x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length]!;
    twice += x * ny - nx * y;
  });
  return twice / 2;
}

function firstCrossing(ring: Ring): { i: number; j: number; at: Point } | null {
  const n = ring.length;
  for (let i = 0; i < n - 2; i += 1)
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      const at = crossing(ring[i]!, ring[i + 1]!, ring[j]!, ring[(j + 1) % n]!);
      if (at) return { i, j, at };
    }
  return null;
}

function crossing(a: Point, b: Point, c: Point, d: Point): Point | null {
  const rx = b[0] - a[0];
  const ry = b[1] - a[1];
  const sx = d[0] - c[0];
  const sy = d[1] - c[1];
  const denominator = rx * sy - ry * sx;
  if (denominator === 0) return null;
  const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / denominator;
  const u = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / denominator;
  return t >= 0 && t <= 1 && u >= 0 && u <= 1 ? [a[0] + t * rx, a[1] + t * ry] : null;
}
