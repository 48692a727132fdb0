import { deltaE2000, type Lab } from '#domain/delta-e-2000.ts';
import { labOfLinear, linearOf } from './colour-lab.ts';
import type { HideMask, Overview } from './find-hide.ts';
import { isSeen, type LeatherCells } from './leather-cells.ts';
import { medianOf } from '#domain/median-of.ts';
import { lightOfTable } from './table-light.ts';

/** How far each cell of the hide differs from the hide's own usual look. NaN where there is no leather. */
export interface EvenMap {
  readonly across: number;
  readonly down: number;
  /** Side of a cell, working pixels. */
  readonly sidePx: number;
  /** Colour of each cell, as under even light; three numbers a cell. */
  readonly lab: Float64Array;
  /** Median of the cells: the hide's colour. */
  readonly usual: Lab;
  /** ΔE2000 from the hide's colour. */
  readonly shade: Float64Array;
  /** How much deeper or fainter the grain is than usual, at the level of detail that differs most: 0.5 = half as much
   *  again, or by a third less. */
  readonly texture: Float64Array;
}

/** Compares each cell with the median of all. The fall of light is read off the table and taken out; a cell's word is
 *  the median of it and its neighbours, so that a scratch makes no region. */
export function evenMap(cells: LeatherCells, overview: Overview, hide: HideMask): EvenMap {
  const { across, down, sidePx } = cells;
  const count = across * down;
  const lab = cellColours(cells, overview, hide);
  const channel = (c: number) => {
    const plane = new Float64Array(count);
    for (let i = 0; i < count; i += 1) plane[i] = lab[3 * i + c]!;
    return medianOfNeighbours(plane, across, down);
  };
  const [l, a, b] = [channel(0), channel(1), channel(2)];
  const usual: Lab = [medianOf(l), medianOf(a), medianOf(b)];
  const shade = new Float64Array(count);
  for (let i = 0; i < count; i += 1) {
    lab.set([l[i]!, a[i]!, b[i]!], 3 * i);
    shade[i] = Number.isNaN(l[i]!) ? NaN : deltaE2000([l[i]!, a[i]!, b[i]!], usual);
  }
  const texture = new Float64Array(count);
  for (const level of cells.levels) {
    const depth = new Float64Array(count).fill(NaN);
    for (let i = 0; i < count; i += 1)
      if (isSeen(cells, i))
        depth[i] = Math.log(
          (level.gradients[3 * i]! + level.gradients[3 * i + 2]! + 1e-3 * level.count[i]!) / level.brightness[i]!,
        );
    const smooth = medianOfNeighbours(depth, across, down);
    const middle = medianOf(smooth);
    for (let i = 0; i < count; i += 1) texture[i] = Math.max(texture[i]!, Math.exp(Math.abs(smooth[i]! - middle)) - 1);
  }
  return { across, down, sidePx, lab, usual, shade, texture };
}

/** Mean colour of the leather in each cell, light evened out; NaN where too little is leather. */
function cellColours(cells: LeatherCells, overview: Overview, hide: HideMask): Float64Array {
  const { across, down } = cells;
  const { rgb, widthPx, heightPx } = overview;
  const light = lightOfTable(overview, hide);
  const sum = new Float64Array(3 * across * down);
  const seen = new Float64Array(across * down);
  // Cells lie on the working picture, which the overview shows at another scale.
  const perPx = cells.exactAcross / widthPx;
  const perRow = cells.exactDown / heightPx;
  for (let y = 0; y < heightPx; y += 2) {
    const row = Math.min(down - 1, Math.floor((y + 0.5) * perRow)) * across;
    for (let x = y % 4 === 0 ? 0 : 1; x < widthPx; x += 2) {
      const i = y * widthPx + x;
      if (hide.mask[i] === 0) continue;
      const cell = row + Math.min(across - 1, Math.floor((x + 0.5) * perPx));
      seen[cell]! += 1;
      for (let c = 0; c < 3; c += 1) sum[3 * cell + c]! += linearOf(rgb[3 * i + c]!);
    }
  }
  const lab = new Float64Array(3 * across * down).fill(NaN);
  for (let i = 0; i < seen.length; i += 1) {
    if (seen[i] === 0 || !isSeen(cells, i)) continue;
    const bright =
      seen[i]! * light(((i % across) + 0.5) / cells.exactAcross, (Math.floor(i / across) + 0.5) / cells.exactDown);
    lab.set(labOfLinear(sum[3 * i]! / bright, sum[3 * i + 1]! / bright, sum[3 * i + 2]! / bright), 3 * i);
  }
  return lab;
}

/** Median of each cell and its eight neighbours, of those that are known. */
function medianOfNeighbours(plane: Float64Array, across: number, down: number): Float64Array {
  const out = new Float64Array(plane.length).fill(NaN);
  const near: number[] = [];
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const i = y * across + x;
      if (Number.isNaN(plane[i]!)) continue;
      near.length = 0;
      for (let v = Math.max(0, y - 1); v <= Math.min(down - 1, y + 1); v += 1)
        for (let u = Math.max(0, x - 1); u <= Math.min(across - 1, x + 1); u += 1)
          if (!Number.isNaN(plane[v * across + u]!)) near.push(plane[v * across + u]!);
      near.sort((p, q) => p - q);
      out[i] = near[near.length >> 1]!;
    }
  return out;
}
