import { labOfRgb } from '#inspect/colour-lab.ts';

/** Half sides of the small and the wide square: about 3 px of line against 31 px of surroundings. */
const SMALL_PX = 1;
const WIDE_PX = 15;

/** The simple rival that a trained pack must beat: how far the lightness of a pixel (mean of 3 x 3) lies from the mean
 *  of its surroundings (31 x 31), in deviations there. Gives 0 to 65535 for 0 to 8 deviations. Pixels where `mask` is 0
 *  (table) count neither in means nor in the answer. O(pixels). */
export function localContrast(
  rgb: Uint8Array,
  widthPx: number,
  heightPx: number,
  mask: (index: number) => boolean,
): Uint16Array {
  const lab = labOfRgb(rgb);
  const w = widthPx + 1;
  const count = new Float64Array(w * (heightPx + 1));
  const light = new Float64Array(w * (heightPx + 1));
  const square = new Float64Array(w * (heightPx + 1));
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const i = y * widthPx + x;
      const at = (y + 1) * w + x + 1;
      const n = mask(i) ? 1 : 0;
      const v = n * lab[3 * i]!;
      count[at] = n + count[at - 1]! + count[at - w]! - count[at - w - 1]!;
      light[at] = v + light[at - 1]! + light[at - w]! - light[at - w - 1]!;
      square[at] = v * v + square[at - 1]! + square[at - w]! - square[at - w - 1]!;
    }
  const out = new Uint16Array(widthPx * heightPx);
  const box = (table: Float64Array, x: number, y: number, r: number) => {
    const left = Math.max(0, x - r);
    const top = Math.max(0, y - r);
    const right = Math.min(widthPx, x + r + 1);
    const bottom = Math.min(heightPx, y + r + 1);
    return table[bottom * w + right]! - table[top * w + right]! - table[bottom * w + left]! + table[top * w + left]!;
  };
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const i = y * widthPx + x;
      if (!mask(i)) continue;
      const n = box(count, x, y, WIDE_PX);
      const mean = box(light, x, y, WIDE_PX) / n;
      const deviation = Math.sqrt(Math.max(0, box(square, x, y, WIDE_PX) / n - mean * mean));
      const here = box(light, x, y, SMALL_PX) / box(count, x, y, SMALL_PX);
      out[i] = Math.min(65535, (Math.abs(here - mean) / (deviation + 0.5) / 8) * 65535);
    }
  return out;
}
