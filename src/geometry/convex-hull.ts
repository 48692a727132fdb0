import type { FlatRing } from '#domain/ring.ts';

/** The convex hull of points, counter-clockwise from the leftmost lowest one, without points on its sides. Fewer than
 *  three points come back when all lie on a line. O(n log n). @see Andrew 1979, monotone chain */
export function convexHull(points: FlatRing): Float64Array {
  const order = Array.from({ length: points.length / 2 }, (_, k) => 2 * k).sort(
    (p, q) => points[p]! - points[q]! || points[p + 1]! - points[q + 1]!,
  );
  const lower = chain(points, order);
  const upper = chain(points, order.reverse());
  const hull = [...lower.slice(0, -1), ...upper.slice(0, -1)];
  const kept = hull.length === 0 ? lower.slice(0, 1) : hull;
  return Float64Array.from(kept.flatMap((k) => [points[k]!, points[k + 1]!]));
}

function chain(points: FlatRing, order: readonly number[]): number[] {
  const out: number[] = [];
  for (const k of order) {
    while (out.length >= 2 && !turnsLeft(points, out[out.length - 2]!, out[out.length - 1]!, k)) out.pop();
    const last = out[out.length - 1];
    if (last === undefined || points[last] !== points[k] || points[last + 1] !== points[k + 1]) out.push(k);
  }
  return out;
}

function turnsLeft(points: FlatRing, a: number, b: number, c: number): boolean {
  const abx = points[b]! - points[a]!;
  const aby = points[b + 1]! - points[a + 1]!;
  return abx * (points[c + 1]! - points[a + 1]!) - aby * (points[c]! - points[a]!) > 0;
}
