import { labelComponents } from '#inspect/label-components.ts';
import { TOLERANCE_PX, visitWithinReach } from './tolerant-counts.ts';
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

/** A true object is found when this share of it is called defect by patches that are not false. */
export const FOUND_SHARE = 0.25;
/** A patch is false when less than this share of it lies near truth: the overlap that is usual where lesions are sought
 *  (nnDetection, Baumgartner et al. 2021, FROC at IoU .1). A quarter was tried: halos of taught packs round thin marks are wider. */
const NEAR_SHARE = 0.1;
/** Or less than so many times what of the whole picture lies near truth, which a patch over everything has: masks with their rim
 *  take up to .114 of a picture of real-256. */
const BETTER_THAN_CHANCE = 2;
/** But of so much no more is asked: a picture may show little else. */
const MOST_ASKED = 0.5;

/** The share of a patch that has to lie near truth, on a picture of which `nearShare` does. */
export function leastNear(nearShare: number): number {
  return Math.max(NEAR_SHARE, Math.min(MOST_ASKED, BETTER_THAN_CHANCE * nearShare));
}

/** What found and false are, where the figures are shown. */
export const OBJECT_WORDS = `Found: a quarter of an object is called. False: of a patch of at least 3 mm² less than a tenth lies within ${TOLERANCE_PX} px of truth, or less than twice the share that does of the whole picture (half is enough); such a patch finds nothing.`;
/** What `recallAtFalseRate` says, beside it. */
export const RATE_WORDS =
  'At a stated rate: thresholds fall until the first that lets more false patches through, and the most that was found on the way counts.';

/** Smaller found patches are no objects: the least area of the smallest classes of `class-rules.ts`. */
const LEAST_PATCH_MM2 = 3;

export interface PictureMask {
  readonly mmPerPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Class index a pixel, 0 good, NO_MATERIAL none. */
  readonly mask: Uint8Array;
}

/** True objects of a picture with the pixels within reach of them, and how much of a patch has to lie there; found once for many
 *  thresholds. */
export function objectsOf({ mask, widthPx, heightPx }: PictureMask) {
  const truth = mask.map((k) => (k === 0 || k === NO_MATERIAL ? 0 : 1));
  const real = labelComponents(truth, widthPx, heightPx, true);
  const near = new Uint8Array(mask.length);
  for (let i = 0; i < truth.length; i += 1)
    if (truth[i] === 1) visitWithinReach(i, widthPx, heightPx, (k) => (near[k] = 1));
  let materialPx = 0;
  let nearPx = 0;
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === NO_MATERIAL) continue;
    materialPx += 1;
    nearPx += near[i]!;
  }
  return { truth, real, near, least: leastNear(nearPx / Math.max(1, materialPx)) };
}

/** Found true objects, and false patches, of what is called defect. */
export function matchObjects(
  { mask, widthPx, heightPx, mmPerPx }: PictureMask,
  { real, near, least }: ReturnType<typeof objectsOf>,
  isCalled: (i: number) => boolean,
): { found: number; falsePatches: number } {
  const called = new Uint8Array(mask.length);
  for (let i = 0; i < mask.length; i += 1) if (mask[i] !== NO_MATERIAL && isCalled(i)) called[i] = 1;
  const patches = labelComponents(called, widthPx, heightPx, true);
  const nearPx = new Int32Array(patches.count + 1);
  for (let i = 0; i < near.length; i += 1) if (near[i] === 1) nearPx[patches.labels[i]!]! += 1;
  const isFalse = Uint8Array.from(nearPx, (px, k) => (px < least * patches.areaPx[k]! ? 1 : 0));
  const covered = new Int32Array(real.count + 1);
  for (let i = 0; i < called.length; i += 1)
    if (called[i] === 1 && isFalse[patches.labels[i]!] === 0) covered[real.labels[i]!]! += 1;
  let found = 0;
  for (let k = 1; k <= real.count; k += 1) if (covered[k]! >= FOUND_SHARE * real.areaPx[k]!) found += 1;
  let falsePatches = 0;
  for (let k = 1; k <= patches.count; k += 1)
    if (isFalse[k] === 1 && patches.areaPx[k]! * mmPerPx ** 2 >= LEAST_PATCH_MM2) falsePatches += 1;
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

/** Share of the objects found while the threshold falls to the last before the first that lets more than the stated rate of false
 *  patches a square metre through: lower ones, where patches run into fewer, do not count. Counts may only be summed over pictures
 *  of one scale. */
export function recallAtFalseRate(counts: ObjectCounts, falsePerM2: number): number {
  if (counts.objects === 0) return 1;
  let most = 0;
  for (let t = OBJECT_THRESHOLDS.length - 1; t >= 0; t -= 1) {
    if (counts.falsePatches[t]! > falsePerM2 * (counts.mm2 / 1e6)) break;
    most = Math.max(most, counts.found[t]!);
  }
  return most / counts.objects;
}
