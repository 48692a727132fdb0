import type { FlatRing } from '#domain/ring.ts';

/** Length of a ring's edge, the closing side included. */
export function ringPerimeter(ring: FlatRing): number {
  let length = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    length += Math.hypot(ring[i]! - ring[j]!, ring[i + 1]! - ring[j + 1]!);
  }
  return length;
}

/** Length of an open line of points. */
export function lineLength(line: FlatRing): number {
  let length = 0;
  for (let i = 2; i + 1 < line.length; i += 2) {
    length += Math.hypot(line[i]! - line[i - 2]!, line[i + 1]! - line[i - 1]!);
  }
  return length;
}
