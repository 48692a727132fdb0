import type { FlatRing } from '#domain/ring.ts';

/** Where a point lies. On the edge means exactly so in floating point: a point that was computed onto a slanted edge
 *  may come out on either side of it. Even-odd for rings that cross themselves. O(n). */
export function pointInRing(ring: FlatRing, x: number, y: number): 'inside' | 'edge' | 'outside' {
  let isInside = false;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const ax = ring[j]!;
    const ay = ring[j + 1]!;
    const bx = ring[i]!;
    const by = ring[i + 1]!;
    if (ay > y === by > y) {
      const isLevel = ay === y && by === y && x >= Math.min(ax, bx) && x <= Math.max(ax, bx);
      if (isLevel || (bx === x && by === y) || (ax === x && ay === y)) return 'edge';
      continue;
    }
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (side === 0) return 'edge';
    if (side > 0 === by > ay) isInside = !isInside;
  }
  return isInside ? 'inside' : 'outside';
}

/** Whether a point lies in a region: in the outline or on its edge, and not inside any hole. */
export function isInRegion(outline: FlatRing, holes: readonly FlatRing[], x: number, y: number): boolean {
  return pointInRing(outline, x, y) !== 'outside' && holes.every((hole) => pointInRing(hole, x, y) !== 'inside');
}
