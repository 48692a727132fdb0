import type { Ring } from '#domain/ring.ts';
import { maskToContours, type MaskRegion } from '#geometry/mask-to-contour.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { regionArea, ringArea } from '#geometry/ring-area.ts';
import { simplifyRings } from '#geometry/simplify-ring.ts';
import { medianOf } from '#domain/median-of.ts';
import { fileRing, ringToMm } from './ring-to-mm.ts';

export interface CellGrid {
  readonly across: number;
  readonly down: number;
  /** Side of a cell in scan pixels, across and down. */
  readonly sidePx: readonly [number, number];
  readonly toMm: Homography;
}

/** A patch of cells of one kind. */
export interface CellRegion {
  readonly outline: Ring;
  /** Openings in it; only where there are some. */
  readonly holes?: readonly Ring[];
  /** Without its holes. */
  readonly areaMm2: number;
  /** Median of the cells inside. */
  readonly value: number;
}

/** Each cell is cut into this many steps along a side, and values are blended between cells: borders are no stairs. */
const STEPS = 4;
/** Largest distance of a polygon from the blended border, mm. */
const TOLERANCE = 1.5;

/** Patches where the cells' values reach `level`, from `leastMm2` on, largest first. Cells that are not known (NaN) count as
 *  their neighbours do. Holes below `leastMm2` are filled: worse leather is the safe side. Larger ones stay: belly all along the rim
 *  is a ring, and what it encloses is no belly. */
export function cellRegions(values: Float64Array, grid: CellGrid, level: number, leastMm2: number): CellRegion[] {
  const { across, down } = grid;
  const filled = fillUnknown(values, across, down);
  const w = across * STEPS;
  const h = down * STEPS;
  const blended = new Float64Array(w * h);
  for (let y = 0; y < h; y += 1)
    for (let x = 0; x < w; x += 1)
      blended[y * w + x] = blend(filled, across, down, (x + 0.5) / STEPS - 0.5, (y + 0.5) / STEPS - 0.5);
  const isKnown = (x: number, y: number) =>
    !Number.isNaN(values[Math.floor(y / STEPS) * across + Math.floor(x / STEPS)]!);
  const regions = maskToContours((i) => blended[i]! >= level && isKnown(i % w, Math.floor(i / w)), w, h);
  return regions
    .map((region) => {
      const inside = valuesInside(region.outline, blended, w, level);
      const rings = ringsInMm(region, grid.toMm, [grid.sidePx[0] / STEPS, grid.sidePx[1] / STEPS], {
        leastMm2,
        tolerance: TOLERANCE,
      });
      return { ...rings, value: inside };
    })
    .filter((region) => region.areaMm2 >= leastMm2)
    .sort((a, b) => b.areaMm2 - a.areaMm2);
}

/** Rings of a file of a patch of a mask, mm, with the holes that are not small. */
export function ringsInMm(
  region: Pick<MaskRegion, 'outline' | 'holes'>,
  toMm: Homography,
  pxPerPx: readonly [number, number],
  { leastMm2, tolerance }: { readonly leastMm2: number; readonly tolerance: number },
): Pick<CellRegion, 'outline' | 'holes' | 'areaMm2'> {
  const flat = (ring: Float64Array) => ringToMm(ring, toMm, pxPerPx);
  const open = region.holes.map(flat).filter((hole) => Math.abs(ringArea(hole)) >= leastMm2);
  const [outline, ...holes] = simplifyRings([flat(region.outline), ...open], tolerance) as [
    Float64Array,
    ...Float64Array[],
  ];
  return {
    outline: fileRing(outline, true),
    ...(holes.length > 0 && { holes: holes.map((hole) => fileRing(hole, false)) }),
    areaMm2: regionArea(outline, holes),
  };
}

/** Unknown cells take the mean of their known neighbours, ring by ring. */
function fillUnknown(values: Float64Array, across: number, down: number): Float64Array {
  let filled = values.slice();
  for (let round = 0; round < 2; round += 1) {
    const next = filled.slice();
    for (let i = 0; i < filled.length; i += 1) {
      if (!Number.isNaN(filled[i]!)) continue;
      let sum = 0;
      let count = 0;
      const x = i % across;
      const y = (i - x) / across;
      for (let v = Math.max(0, y - 1); v <= Math.min(down - 1, y + 1); v += 1)
        for (let u = Math.max(0, x - 1); u <= Math.min(across - 1, x + 1); u += 1) {
          const near = filled[v * across + u]!;
          if (Number.isNaN(near)) continue;
          sum += near;
          count += 1;
        }
      if (count > 0) next[i] = sum / count;
    }
    filled = next;
  }
  return filled.map((v) => (Number.isNaN(v) ? 0 : v));
}

function blend(values: Float64Array, across: number, down: number, x: number, y: number): number {
  const x0 = Math.min(across - 1, Math.max(0, Math.floor(x)));
  const y0 = Math.min(down - 1, Math.max(0, Math.floor(y)));
  const x1 = Math.min(across - 1, x0 + 1);
  const y1 = Math.min(down - 1, y0 + 1);
  const tx = Math.min(1, Math.max(0, x - x0));
  const ty = Math.min(1, Math.max(0, y - y0));
  const upper = values[y0 * across + x0]! * (1 - tx) + values[y0 * across + x1]! * tx;
  const lower = values[y1 * across + x0]! * (1 - tx) + values[y1 * across + x1]! * tx;
  return upper * (1 - ty) + lower * ty;
}

/** Median of the values from `level` on in the box of a ring: near enough for one number that is told to people. */
function valuesInside(ring: Float64Array, values: Float64Array, widthPx: number, level: number): number {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    left = Math.min(left, ring[i]!);
    right = Math.max(right, ring[i]!);
    top = Math.min(top, ring[i + 1]!);
    bottom = Math.max(bottom, ring[i + 1]!);
  }
  const heightPx = values.length / widthPx;
  const found: number[] = [];
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(heightPx, bottom); y += 1)
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(widthPx, right); x += 1) {
      const v = values[y * widthPx + x]!;
      if (v >= level) found.push(v);
    }
  return found.length === 0 ? level : medianOf(found);
}
