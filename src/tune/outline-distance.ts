import type { FlatRing, Ring } from '#domain/ring.ts';
import { flatRing } from '#domain/ring.ts';
import { NearPoints } from '#geometry/near-points.ts';

/** How far two boundaries lie apart, mm. */
export interface BoundaryDistance {
  /** 95 of 100 places along either boundary lie within this of the other: the larger of both ways. */
  readonly p95: number;
  /** The farthest place; at most `FARTHEST`. */
  readonly max: number;
}

/** Distance of the places that are asked, mm. */
const ASKED_STEP = 1;
/** Distance of the points that stand for the other boundary, mm: a distance comes out too large by at most half of it,
 *  at a millimetre by 0.005. */
const STEP = 0.2;
/** Places farther off count as so far, mm. */
export const FARTHEST = 50;

/** Distances between two boundaries, each of one or more rings. Errs on the side of farther apart. */
export function boundaryDistance(found: readonly Ring[], truth: readonly Ring[]): BoundaryDistance {
  const ways = [farFrom(found, truth), farFrom(truth, found)];
  return { p95: Math.max(...ways.map((way) => way.p95)), max: Math.max(...ways.map((way) => way.max)) };
}

/** From places along `from` to the nearest of `to`: one way only. NaN where `from` has no place. */
export function farFrom(from: readonly Ring[], to: readonly Ring[]): BoundaryDistance {
  const near = new NearPoints(
    to.flatMap((ring) => along(flatRing(ring), STEP)),
    2,
  );
  const distances = from.flatMap((ring) =>
    along(flatRing(ring), ASKED_STEP).map(({ x, y }) => {
      const point = near.nearest(x, y, FARTHEST);
      return point === undefined ? FARTHEST : Math.hypot(point.x - x, point.y - y);
    }),
  );
  distances.sort((a, b) => a - b);
  return {
    p95: distances[Math.ceil(0.95 * distances.length) - 1] ?? NaN,
    max: distances.at(-1) ?? NaN,
  };
}

/** Places along a ring, at most `step` apart, corners among them. */
function along(ring: FlatRing, step: number): { readonly x: number; readonly y: number }[] {
  const places: { x: number; y: number }[] = [];
  for (let i = 0; i < ring.length; i += 2) {
    const [ax, ay] = [ring[i]!, ring[i + 1]!];
    const [bx, by] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
    const count = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / step));
    for (let k = 0; k < count; k += 1)
      places.push({ x: ax + ((bx - ax) * k) / count, y: ay + ((by - ay) * k) / count });
  }
  return places;
}
