import type { FlatRing } from '#domain/ring.ts';
import { ringArea } from './ring-area.ts';

/** One ring in the place of an outline and its holes: each hole is joined at the nearest pair of corners by a bridge that
 *  is walked both ways (a keyhole polygon). Filled by the even-odd rule, and by the winding rule, it is the same region.
 *  For formats that know outlines alone. O(corners of holes x corners). */
export function bridgeHoles(outline: FlatRing, holes: readonly FlatRing[]): number[] {
  let ring = Array.from(outline);
  const isPositive = ringArea(outline) > 0;
  for (const hole of holes) {
    const turned = ringArea(hole) > 0 === isPositive ? reversed(hole) : Array.from(hole);
    const [at, from] = nearestCorners(ring, turned);
    const loop = [...turned.slice(from), ...turned.slice(0, from + 2)];
    ring = [...ring.slice(0, at + 2), ...loop, ...ring.slice(at)];
  }
  return ring;
}

/** Where the nearest corners stand in either ring. */
function nearestCorners(ring: readonly number[], hole: readonly number[]): readonly [number, number] {
  let nearest: readonly [number, number] = [0, 0];
  let least = Infinity;
  for (let i = 0; i + 1 < ring.length; i += 2)
    for (let j = 0; j + 1 < hole.length; j += 2) {
      const distance = (ring[i]! - hole[j]!) ** 2 + (ring[i + 1]! - hole[j + 1]!) ** 2;
      if (distance < least) [least, nearest] = [distance, [i, j]];
    }
  return nearest;
}

function reversed(ring: FlatRing): number[] {
  const out: number[] = [];
  for (let i = ring.length - 2; i >= 0; i -= 2) out.push(ring[i]!, ring[i + 1]!);
  return out;
}
