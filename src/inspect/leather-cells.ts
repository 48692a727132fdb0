import type { PixelSource, PxRect } from './pixel-source.ts';
import { planTiles } from './plan-tiles.ts';
import type { TilePlan } from './plan-tiles.ts';
import { readScaled } from './read-scaled.ts';
import type { TilePixels } from './segment-picture.ts';

/** Side of a cell, table mm: some hundred grains, and less than any piece. */
export const CELL = 20;
/** Texture is looked at in working pixels, in twice and in four times their size. */
export const LEVELS = 3;

/** What the picture shows of the leather in cells of a square grid over the working picture: sums that tiles add to, the same
 *  in any order. */
export interface LeatherCells {
  readonly across: number;
  readonly down: number;
  /** Side of a cell, working pixels. */
  readonly sidePx: number;
  /** Sides of the picture in cells: the last row and column reach beyond it. */
  readonly exactAcross: number;
  readonly exactDown: number;
  readonly levels: readonly CellLevel[];
}

/** One level of detail. Gradients count with their length, not its square: a scratch outweighs no thousand grains. */
export interface CellLevel {
  /** Pixels of leather of this level. */
  readonly count: Float64Array;
  /** Sum of brightness, 0..255. */
  readonly brightness: Float64Array;
  /** Sums of gx² / |g|, gx gy / |g| and gy² / |g|; three numbers a cell, levels of brightness a pixel. */
  readonly gradients: Float64Array;
}

/** Where leather is: a mask of any size laid over the whole picture; null: everywhere. */
export type LeatherMask = { readonly mask: Uint8Array; readonly widthPx: number; readonly heightPx: number } | null;

export function emptyCells(
  picture: { readonly widthPx: number; readonly heightPx: number },
  mmPerPx: number,
): LeatherCells {
  const sidePx = Math.max(8, CELL / mmPerPx);
  const across = Math.max(1, Math.ceil(picture.widthPx / sidePx));
  const down = Math.max(1, Math.ceil(picture.heightPx / sidePx));
  const levels = Array.from({ length: LEVELS }, () => ({
    count: new Float64Array(across * down),
    brightness: new Float64Array(across * down),
    gradients: new Float64Array(3 * across * down),
  }));
  return { across, down, sidePx, exactAcross: picture.widthPx / sidePx, exactDown: picture.heightPx / sidePx, levels };
}

/** Adds the core of a tile. `rgb` holds `rect`, which has a rim round the core: gradients need neighbours. */
export function addTile(
  cells: LeatherCells,
  tile: TilePixels,
  picture: { readonly widthPx: number; readonly heightPx: number },
  leather: LeatherMask,
): void {
  const { rect, core } = tile;
  let plane = brightnessOf(tile.rgb);
  let widthPx = rect.widthPx;
  let heightPx = rect.heightPx;
  for (const [index, level] of cells.levels.entries()) {
    if (index > 0) {
      plane = halve(plane, widthPx, heightPx);
      widthPx >>= 1;
      heightPx >>= 1;
    }
    addLevel(cells, level, { plane, widthPx, step: 2 ** index, rect, core }, picture, leather);
  }
}

/** Brightness of interleaved sRGB, 0..255, as the eye weighs the channels. */
function brightnessOf(rgb: Uint8Array): Float32Array {
  const out = new Float32Array(rgb.length / 3);
  for (let i = 0, from = 0; i < out.length; i += 1, from += 3)
    out[i] = 0.299 * rgb[from]! + 0.587 * rgb[from + 1]! + 0.114 * rgb[from + 2]!;
  return out;
}

function halve(plane: Float32Array, widthPx: number, heightPx: number): Float32Array {
  const w = widthPx >> 1;
  const h = heightPx >> 1;
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y += 1) {
    const row = 2 * y * widthPx;
    for (let x = 0; x < w; x += 1) {
      const i = row + 2 * x;
      out[y * w + x] = (plane[i]! + plane[i + 1]! + plane[i + widthPx]! + plane[i + widthPx + 1]!) / 4;
    }
  }
  return out;
}

interface LevelTile {
  readonly plane: Float32Array;
  readonly widthPx: number;
  /** Working pixels per pixel of the plane. */
  readonly step: number;
  readonly rect: PxRect;
  readonly core: TilePlan;
}

