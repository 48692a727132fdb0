import { labOfRgb } from '#inspect/colour-lab.ts';
import type { TrainingPicture } from './training-picture.ts';

/** A rectangle of a picture. */
export interface GoodPart {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The largest rectangle without a defect's pixel, both sides at least `leastPx`, or null. O(pixels). */
export function largestGoodPart(
  { mask, widthPx, heightPx }: Pick<TrainingPicture, 'mask' | 'widthPx' | 'heightPx'>,
  leastPx: number,
): GoodPart | null {
  const rise = new Int32Array(widthPx + 1);
  let best: GoodPart | null = null;
  for (let y = 0; y < heightPx; y += 1) {
    // Bars of good pixels ending in this row; the largest rectangle under them by a stack of rising bars.
    for (let x = 0; x < widthPx; x += 1) rise[x] = mask[y * widthPx + x] === 0 ? rise[x]! + 1 : 0;
    const stack: number[] = [];
    for (let x = 0; x <= widthPx; x += 1) {
      while (stack.length > 0 && rise[stack.at(-1)!]! >= rise[x]!) {
        const height = rise[stack.pop()!]!;
        const left = stack.length === 0 ? 0 : stack.at(-1)! + 1;
        const width = x - left;
        if (height < leastPx || width < leastPx) continue;
        if (best !== null && width * height <= best.widthPx * best.heightPx) continue;
        best = { leftPx: left, topPx: y - height + 1, widthPx: width, heightPx: height };
      }
      stack.push(x);
    }
  }
  return best;
}

/** Mean CIELAB of the pixels without a defect. */
export function goodColour({ rgb, mask }: Pick<TrainingPicture, 'rgb' | 'mask'>): [number, number, number] {
  const lab = labOfRgb(rgb);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] !== 0) continue;
    count += 1;
    for (const c of [0, 1, 2] as const) sum[c] += lab[3 * i + c]!;
  }
  return sum.map((v) => v / Math.max(1, count)) as [number, number, number];
}

/** Farthest colour from the first picture of a material; a and b count twice. */
const SAME_MATERIAL = 14;

/** Sorts pictures into materials by colour, each to the first material that is near enough, in order. */
export function materialsOf(colours: readonly (readonly [number, number, number])[]): number[][] {
  const materials: number[][] = [];
  for (const [index, colour] of colours.entries()) {
    const known = materials.find((own) => {
      const first = colours[own[0]!]!;
      return Math.hypot(colour[0] - first[0], 2 * (colour[1] - first[1]), 2 * (colour[2] - first[2])) < SAME_MATERIAL;
    });
    if (known) known.push(index);
    else materials.push([index]);
  }
  return materials;
}
