import type { Point } from '#domain/ring.ts';
import { isInside, rimDistance } from './label-place.ts';
import type { SceneMark, SceneRemnant } from './scene.ts';
import { boxOf } from './viewport.ts';

/** The mark under a finger: the smallest that holds the point, else the nearest within `reach` mm of it. */
export function markAt(marks: readonly SceneMark[], at: Point, reach: number): SceneMark | null {
  let best: { mark: SceneMark; cost: number } | null = null;
  for (const mark of marks) {
    const box = boxOf(mark.outline);
    if (
      !box ||
      at[0] < box.minX - reach ||
      at[0] > box.maxX + reach ||
      at[1] < box.minY - reach ||
      at[1] > box.maxY + reach
    )
      continue;
    const isIn = isInside(mark.outline, at);
    const distance = isIn ? 0 : rimDistance(mark.outline, at);
    if (distance > reach) continue;
    // Any mark that holds the point goes before any that is only near; among those the smaller one.
    const cost = isIn ? mark.areaMm2 * 1e-12 : 1 + distance;
    if (!best || cost < best.cost) best = { mark, cost };
  }
  return best?.mark ?? null;
}

/** The remnant under a finger. */
export function remnantAt(remnants: readonly SceneRemnant[], at: Point): SceneRemnant | null {
  const holds = ({ outline, holes }: SceneRemnant) =>
    isInside(outline, at) && !holes.some((hole) => isInside(hole, at));
  return remnants.find(holds) ?? null;
}
