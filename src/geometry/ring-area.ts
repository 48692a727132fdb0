import type { FlatRing } from '#domain/ring.ts';

/** Signed area of a ring by the shoelace formula, in the square of its unit: positive counter-clockwise (y up).
 *  Taken about the first vertex, so that a small ring far from the origin keeps its digits. */
export function ringArea(ring: FlatRing): number {
  const x0 = ring[0] ?? 0;
  const y0 = ring[1] ?? 0;
  let twice = 0;
  for (let i = 2; i + 3 < ring.length; i += 2) {
    twice += (ring[i]! - x0) * (ring[i + 3]! - y0) - (ring[i + 2]! - x0) * (ring[i + 1]! - y0);
  }
  return twice / 2;
}

/** Area of a region: its outline without its holes. Direction of the rings does not matter; holes lie inside and apart. */
export function regionArea(outline: FlatRing, holes: readonly FlatRing[]): number {
  return holes.reduce((rest, hole) => rest - Math.abs(ringArea(hole)), Math.abs(ringArea(outline)));
}
