import { linearOf } from './colour-lab.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { boxMean, type BoxMean } from './box-mean.ts';
import { medianOf } from '#domain/median-of.ts';
import { lightOfTable } from './table-light.ts';

/** Side of a cell of the shading map, table mm: below it grain and scratches are averaged away. */
export const SHADE_CELL = 4;

/** The hide's brightness beside what is usual around: slopes of a surface that does not lie flat are seen in it. */
export interface ShadingMap {
  readonly across: number;
  readonly down: number;
  /** Sides of a cell in pixels of the overview. */
  readonly cellPx: readonly [number, number];
  /** 1 where the cell is hide. */
  readonly isHide: Uint8Array;
  /** Natural logarithm of brightness over that of its surroundings; 0 off the hide. Linear light, so a slope that takes a
   *  tenth of the light shows as -0.1. */
  readonly relative: Float32Array;
  /** Redness and blueness beside the surroundings, same measure. */
  readonly red: Float32Array;
  readonly blue: Float32Array;
  /** Off the hide: how far a cell is from the table's own colour, brighter or of another hue; shadow does not count. 0 on the
   *  hide. */
  readonly alien: Float32Array;
}

/** Surroundings are a square of this side, mm: wider than any fold, narrower than a belly. */
const SURROUNDINGS = 320;
/** What stands out by more than this does not count to the surroundings in full. */
const CLIP = 0.06;

export function shadingMap(overview: Overview, hide: HideMask): ShadingMap {
  const { rgb, widthPx, heightPx } = overview;
  const side = SHADE_CELL / Math.sqrt(overview.mm2PerPx);
  const across = Math.max(1, Math.floor(widthPx / Math.max(1, side)));
  const down = Math.max(1, Math.floor(heightPx / Math.max(1, side)));
  const cellPx = [widthPx / across, heightPx / down] as const;
  const cells = across * down;
  // Leather's sums, then the table's: a pixel adds to the ones or the others.
  const sums = new Float32Array(6 * cells);
  const counts = new Float32Array(2 * cells);
  const columns = Int32Array.from({ length: widthPx }, (_, x) =>
    Math.min(across - 1, Math.floor((x + 0.5) / cellPx[0])),
  );
  for (let y = 0; y < heightPx; y += 1) {
    const row = Math.min(down - 1, Math.floor((y + 0.5) / cellPx[1])) * across;
    for (let x = 0, i = y * widthPx; x < widthPx; x += 1, i += 1) {
      const cell = row + columns[x]! + (hide.mask[i] === 0 ? cells : 0);
      counts[cell]! += 1;
      sums[3 * cell]! += linearOf(rgb[3 * i]!);
      sums[3 * cell + 1]! += linearOf(rgb[3 * i + 1]!);
      sums[3 * cell + 2]! += linearOf(rgb[3 * i + 2]!);
    }
  }
  const leather = { sums: sums.subarray(0, 3 * cells), count: counts.subarray(0, cells) };
  const table = { sums: sums.subarray(3 * cells), count: counts.subarray(cells) };
  const light = lightOfTable(overview, hide);
  const lit = new Float32Array(cells);
  for (let i = 0; i < cells; i += 1)
    lit[i] = Math.log(light(((i % across) + 0.5) / across, (Math.floor(i / across) + 0.5) / down));
  // Cells that are no whole number of pixels have some more or fewer of them.
  const leastPx = 0.6 * Math.floor(cellPx[0]) * Math.floor(cellPx[1]);
  const isHide = enoughOf(leather.count, leastPx);
  const isTable = enoughOf(table.count, leastPx);
  const mean = boxMean(isHide, across, down, Math.round(SURROUNDINGS / SHADE_CELL / 2));
  const [r, g, b] = logsOf(leather, isHide, lit).map((plane) => besideSurroundings(plane, isHide, mean)) as Planes;
  const relative = new Float32Array(cells);
  const red = new Float32Array(cells);
  const blue = new Float32Array(cells);
  for (let i = 0; i < cells; i += 1) {
    relative[i] = 0.3 * r[i]! + 0.6 * g[i]! + 0.1 * b[i]!;
    red[i] = r[i]! - g[i]!;
    blue[i] = b[i]! - g[i]!;
  }
  const alien = unlikeTable(logsOf(table, isTable, lit), isTable);
  return { across, down, cellPx, isHide, relative, red, blue, alien };
}

function enoughOf(count: Float32Array, leastPx: number): Uint8Array {
  const isEnough = new Uint8Array(count.length);
  for (let i = 0; i < count.length; i += 1) isEnough[i] = count[i]! >= leastPx ? 1 : 0;
  return isEnough;
}

type Planes = [Float32Array, Float32Array, Float32Array];

/** Linear light of the pixels of each cell, three numbers a cell, and how many there are. */
interface Sums {
  readonly sums: Float32Array;
  readonly count: Float32Array;
}

/** Logarithm of each channel's mean under even light; 0 where the cell does not count. */
function logsOf({ sums, count }: Sums, isCounted: Uint8Array, lit: Float32Array): Planes {
  return [0, 1, 2].map((c) => {
    const out = new Float32Array(count.length);
    for (let i = 0; i < out.length; i += 1)
      if (isCounted[i] !== 0) out[i] = Math.log(Math.max(2e-3, sums[3 * i + c]! / count[i]!)) - lit[i]!;
    return out;
  }) as Planes;
}

function unlikeTable([r, g, b]: Planes, isTable: Uint8Array): Float32Array {
  const usual = (plane: Float32Array) => medianOf(plane.map((v, i) => (isTable[i] === 0 ? NaN : v)));
  const [usualR, usualG, usualB] = [usual(r), usual(g), usual(b)];
  const out = new Float32Array(g.length);
  for (let i = 0; i < out.length; i += 1) {
    if (isTable[i] === 0) continue;
    const bright = g[i]! - usualG;
    const red = r[i]! - usualR - bright;
    const blue = b[i]! - usualB - bright;
    out[i] = Math.hypot(red, blue, 0.5 * Math.max(0, bright));
  }
  return out;
}

/** A plane less the mean of its surroundings; twice, the second time without what stood out the first. */
function besideSurroundings(plane: Float32Array, isHide: Uint8Array, mean: BoxMean): Float32Array {
  let base = mean(plane);
  const out = new Float32Array(plane.length);
  for (let round = 0; round < 2; round += 1) {
    for (let i = 0; i < out.length; i += 1)
      if (isHide[i] !== 0) out[i] = Math.min(base[i]! + CLIP, Math.max(base[i]! - CLIP, plane[i]!));
    base = mean(out);
  }
  for (let i = 0; i < out.length; i += 1) out[i] = isHide[i] === 0 ? 0 : plane[i]! - base[i]!;
  return out;
}
