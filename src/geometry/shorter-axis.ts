import type { FlatRing } from '#domain/ring.ts';

/** 0 to sweep along x, 1 along y: the axis on which the sides cover less of the extent. */
export function shorterAxis(ring: FlatRing): 0 | 1 {
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

/** With x for y and y for x: mirrored, so what was to the left of a side is to its right. */
export function exchangedAxes(points: FlatRing): FlatRing {
  return points.map((_, i) => points[i ^ 1]!);
}