function addLevel(
  cells: LeatherCells,
  level: CellLevel,
  { plane: p, widthPx: w, step, rect, core }: LevelTile,
  picture: { readonly widthPx: number; readonly heightPx: number },
  leather: LeatherMask,
): void {
  const left = (core.leftPx - rect.leftPx) / step;
  const top = (core.topPx - rect.topPx) / step;
  const columns = Math.floor(core.widthPx / step);
  const rows = Math.floor(core.heightPx / step);
  const cellOf = new Int32Array(columns);
  const maskOf = new Int32Array(columns);
  for (let x = 0; x < columns; x += 1) {
    const at = core.leftPx + (x + 0.5) * step;
    cellOf[x] = Math.min(cells.across - 1, Math.floor(at / cells.sidePx));
    if (leather) maskOf[x] = Math.min(leather.widthPx - 1, Math.floor((at * leather.widthPx) / picture.widthPx));
  }
  const { count, brightness, gradients } = level;
  for (let y = 0; y < rows; y += 1) {
    const at = core.topPx + (y + 0.5) * step;
    const cellRow = Math.min(cells.down - 1, Math.floor(at / cells.sidePx)) * cells.across;
    const maskRow = leather
      ? Math.min(leather.heightPx - 1, Math.floor((at * leather.heightPx) / picture.heightPx)) * leather.widthPx
      : 0;
    const row = (top + y) * w + left;
    for (let x = 0; x < columns;) {
      // The pixels of a row that lie in one cell are summed up by themselves.
      const cell = cellOf[x]!;
      let n = 0;
      let bright = 0;
      let xx = 0;
      let xy = 0;
      let yy = 0;
      for (; x < columns && cellOf[x] === cell; x += 1) {
        if (leather && leather.mask[maskRow + maskOf[x]!] === 0) continue;
        const i = row + x;
        // Scharr 2000: of all 3 x 3 kernels the one whose gradient turns truest with the picture.
        const nw = p[i - w - 1]!;
        const ne = p[i - w + 1]!;
        const sw = p[i + w - 1]!;
        const se = p[i + w + 1]!;
        const gx = (3 * (ne - nw + se - sw) + 10 * (p[i + 1]! - p[i - 1]!)) / 32;
        const gy = (3 * (sw - nw + se - ne) + 10 * (p[i + w]! - p[i - w]!)) / 32;
        n += 1;
        bright += p[i]!;
        const square = gx * gx + gy * gy;
        if (square === 0) continue;
        const perLength = 1 / Math.sqrt(square);
        xx += gx * gx * perLength;
        xy += gx * gy * perLength;
        yy += gy * gy * perLength;
      }
      const to = cellRow + cell;
      count[to]! += n;
      brightness[to]! += inParts(bright);
      gradients[3 * to]! += inParts(xx);
      gradients[3 * to + 1]! += inParts(xy);
      gradients[3 * to + 2]! += inParts(yy);
    }
  }
}

/** Sums are told in these parts of a level of brightness: so they are exact, and the same whichever tile came first. */
const PARTS = 2 ** 20;

function inParts(sum: number): number {
  return Math.round(sum * PARTS) / PARTS;
}

/** Share of a cell that must be leather before it says anything. */
const LEAST_SHARE = 0.35;

/** Whether enough of a cell is leather. */
export function isSeen(cells: LeatherCells, cell: number): boolean {
  return cells.levels[0]!.count[cell]! >= LEAST_SHARE * cells.sidePx ** 2;
}

/** Reads a whole picture into cells, without a model. */
export async function readCells(source: PixelSource, mmPerPx: number, leather: LeatherMask): Promise<LeatherCells> {
  const cells = emptyCells(source, mmPerPx);
  const rimPx = 8;
  for (const core of planTiles(source.widthPx, source.heightPx, { tilePx: 512, rimPx, stridePx: 32 })) {
    const rect = {
      leftPx: core.leftPx - rimPx,
      topPx: core.topPx - rimPx,
      widthPx: core.readWidthPx,
      heightPx: core.readHeightPx,
    };
    addTile(cells, { rgb: await readScaled(source, 1, rect), rect, core }, source, leather);
  }
  return cells;
}
