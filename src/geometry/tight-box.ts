import type { FlatRing } from '#domain/ring.ts';
import { convexHull } from './convex-hull.ts';

/** Sides of the smallest rectangle by area that holds all points, however it is turned; the longer is the length. It has a side
 *  along one of the hull's. O(n log n + h²) of n points and h corners of their hull.
 *  @see Freeman and Shapira 1975, Determining the minimum-area encasing rectangle for an arbitrary closed curve */
export function tightBox(points: FlatRing): { readonly length: number; readonly width: number } {
  const hull = convexHull(points);
  let best: { readonly length: number; readonly width: number } | null = null;
  for (let k = 0; k < hull.length; k += 2) {
    const next = (k + 2) % hull.length;
    const [dx, dy] = [hull[next]! - hull[k]!, hull[next + 1]! - hull[k + 1]!];
    const side = Math.hypot(dx, dy);
    if (side === 0) continue;
    const along = extent(hull, dx / side, dy / side);
    const across = extent(hull, -dy / side, dx / side);
    if (best !== null && along * across >= best.length * best.width) continue;
    best = { length: Math.max(along, across), width: Math.min(along, across) };
  }
  return best ?? { length: 0, width: 0 };
}

/** How far points spread along a direction of length 1. */
function extent(points: FlatRing, ux: number, uy: number): number {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const at = points[i]! * ux + points[i + 1]! * uy;
    least = Math.min(least, at);
    most = Math.max(most, at);
  }
  return most - least;
}
