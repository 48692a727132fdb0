import { linearOf } from './colour-lab.ts';
import { medianOf } from './even-map.ts';
import type { HideMask, Overview } from './find-hide.ts';
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
  const leather = emptySums(across * down);
  const table = emptySums(across * down);
  for (let y = 0; y < heightPx; y += 1) {
    const row = Math.min(down - 1, Math.floor((y + 0.5) / cellPx[1])) * across;
    for (let x = 0; x < widthPx; x += 1) {
      const i = y * widthPx + x;
      const cell = row + Math.min(across - 1, Math.floor((x + 0.5) / cellPx[0]));
      const on = hide.mask[i] === 0 ? table : leather;
      on.count[cell]! += 1;
      for (let c = 0; c < 3; c += 1) on.sums[c]![cell]! += linearOf(rgb[3 * i + c]!);
    }
  }
  const light = lightOfTable(overview, hide);
  const lit = Float32Array.from(leather.count, (_, i) =>
    Math.log(light(((i % across) + 0.5) / across, (Math.floor(i / across) + 0.5) / down)),
  );
  // Cells that are no whole number of pixels have some more or fewer of them.
  const leastPx = 0.6 * Math.floor(cellPx[0]) * Math.floor(cellPx[1]);
  const isHide = Uint8Array.from(leather.count, (n) => (n >= leastPx ? 1 : 0));
  const isTable = Uint8Array.from(table.count, (n) => (n >= leastPx ? 1 : 0));
  const logs = logsOf(leather, isHide, lit);
  const reach = Math.round(SURROUNDINGS / SHADE_CELL / 2);
  const [r, g, b] = logs.map((plane) => besideSurroundings(plane, isHide, across, down, reach)) as Planes;
  const relative = new Float32Array(across * down);
  const red = new Float32Array(across * down);
  const blue = new Float32Array(across * down);
  for (let i = 0; i < relative.length; i += 1) {
    relative[i] = 0.3 * r[i]! + 0.6 * g[i]! + 0.1 * b[i]!;
    red[i] = r[i]! - g[i]!;
    blue[i] = b[i]! - g[i]!;
  }
  const alien = unlikeTable(logsOf(table, isTable, lit), isTable);
  return { across, down, cellPx, isHide, relative, red, blue, alien };
}

type Planes = [Float32Array, Float32Array, Float32Array];

interface Sums {
  readonly sums: Planes;
  readonly count: Float32Array;
}

function emptySums(cells: number): Sums {
  const plane = () => new Float32Array(cells);
  return { sums: [plane(), plane(), plane()], count: plane() };
}

/** Logarithm of each channel's mean under even light; 0 where the cell does not count. */
function logsOf({ sums, count }: Sums, isCounted: Uint8Array, lit: Float32Array): Planes {
  return sums.map((plane) =>
    plane.map((sum, i) => (isCounted[i] === 0 ? 0 : Math.log(Math.max(2e-3, sum / count[i]!)) - lit[i]!)),
  ) as Planes;
}

function unlikeTable([r, g, b]: Planes, isTable: Uint8Array): Float32Array {
  const usual = [r, g, b].map((plane) => medianOf(plane.filter((_, i) => isTable[i] !== 0))) as [
    number,
    number,
    number,
  ];
  return Float32Array.from(g, (value, i) => {
    if (isTable[i] === 0) return 0;
    const bright = value - usual[1];
    const red = r[i]! - usual[0] - bright;
    const blue = b[i]! - usual[2] - bright;
    return Math.hypot(red, blue, 0.5 * Math.max(0, bright));
  });
}

/** A plane less the mean of its surroundings; twice, the second time without what stood out the first. */
function besideSurroundings(
  plane: Float32Array,
  isHide: Uint8Array,
  across: number,
  down: number,
  reach: number,
): Float32Array {
  let base = maskedMean(plane, isHide, across, down, reach);
  for (let round = 0; round < 2; round += 1) {
    const held = plane.map((v, i) => Math.min(base[i]! + CLIP, Math.max(base[i]! - CLIP, v)));
    base = maskedMean(held, isHide, across, down, reach);
  }
  return plane.map((v, i) => (isHide[i] === 0 ? 0 : v - base[i]!));
}

/** Mean over the counted cells within a square round each cell, by running sums; NaN where there are none. */
export function maskedMean(
  plane: Float32Array,
  isCounted: Uint8Array,
  across: number,
  down: number,
  reach: number,
): Float32Array {
  const w = across + 1;
  const sum = new Float64Array(w * (down + 1));
  const count = new Float64Array(w * (down + 1));
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const i = y * across + x;
      const to = (y + 1) * w + x + 1;
      const on = isCounted[i]!;
      sum[to] = (on === 0 ? 0 : plane[i]!) + sum[to - 1]! + sum[to - w]! - sum[to - w - 1]!;
      count[to] = on + count[to - 1]! + count[to - w]! - count[to - w - 1]!;
    }
  const out = new Float32Array(plane.length);
  for (let y = 0; y < down; y += 1) {
    const top = Math.max(0, y - reach) * w;
    const bottom = Math.min(down, y + reach + 1) * w;
    for (let x = 0; x < across; x += 1) {
      const left = Math.max(0, x - reach);
      const right = Math.min(across, x + reach + 1);
      const n = count[bottom + right]! - count[top + right]! - count[bottom + left]! + count[top + left]!;
      // Unknown where there is none.
      out[y * across + x] = (sum[bottom + right]! - sum[top + right]! - sum[bottom + left]! + sum[top + left]!) / n;
    }
  }
  return out;
}
