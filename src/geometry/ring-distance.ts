import type { FlatRing } from '#domain/ring.ts';

/** Distance of a point from a closed ring's line; infinite from a ring without points. O(points). */
export function ringDistance(ring: FlatRing, x: number, y: number): number {
  let least = Infinity;
  let [ax, ay] = [ring[ring.length - 2] ?? 0, ring[ring.length - 1] ?? 0];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const [bx, by] = [ring[i]!, ring[i + 1]!];
    const [dx, dy] = [bx - ax, by - ay];
    const square = dx * dx + dy * dy;
    const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / square));
    least = Math.min(least, Math.hypot(ax + t * dx - x, ay + t * dy - y));
    [ax, ay] = [bx, by];
  }
  return least;
}

/** How far the corner of `points` that is farthest from a ring's line lies from it. O(points of both, multiplied). */
export function farthestFrom(ring: FlatRing, points: FlatRing): number {
  let most = 0;
  for (let i = 0; i + 1 < points.length; i += 2) most = Math.max(most, ringDistance(ring, points[i]!, points[i + 1]!));
  return most;
}
