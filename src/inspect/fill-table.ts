import { grainDonors } from './grain-donors.ts';
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
  /** Of a cell near the hide that is not whole hide: the cell whose grain it takes; -1 of others. */
  readonly grainFrom: Int32Array;
  readonly cellsAcross: number;
  readonly cellsDown: number;
}

const CELL_PX = 8;
/** This much along the rim is filled in too, mm: the hide darkens there, and its last pixels are half table. Defects that
 *  lie in it alone are not seen; nobody cuts a piece there. */
const RIM = 5;

/** Prepares the fill: cells that hold hide have its mean colour, the others take the mean of what lies nearest (pull and
 *  push over a pyramid). Openings inside the hide are kept as they are: the model is to see them. */
export function prepareFill(overview: Overview, hide: HideMask): TableFill {
  const { widthPx, heightPx } = hide;
  const withOpenings = openings(hide);
  for (let i = 0; i < withOpenings.length; i += 1) withOpenings[i]! |= hide.mask[i]!;
  const keep = withoutRim(withOpenings, widthPx, heightPx, Math.max(2, Math.round(RIM / Math.sqrt(overview.mm2PerPx))));
  const across = Math.ceil(widthPx / CELL_PX);
  const down = Math.ceil(heightPx / CELL_PX);
  const sum = new Float32Array(across * down * 3);
  const weight = new Float32Array(across * down);
  for (let y = 0, i = 0; y < heightPx; y += 1) {
    const row = Math.floor(y / CELL_PX) * across;
    for (let x = 0; x < widthPx; x += 1, i += 1) {
      if (keep[i] === 0 || hide.mask[i] === 0) continue;
      const cell = row + Math.floor(x / CELL_PX);
      weight[cell]! += 1;
      sum[3 * cell]! += overview.rgb[3 * i]!;
      sum[3 * cell + 1]! += overview.rgb[3 * i + 1]!;
      sum[3 * cell + 2]! += overview.rgb[3 * i + 2]!;
    }
  }
  const grainFrom = grainDonors(
    weight.map((count) => (count === CELL_PX * CELL_PX ? 1 : 0)),
    across,
    down,
  );
  for (let i = 0; i < weight.length; i += 1)
    if (weight[i]! > 0) {
      for (let c = 0; c < 3; c += 1) sum[3 * i + c]! /= weight[i]!;
      weight[i] = 1;
    }
  return {
    grainFrom,
    keep,
    widthPx,
    heightPx,
    colour: pullPush(sum, weight, across, down),
    cellsAcross: across,
    cellsDown: down,
  };
}

/** Overwrites, in place, the table's pixels of a tile at (leftPx, topPx) of a working picture of the given size: the nearest hide's
 *  colour and, near the hide, its grain, or a rim of grained leather would end in something smooth (decision 74). Positions
 *  outside the picture count as the mirror image of the inside, as `readScaled` reads them. */
