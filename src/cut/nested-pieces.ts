import type { FlatRing } from '#domain/ring.ts';
import { pointInRing } from '#geometry/point-in-ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

/** A piece and what lies in its holes. */
export interface NestedPiece {
  /** Position in the outlines given. */
  readonly placement: number;
  readonly within: readonly NestedPiece[];
}

/** Which pieces lie inside which: the outermost ones, each with those directly in it. Outlines of a valid layout lie
 *  inside each other whole or not at all, so one point of each tells; they may touch. O(n²) boxes. */
export function nestedPieces(outlines: readonly FlatRing[]): NestedPiece[] {
  const areas = outlines.map((ring) => Math.abs(ringArea(ring)));
  const boxes = outlines.map((ring) => ringBounds(ring));
  // The smaller first: the first one that holds a piece is the one directly round it.
  const bySize = [...outlines.keys()].sort((a, b) => areas[a]! - areas[b]!);
  const contents: NestedPiece[][] = outlines.map(() => []);
  const outermost: NestedPiece[] = [];
  bySize.forEach((placement, rank) => {
    const [x, y] = pointInside(outlines[placement]!);
    let siblings = outermost;
    for (let k = rank + 1; k < bySize.length && siblings === outermost; k += 1) {
      const other = bySize[k]!;
      const { minX, minY, maxX, maxY } = boxes[other]!;
      if (x <= minX || x >= maxX || y <= minY || y >= maxY || areas[other] === areas[placement]) continue;
      if (pointInRing(outlines[other]!, x, y) === 'inside') siblings = contents[other]!;
    }
    siblings.push({ placement, within: contents[placement]! });
  });
  for (const siblings of [outermost, ...contents]) siblings.sort((a, b) => a.placement - b.placement);
  return outermost;
}

/** A point well inside a ring: the middle of its longest chord on a height, near its own middle, where it has no corner. */
function pointInside(ring: FlatRing): readonly [number, number] {
  const { minY, maxY } = ringBounds(ring);
  const middle = (minY + maxY) / 2;
  let [below, above] = [-Infinity, Infinity];
  for (let i = 1; i < ring.length; i += 2) {
    if (ring[i]! <= middle) below = Math.max(below, ring[i]!);
    else above = Math.min(above, ring[i]!);
  }
  const y = (below + above) / 2;
  const crossings: number[] = [];
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ay, by] = [ring[j + 1]!, ring[i + 1]!];
    if (ay > y !== by > y) crossings.push(ring[j]! + ((ring[i]! - ring[j]!) * (y - ay)) / (by - ay));
  }
  crossings.sort((a, b) => a - b);
  let best = 0;
  for (let k = 2; k + 1 < crossings.length; k += 2)
    if (crossings[k + 1]! - crossings[k]! > crossings[best + 1]! - crossings[best]!) best = k;
  return [(crossings[best]! + crossings[best + 1]!) / 2, y];
}
