import { labelComponents } from '#inspect/label-components.ts';
import { NO_MATERIAL } from './training-picture.ts';

/** Thresholds of P(defect) at which objects are counted, rising. */
export const OBJECT_THRESHOLDS: readonly number[] = [
  0.02, 0.04, 0.07, 0.1, 0.14, 0.18, 0.23, 0.28, 0.34, 0.4, 0.46, 0.52, 0.58, 0.64, 0.7, 0.76, 0.82, 0.87, 0.91, 0.95,
  0.98,
];

/** Objects of one picture, or of many. */
export interface ObjectCounts {
  objects: number;
  /** Square millimetres of material. */
  mm2: number;
  /** By threshold of OBJECT_THRESHOLDS. */
  readonly found: Float64Array;
  readonly falsePatches: Float64Array;
}

export function emptyObjects(): ObjectCounts {
  const steps = OBJECT_THRESHOLDS.length;
  return { objects: 0, mm2: 0, found: new Float64Array(steps), falsePatches: new Float64Array(steps) };
}

export function addObjects(into: ObjectCounts, from: ObjectCounts): void {
  into.objects += from.objects;
  into.mm2 += from.mm2;
  for (let i = 0; i < into.found.length; i += 1) {
    into.found[i]! += from.found[i]!;
    into.falsePatches[i]! += from.falsePatches[i]!;
  }
}

/** A true object is found when this share of it is called defect. */
export const FOUND_SHARE = 0.25;
const REACH_PX = 3;
/** Smaller found patches are no objects: the least area of the smallest classes of `class-rules.ts`. */
const LEAST_PATCH_MM2 = 3;

export interface PictureMask {
  readonly mmPerPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Class index a pixel, 0 good, NO_MATERIAL none. */
  readonly mask: Uint8Array;
}

/** True objects of a picture with the pixels within reach of them, found once for many thresholds. */
export function objectsOf({ mask, widthPx, heightPx }: PictureMask) {
  const truth = mask.map((k) => (k === 0 || k === NO_MATERIAL ? 0 : 1));
  const real = labelComponents(truth, widthPx, heightPx, true);
  const near = new Uint8Array(mask.length);
  for (let i = 0; i < truth.length; i += 1) {
    if (truth[i] === 0) continue;
    const u = i % widthPx;
    const v = (i - u) / widthPx;
    for (let y = Math.max(0, v - REACH_PX); y <= Math.min(heightPx - 1, v + REACH_PX); y += 1)
      near.fill(1, y * widthPx + Math.max(0, u - REACH_PX), y * widthPx + Math.min(widthPx - 1, u + REACH_PX) + 1);
  }
  return { truth, real, near };
}

/** Found true objects, and found patches that have no true pixel within reach, of what is called defect. */
export function matchObjects(
  { mask, widthPx, heightPx, mmPerPx }: PictureMask,
  { real, near }: ReturnType<typeof objectsOf>,
  isCalled: (i: number) => boolean,
): { found: number; falsePatches: number } {
  const called = new Uint8Array(mask.length);
  const covered = new Int32Array(real.count + 1);
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === NO_MATERIAL || !isCalled(i)) continue;
    called[i] = 1;
    covered[real.labels[i]!]! += 1;
  }
  let found = 0;
  for (let k = 1; k <= real.count; k += 1) if (covered[k]! >= FOUND_SHARE * real.areaPx[k]!) found += 1;
  const patches = labelComponents(called, widthPx, heightPx, true);
  const touches = new Uint8Array(patches.count + 1);
  for (let i = 0; i < near.length; i += 1) if (near[i] === 1) touches[patches.labels[i]!] = 1;
  let falsePatches = 0;
  for (let k = 1; k <= patches.count; k += 1)
    if (touches[k] === 0 && patches.areaPx[k]! * mmPerPx ** 2 >= LEAST_PATCH_MM2) falsePatches += 1;
  return { found, falsePatches };
}

/** Counts at every threshold of OBJECT_THRESHOLDS; scores in 65535ths. */
export function countObjects(
  picture: PictureMask,
  objects: ReturnType<typeof objectsOf>,
  score: Uint16Array,
): ObjectCounts {
  const counts = emptyObjects();
  counts.objects = objects.real.count;
  for (const kind of picture.mask) if (kind !== NO_MATERIAL) counts.mm2 += picture.mmPerPx ** 2;
  OBJECT_THRESHOLDS.forEach((threshold, t) => {
    const least = threshold * 65535;
    const { found, falsePatches } = matchObjects(picture, objects, (i) => score[i]! >= least);
    counts.found[t] = found;
    counts.falsePatches[t] = falsePatches;
  });
  return counts;
}

/** Share of the objects found at the lowest threshold that keeps the stated rate of false patches a square metre; 0 when
 *  none does. Counts may only be summed over pictures of one scale. */
export function recallAtFalseRate(counts: ObjectCounts, falsePerM2: number): number {
  if (counts.objects === 0) return 1;
  let best = 0;
  for (let t = 0; t < OBJECT_THRESHOLDS.length; t += 1)
    if (counts.falsePatches[t]! <= falsePerM2 * (counts.mm2 / 1e6)) best = Math.max(best, counts.found[t]!);
  return best / counts.objects;
}
