/** Side of the patch whose place is sought in another picture, pixels of the scan, and how far around it is sought. */
export const PATCH_PX = 40;
export const REACH_PX = 6;

/** Least contrast (standard deviation of brightness), and least of it across its weaker direction: a line says nothing of
 *  where along it one is. */
const LEAST_CONTRAST = 4;
const LEAST_CORNER = 0.08;

/** Correlation from which two patches show the same. */
const LEAST_LIKENESS = 0.75;

/** How far `patch` (PATCH_PX a side) lies from the middle of `around` (2 REACH_PX wider), in pixels, to a fraction of one;
 *  null where there is nothing to tell it by. A shift beyond the reach is said to be the reach.
 *  Normalised correlation at whole pixels, then a parabola through the peak in each direction. */
export function patchShift(patch: Float64Array, around: Float64Array): number | null {
  if (!isTelling(patch)) return null;
  const side = 2 * REACH_PX + 1;
  const wide = PATCH_PX + 2 * REACH_PX;
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
  if (likeness[best]! < LEAST_LIKENESS) return null;
  const [dx, dy] = [best % side, Math.floor(best / side)];
  if (dx === 0 || dy === 0 || dx === side - 1 || dy === side - 1) return REACH_PX;
  const peak = (before: number, at: number, after: number) => (before - after) / (2 * (before - 2 * at + after));
  const across = dx + peak(likeness[best - 1]!, likeness[best]!, likeness[best + 1]!);
  const down = dy + peak(likeness[best - side]!, likeness[best]!, likeness[best + side]!);
  return Math.hypot(across - REACH_PX, down - REACH_PX);
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

/** Enough contrast, in both directions. @see Shi and Tomasi 1994, "Good features to track" */
function isTelling(patch: Float64Array): boolean {
  if (momentsOf(patch, PATCH_PX, 0, 0, PATCH_PX)[1] < LEAST_CONTRAST) return false;
  let [xx, xy, yy] = [0, 0, 0];
  for (let y = 1; y < PATCH_PX - 1; y += 1)
    for (let x = 1; x < PATCH_PX - 1; x += 1) {
      const at = y * PATCH_PX + x;
      const gx = patch[at + 1]! - patch[at - 1]!;
      const gy = patch[at + PATCH_PX]! - patch[at - PATCH_PX]!;
      xx += gx * gx;
      xy += gx * gy;
      yy += gy * gy;
    }
  const middle = (xx + yy) / 2;
  const half = Math.hypot((xx - yy) / 2, xy);
  return middle - half > LEAST_CORNER * (middle + half);
}
