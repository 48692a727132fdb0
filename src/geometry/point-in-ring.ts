import type { FlatRing } from '#domain/ring.ts';
import { exchangedAxes, shorterAxis } from './shorter-axis.ts';

/** Where a point lies. On the edge means exactly so in floating point: a point that was computed onto a slanted edge
 *  may come out on either side of it. Even-odd for rings that cross themselves. O(n). */
export function pointInRing(ring: FlatRing, x: number, y: number): 'inside' | 'edge' | 'outside' {
  let isInside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const passed = passes(ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!, x, y);
    if (passed === 'edge') return 'edge';
    if (passed) isInside = !isInside;
  }
  return isInside ? 'inside' : 'outside';
}

/** Whether the side from a to b passes to the right of a point, on its height. */
function passes(ax: number, ay: number, bx: number, by: number, x: number, y: number): boolean | 'edge' {
  if (ay > y === by > y) {
    const isLevel = ay === y && by === y && x >= Math.min(ax, bx) && x <= Math.max(ax, bx);
    return isLevel || (bx === x && by === y) || (ax === x && ay === y) ? 'edge' : false;
  }
  const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
  return side === 0 ? 'edge' : side > 0 === by > ay;
}

/** Where each of many points lies, as `pointInRing` tells it but for what is a rounding away from a side. Swept along the axis on which the sides are shorter, each
 *  point held against the sides that pass it: O((n + m) log (n + m)), and for each point those sides. */
export function pointsInRing(ring: FlatRing, points: FlatRing): ('inside' | 'edge' | 'outside')[] {
  const axis = shorterAxis(ring);
  // Exchanged axes mirror the ring: what is inside stays inside.
  const [r, p] = axis === 1 ? [ring, points] : [exchangedAxes(ring), exchangedAxes(points)];
  const count = r.length / 2;
  const next = (k: number) => (k + 1) % count;
  const low = Float64Array.from({ length: count }, (_, k) => Math.min(r[2 * k + 1]!, r[2 * next(k) + 1]!));
  const high = Float64Array.from({ length: count }, (_, k) => Math.max(r[2 * k + 1]!, r[2 * next(k) + 1]!));
  const sides = Int32Array.from(low.keys()).sort((a, b) => low[a]! - low[b]!);
  const order = Int32Array.from({ length: p.length / 2 }, (_, k) => k).sort((a, b) => p[2 * a + 1]! - p[2 * b + 1]!);
  const active = new Int32Array(count);
  let [size, from] = [0, 0];
  const places: ('inside' | 'edge' | 'outside')[] = new Array(order.length);
  for (const k of order) {
    const [x, y] = [p[2 * k]!, p[2 * k + 1]!];
    for (; from < count && low[sides[from]!]! <= y; from += 1) active[size++] = sides[from]!;
    let [kept, isInside, isEdge] = [0, false, false];
    for (let i = 0; i < size; i += 1) {
      const s = active[i]!;
      if (high[s]! < y) continue;
      active[kept++] = s;
      if (isEdge) continue;
      const t = next(s);
      const passed = passes(r[2 * s]!, r[2 * s + 1]!, r[2 * t]!, r[2 * t + 1]!, x, y);
      isEdge = passed === 'edge';
      if (passed === true) isInside = !isInside;
    }
    size = kept;
    places[k] = isEdge ? 'edge' : isInside ? 'inside' : 'outside';
  }
  return places;
}

/** Whether a point lies in a region: in the outline or on its edge, and not inside any hole. */
export function isInRegion(outline: FlatRing, holes: readonly FlatRing[], x: number, y: number): boolean {
  return pointInRing(outline, x, y) !== 'outside' && holes.every((hole) => pointInRing(hole, x, y) !== 'inside');
}