export function fillTable(
  rgb: Uint8Array,
  tile: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  picture: { readonly widthPx: number; readonly heightPx: number },
  fill: TableFill,
): void {
  const kx = fill.widthPx / picture.widthPx;
  const ky = fill.heightPx / picture.heightPx;
  const columns = betweenCells(tile.leftPx, tile.widthPx, {
    picturePx: picture.widthPx,
    k: kx,
    sidePx: fill.widthPx,
    cells: fill.cellsAcross,
  });
  const rows = betweenCells(tile.topPx, tile.heightPx, {
    picturePx: picture.heightPx,
    k: ky,
    sidePx: fill.heightPx,
    cells: fill.cellsDown,
  });
  const { keep, colour, grainFrom, cellsAcross } = fill;
  /** Of the pixel that lies in the donor as (x, y) in its cell, where it starts in `rgb`; -1 where the tile does not show it as hide. */
  const pixelOf = (x: number, y: number, donor: number, cell: number) => {
    const u = x + Math.round((((donor % cellsAcross) - (cell % cellsAcross)) * CELL_PX) / kx);
    const v = y + Math.round(((Math.floor(donor / cellsAcross) - Math.floor(cell / cellsAcross)) * CELL_PX) / ky);
    if (u < 0 || v < 0 || u >= tile.widthPx || v >= tile.heightPx) return -1;
    return keep[rows.at[v]! * fill.widthPx + columns.at[u]!] === 0 ? -1 : 3 * (v * tile.widthPx + u);
  };
  for (let y = 0; y < tile.heightPx; y += 1) {
    const row = rows.at[y]! * fill.widthPx;
    const upper = rows.first[y]! * fill.cellsAcross;
    const lower = rows.second[y]! * fill.cellsAcross;
    const v = rows.share[y]!;
    for (let x = 0, to = 3 * y * tile.widthPx; x < tile.widthPx; x += 1, to += 3) {
      if (keep[row + columns.at[x]!] !== 0) continue;
      const a = 3 * (upper + columns.first[x]!);
      const b = 3 * (upper + columns.second[x]!);
      const d = 3 * (lower + columns.first[x]!);
      const e = 3 * (lower + columns.second[x]!);
      const u = columns.share[x]!;
      const cell = Math.floor(rows.at[y]! / CELL_PX) * cellsAcross + Math.floor(columns.at[x]! / CELL_PX);
      const donor = grainFrom[cell]!;
      const from = donor < 0 ? -1 : pixelOf(x, y, donor, cell);
      for (let c = 0; c < 3; c += 1) {
        const smooth =
          (colour[a + c]! * (1 - u) + colour[b + c]! * u) * (1 - v) +
          (colour[d + c]! * (1 - u) + colour[e + c]! * u) * v;
        const grain = from < 0 ? 0 : rgb[from + c]! - colour[3 * donor + c]!;
        rgb[to + c] = Math.max(0, Math.min(255, Math.round(smooth + grain)));
      }
    }
  }
}

/** Of each pixel of a row or column: where it is in `keep`, between which two cells, and how far on to the second. */
interface BetweenCells {
  readonly at: Int32Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float64Array;
}

function betweenCells(
  from: number,
  count: number,
  { picturePx, k, sidePx, cells }: { picturePx: number; k: number; sidePx: number; cells: number },
): BetweenCells {
  const out = {
    at: new Int32Array(count),
    first: new Int32Array(count),
    second: new Int32Array(count),
    share: new Float64Array(count),
  };
  for (let i = 0; i < count; i += 1) {
    const at = (mirror(from + i, picturePx) + 0.5) * k;
    const cell = at / CELL_PX - 0.5;
    const first = Math.min(cells - 1, Math.max(0, Math.floor(cell)));
    out.at[i] = Math.min(sidePx - 1, Math.floor(at));
    out.first[i] = first;
    out.second[i] = Math.min(cells - 1, first + 1);
    out.share[i] = Math.min(1, Math.max(0, cell - first));
  }
  return out;
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

/** Steps of a distance, along and across a corner: thirds of a pixel. */
const STRAIGHT = 3;
const ASKEW = 4;

/** Erodes by a disc of r pixels, within 8 % of it; the picture's border is no rim. What is farther than r from the nearest pixel
 *  that is 0 stays, by steps along and across corners. @see Borgefors 1986, Distance transformations in digital
 *  images */
function withoutRim(mask: Uint8Array, widthPx: number, heightPx: number, r: number): Uint8Array {
  const far = STRAIGHT * r + 1;
  // A pixel of nothing to fear round the picture: neighbours need no looking whether they are in it.
  const w = widthPx + 2;
  const away = new Uint16Array(w * (heightPx + 2)).fill(far);
  for (let y = 0, i = 0; y < heightPx; y += 1)
    for (let x = 0, at = (y + 1) * w + 1; x < widthPx; x += 1, i += 1, at += 1) {
      const beside = Math.min(away[at - 1]!, away[at - w]!) + STRAIGHT;
      const across = Math.min(away[at - w - 1]!, away[at - w + 1]!) + ASKEW;
      away[at] = mask[i] === 0 ? 0 : Math.min(far, beside, across);
    }
  const kept = new Uint8Array(mask.length);
  for (let y = heightPx - 1, i = mask.length - 1; y >= 0; y -= 1)
    for (let x = widthPx - 1, at = (y + 1) * w + widthPx; x >= 0; x -= 1, i -= 1, at -= 1) {
      const beside = Math.min(away[at + 1]!, away[at + w]!) + STRAIGHT;
      const across = Math.min(away[at + w + 1]!, away[at + w - 1]!) + ASKEW;
      away[at] = Math.min(away[at]!, beside, across);
      kept[i] = away[at] === far ? mask[i]! : 0;
    }
  return kept;
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
