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

/** What tells one material from another: mean CIELAB of the pixels without a defect, and the logarithm of how far
 *  neighbours across differ there in lightness. */
export interface GoodLook {
  readonly lab: readonly [number, number, number];
  readonly grain: number;
}

export function goodLook({ rgb, mask, widthPx }: Pick<TrainingPicture, 'rgb' | 'mask' | 'widthPx'>): GoodLook {
  const lab = labOfRgb(rgb);
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  let rough = 0;
  let pairs = 0;
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] !== 0) continue;
    count += 1;
    for (const c of [0, 1, 2] as const) sum[c] += lab[3 * i + c]!;
    if (i % widthPx === 0 || mask[i - 1] !== 0) continue;
    rough += Math.abs(lab[3 * i]! - lab[3 * (i - 1)]!);
    pairs += 1;
  }
  const mean = sum.map((v) => v / Math.max(1, count)) as [number, number, number];
  return { lab: mean, grain: Math.log(rough / Math.max(1, pairs) + LEAST_ROUGHNESS) };
}
/** Keeps the logarithm of perfectly even leather finite. */
const LEAST_ROUGHNESS = 0.01;

/** Farthest colour from the first picture of a material; a and b count twice. */
const SAME_COLOUR = 14;
/** Farthest grain: real hides of one colour differ by .5 and more, pictures of one hide by .4. */
const SAME_GRAIN = 0.45;

/** Sorts pictures into materials by colour and grain, each to the first material that is near enough, in order. */
export function materialsOf(looks: readonly GoodLook[]): number[][] {
  const materials: number[][] = [];
  for (const [index, { lab, grain }] of looks.entries()) {
    const known = materials.find((own) => {
      const first = looks[own[0]!]!;
      const [l, a, b] = first.lab;
      const colour = Math.hypot(lab[0] - l, 2 * (lab[1] - a), 2 * (lab[2] - b));
      return colour < SAME_COLOUR && Math.abs(grain - first.grain) < SAME_GRAIN;
    });
    if (known) known.push(index);
    else materials.push([index]);
  }
  return materials;
}
