/** Side of the patch whose place is sought in another picture, pixels of the scan. */
export const PATCH_PX = 40;

/** How far around it is sought at least, pixels, and mm: more than pictures may lie apart, whatever the scan's scale. */
const LEAST_REACH_PX = 6;
const LEAST_REACH = 0.6;

export function reachPx(mmPerPx: number): number {
  return Math.max(LEAST_REACH_PX, Math.ceil(LEAST_REACH / mmPerPx));
}

/** Least contrast (standard deviation of brightness), and least of it across its weaker direction: a line says nothing of
 *  where along it one is. */
const LEAST_CONTRAST = 4;
const LEAST_CORNER = 0.08;

/** Least contrast with which two patches that are not alike show different things: a sensor's noise is alike nowhere. */
const UNLIKE_CONTRAST = 8;

/** Correlation from which two patches show the same. */
const LEAST_LIKENESS = 0.75;

/** Pixels to the right and down. */
export type Shift = readonly [number, number];

/** Two places show different things. */
export const UNLIKE: Shift = [Infinity, Infinity];

/** Where `patch` (PATCH_PX a side) lies from the middle of `around` (2 `reach` wider), in pixels, to a fraction of one;
 *  null where there is nothing to tell it by, UNLIKE where both show something and nothing within reach is alike. A shift
 *  beyond the reach is said to be the reach, or UNLIKE.
 *  Normalised correlation at whole pixels, then a parabola through the peak in each direction. Cost: reach², some
 *  millisecond at 12. */
export function patchShift(patch: Float64Array, around: Float64Array, reach: number): Shift | null {
  if (!isTelling(patch, PATCH_PX, 0)) return null;
  const side = 2 * reach + 1;
  const wide = PATCH_PX + 2 * reach;
  const likeness = new Float64Array(side * side);
  const [mean, deviation] = momentsOf(patch, PATCH_PX, 0, 0, PATCH_PX);
  for (let dy = 0; dy < side; dy += 1)
    for (let dx = 0; dx < side; dx += 1) {
      const [otherMean, otherDeviation] = momentsOf(around, wide, dx, dy, PATCH_PX);
      let sum = 0;
      for (let y = 0; y < PATCH_PX; y += 1)
        for (let x = 0; x < PATCH_PX; x += 1)
          sum += (patch[y * PATCH_PX + x]! - mean) * (around[(y + dy) * wide + x + dx]! - otherMean);
      likeness[dy * side + dx] = sum / (PATCH_PX * PATCH_PX * deviation * Math.max(otherDeviation, 1e-9));
    }
  const best = likeness.reduce((at, value, i) => (value > likeness[at]! ? i : at), 0);
  if (likeness[best]! < LEAST_LIKENESS) {
    const isShown = isTelling(around, wide, reach, UNLIKE_CONTRAST) && deviation >= UNLIKE_CONTRAST;
    return isShown ? UNLIKE : null;
  }
  const [dx, dy] = [best % side, Math.floor(best / side)];
  if (dx === 0 || dy === 0 || dx === side - 1 || dy === side - 1) return [dx - reach, dy - reach];
  const peak = (before: number, at: number, after: number) => (before - after) / (2 * (before - 2 * at + after));
  const across = dx + peak(likeness[best - 1]!, likeness[best]!, likeness[best + 1]!);
  const down = dy + peak(likeness[best - side]!, likeness[best]!, likeness[best + side]!);
  return [across - reach, down - reach];
}

function momentsOf(values: Float64Array, stride: number, left: number, top: number, side: number): [number, number] {
  let sum = 0;
  let squares = 0;
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1) {
      const value = values[(top + y) * stride + left + x]!;
      sum += value;
      squares += value * value;
    }
  const mean = sum / (side * side);
  return [mean, Math.sqrt(Math.max(0, squares / (side * side) - mean * mean))];
}

/** Enough contrast, in both directions, of the patch `inset` from the corner of a square of `stride`. @see Shi and Tomasi 1994, "Good features to track" */
function isTelling(values: Float64Array, stride: number, inset: number, least = LEAST_CONTRAST): boolean {
  if (momentsOf(values, stride, inset, inset, PATCH_PX)[1] < least) return false;
  let [xx, xy, yy] = [0, 0, 0];
  for (let y = 1; y < PATCH_PX - 1; y += 1)
    for (let x = 1; x < PATCH_PX - 1; x += 1) {
      const at = (y + inset) * stride + x + inset;
      const gx = values[at + 1]! - values[at - 1]!;
      const gy = values[at + stride]! - values[at - stride]!;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  const middle = (xx + yy) / 2;
  const half = Math.hypot((xx - yy) / 2, xy);
  return middle - half > LEAST_CORNER * (middle + half);
}
