import type { Ring } from '#domain/ring.ts';
import { maskToContours, type MaskRegion } from '#geometry/mask-to-contour.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { ringsInMm } from './cell-regions.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { foldSigns } from './fold-signs.ts';
import { labelComponents, type Components } from './label-components.ts';
import { SHADE_CELL, shadingMap } from './shading-map.ts';

/** What does not lie flat. */
export interface SeenFold {
  readonly outline: Ring;
  /** What it encloses and lies flat; only where there is some. */
  readonly holes?: readonly Ring[];
  /** Strength of the sign that speaks for it, 1 at the limit. */
  readonly value: number;
}

export interface FoldLimits {
  readonly flanks: number;
  readonly rim: number;
  readonly flesh: number;
}

/** From these signs on a fold is told: chosen on drawn hides 800 to 815 for one false alarm on two hides each way. */
export const FOLD_LIMITS: FoldLimits = { flanks: 0.09, rim: 0.16, flesh: 0.24 };
/** A fold grows into its neighbourhood down to this share of the limit. */
const GROW_SHARE = 0.6;
/** Less than this is a wrinkle or a stain. */
const LEAST_MM2 = 900;

/** Finds what does not lie flat on a whole hide, by its shading: waves, rims that rise, parts turned over. Surest first. */
export function findFolds(
  overview: Overview,
  hide: HideMask,
  frame: { readonly toMm: Homography; readonly pxPerPx: readonly [number, number] },
  limits: FoldLimits = FOLD_LIMITS,
): SeenFold[] {
  const map = shadingMap(overview, hide);
  const signs = foldSigns(map);
  const { across, down } = map;
  const score = new Float32Array(across * down);
  for (let i = 0; i < score.length; i += 1)
    score[i] = Math.max(signs.flanks[i]! / limits.flanks, signs.rim[i]! / limits.rim, signs.flesh[i]! / limits.flesh);
  const [x, y] = [map.cellPx[0] * frame.pxPerPx[0], map.cellPx[1] * frame.pxPerPx[1]];
  return foldsOf(score, across, { toMm: frame.toMm, pxPerCell: [x, y] });
}

/** Folds of a map of signs, 1 at the limit, a cell of SHADE_CELL mm each. Surest first. */
export function foldsOf(
  score: Float32Array,
  across: number,
  frame: { readonly toMm: Homography; readonly pxPerCell: readonly [number, number] },
): SeenFold[] {
  const down = score.length / across;
  const isGrown = Uint8Array.from(score, (v) => (v >= GROW_SHARE ? 1 : 0));
  const patches = labelComponents(isGrown, across, down, true);
  const values: number[][] = Array.from({ length: patches.count + 1 }, () => []);
  for (let i = 0; i < score.length; i += 1) if (patches.labels[i] !== 0) values[patches.labels[i]!]!.push(score[i]!);
  const folds: SeenFold[] = [];
  for (let patch = 1; patch <= patches.count; patch += 1) {
    const sure = values[patch]!.filter((v) => v >= 1).length * SHADE_CELL ** 2;
    if (sure < LEAST_MM2 / 2 || values[patch]!.length * SHADE_CELL ** 2 < LEAST_MM2) continue;
    const sorted = values[patch]!.sort((a, b) => b - a);
    const value = sorted[Math.floor(sorted.length / 10)]!;
    const { areaMm2: _, ...rings } = ringsInMm(largestRegion(patches, patch, across), frame.toMm, frame.pxPerCell, {
      leastMm2: LEAST_MM2,
      tolerance: SHADE_CELL / 2,
    });
    folds.push({ ...rings, value: Math.round(value * 100) / 100 });
  }
  return folds.sort((a, b) => b.value - a.value);
}

/** Borders of the largest piece of a patch, cells: pieces that touch at their corners alone are one patch. */
function largestRegion(
  { labels, boxes }: Components,
  patch: number,
  across: number,
): Pick<MaskRegion, 'outline' | 'holes'> {
  const left = boxes[4 * patch]!;
  const top = boxes[4 * patch + 1]!;
  const w = boxes[4 * patch + 2]! - left + 1;
  const h = boxes[4 * patch + 3]! - top + 1;
  const isPatch = (i: number) => labels[(top + Math.floor(i / w)) * across + left + (i % w)] === patch;
  const { outline, holes } = maskToContours(isPatch, w, h).reduce((a, b) => (b.areaPx > a.areaPx ? b : a));
  const moved = (ring: Float64Array) => ring.map((v, i) => v + (i % 2 === 0 ? left : top));
  return { outline: moved(outline), holes: holes.map(moved) };
}
