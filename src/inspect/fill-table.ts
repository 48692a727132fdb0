import type { HideMask } from './find-hide.ts';
import type { Overview } from './find-hide.ts';
import { openings } from './openings.ts';

/** Colours to put where the table is, so that the hide's rim is no edge to the model. */
export interface TableFill {
  /** 1 = hide or an opening in it; the rim itself is left out. Size of the overview. */
  readonly keep: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Colour of the nearest hide, smooth, one a cell. */
  readonly colour: Float32Array;
  readonly cellsAcross: number;
  readonly cellsDown: number;
}

const CELL_PX = 8;
/** This much along the rim is filled in too: the hide darkens there, and its last pixels are half table. Defects that
 *  lie in it alone are not seen; nobody cuts a piece there. */
const RIM = 4;

/** Prepares the fill: cells that hold hide have its mean colour, the others take the mean of what lies nearest (pull and
 *  push over a pyramid). Openings inside the hide are kept as they are: the model is to see them. */
export function prepareFill(overview: Overview, hide: HideMask): TableFill {
  const { widthPx, heightPx } = hide;
  const opening = openings(hide);
  const withOpenings = hide.mask.map((v, i) => v | opening[i]!);
  const keep = withoutRim(withOpenings, widthPx, heightPx, Math.max(2, Math.round(RIM / Math.sqrt(overview.mm2PerPx))));
  const across = Math.ceil(widthPx / CELL_PX);
  const down = Math.ceil(heightPx / CELL_PX);
  const sum = new Float32Array(across * down * 3);
  const weight = new Float32Array(across * down);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const i = y * widthPx + x;
      if (keep[i] === 0 || hide.mask[i] === 0) continue;
      const cell = Math.floor(y / CELL_PX) * across + Math.floor(x / CELL_PX);
      weight[cell]! += 1;
      for (let c = 0; c < 3; c += 1) sum[3 * cell + c]! += overview.rgb[3 * i + c]!;
    }
  for (let i = 0; i < weight.length; i += 1)
    if (weight[i]! > 0) {
      for (let c = 0; c < 3; c += 1) sum[3 * i + c]! /= weight[i]!;
      weight[i] = 1;
    }
  return { keep, widthPx, heightPx, colour: pullPush(sum, weight, across, down), cellsAcross: across, cellsDown: down };
}

/** Overwrites, in place, the table's pixels of a tile at (leftPx, topPx) of a working picture of the given size. Positions
 *  outside the picture count as the mirror image of the inside, as `readScaled` reads them. */
export function fillTable(
  rgb: Uint8Array,
  tile: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  picture: { readonly widthPx: number; readonly heightPx: number },
  fill: TableFill,
): void {
  const kx = fill.widthPx / picture.widthPx;
  const ky = fill.heightPx / picture.heightPx;
  for (let y = 0; y < tile.heightPx; y += 1) {
    const fy = (mirror(tile.topPx + y, picture.heightPx) + 0.5) * ky;
    const row = Math.min(fill.heightPx - 1, Math.floor(fy)) * fill.widthPx;
    for (let x = 0; x < tile.widthPx; x += 1) {
      const fx = (mirror(tile.leftPx + x, picture.widthPx) + 0.5) * kx;
      if (fill.keep[row + Math.min(fill.widthPx - 1, Math.floor(fx))] !== 0) continue;
      colourAt(fill, fx / CELL_PX - 0.5, fy / CELL_PX - 0.5, rgb, 3 * (y * tile.widthPx + x));
    }
  }
}

/** Whether a rectangle inside the working picture shows nothing but what `fillTable` paints over. */
export function isAllTable(
  rect: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  picture: { readonly widthPx: number; readonly heightPx: number },
  fill: TableFill,
): boolean {
  const kx = fill.widthPx / picture.widthPx;
  const ky = fill.heightPx / picture.heightPx;
  const right = Math.min(fill.widthPx, Math.ceil((rect.leftPx + rect.widthPx) * kx));
  const bottom = Math.min(fill.heightPx, Math.ceil((rect.topPx + rect.heightPx) * ky));
  for (let y = Math.floor(rect.topPx * ky); y < bottom; y += 1)
    for (let x = Math.floor(rect.leftPx * kx); x < right; x += 1)
      if (fill.keep[y * fill.widthPx + x] !== 0) return false;
  return true;
}

function mirror(p: number, size: number): number {
  const period = 2 * size;
  const q = ((p % period) + period) % period;
  return q < size ? q : period - 1 - q;
}

function colourAt(fill: TableFill, x: number, y: number, out: Uint8Array, at: number): void {
  const x0 = Math.min(fill.cellsAcross - 1, Math.max(0, Math.floor(x)));
  const y0 = Math.min(fill.cellsDown - 1, Math.max(0, Math.floor(y)));
  const x1 = Math.min(fill.cellsAcross - 1, x0 + 1);
  const y1 = Math.min(fill.cellsDown - 1, y0 + 1);
  const u = Math.min(1, Math.max(0, x - x0));
  const v = Math.min(1, Math.max(0, y - y0));
  for (let c = 0; c < 3; c += 1) {
    const a = fill.colour[3 * (y0 * fill.cellsAcross + x0) + c]!;
    const b = fill.colour[3 * (y0 * fill.cellsAcross + x1) + c]!;
    const d = fill.colour[3 * (y1 * fill.cellsAcross + x0) + c]!;
    const e = fill.colour[3 * (y1 * fill.cellsAcross + x1) + c]!;
    out[at + c] = Math.round((a * (1 - u) + b * u) * (1 - v) + (d * (1 - u) + e * u) * v);
  }
}

/** Erodes by a plus of r pixels; the picture's border is no rim. */
function withoutRim(mask: Uint8Array, widthPx: number, heightPx: number, r: number): Uint8Array {
  let now = mask;
  for (let round = 0; round < r; round += 1) {
    const next = now.slice();
    for (let y = 0; y < heightPx; y += 1)
      for (let x = 0; x < widthPx; x += 1) {
        const i = y * widthPx + x;
        if (
          (x > 0 && now[i - 1] === 0) ||
          (x < widthPx - 1 && now[i + 1] === 0) ||
          (y > 0 && now[i - widthPx] === 0) ||
          (y < heightPx - 1 && now[i + widthPx] === 0)
        )
          next[i] = 0;
      }
    now = next;
  }
  return now;
}

/** Cells of weight 0 take the weighted mean of the next coarser level. `sum` holds means where weight is 1. */
function pullPush(colour: Float32Array, weight: Float32Array, across: number, down: number): Float32Array {
  if (across === 1 && down === 1) return colour;
  const w = Math.ceil(across / 2);
  const h = Math.ceil(down / 2);
  const coarse = new Float32Array(w * h * 3);
  const coarseWeight = new Float32Array(w * h);
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const i = y * across + x;
      const j = Math.floor(y / 2) * w + Math.floor(x / 2);
      coarseWeight[j]! += weight[i]!;
      for (let c = 0; c < 3; c += 1) coarse[3 * j + c]! += weight[i]! * colour[3 * i + c]!;
    }
  for (let j = 0; j < w * h; j += 1)
    if (coarseWeight[j]! > 0) {
      for (let c = 0; c < 3; c += 1) coarse[3 * j + c]! /= coarseWeight[j]!;
      coarseWeight[j] = 1;
    }
  const filled = pullPush(coarse, coarseWeight, w, h);
  const out = colour.slice();
  for (let y = 0; y < down; y += 1)
    for (let x = 0; x < across; x += 1) {
      const i = y * across + x;
      if (weight[i]! > 0) continue;
      const j = Math.floor(y / 2) * w + Math.floor(x / 2);
      for (let c = 0; c < 3; c += 1) out[3 * i + c] = filled[3 * j + c]!;
    }
  return out;
}
