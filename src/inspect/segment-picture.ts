import type { OnProgress } from '#domain/ports.ts';
import { fillTable, isAllTable } from './fill-table.ts';
import type { TableFill } from './fill-table.ts';
import type { PixelSource, PxRect } from './pixel-source.ts';
import { planHide } from './plan-hide.ts';
import { planTiles } from './plan-tiles.ts';
import type { TilePlan } from './plan-tiles.ts';
import { readScaled, scaledSize } from './read-scaled.ts';
import type { Segmenter, Tile, TileMarks, TileScores } from './segmenter.ts';

/** Every pack takes tiles whose sides are a multiple of this. */
export const TILE_STRIDE_PX = 32;

/** The pixels of a tile with its rim, and which of them are its own. */
export interface TilePixels {
  readonly rgb: Uint8Array;
  readonly rect: PxRect;
  readonly core: TilePlan;
}

export interface SegmentOptions extends TilesOptions {
  /** Classes of the pack, good first. */
  readonly classCount: number;
  /** Called once for every tile, in any order; cores cover the working picture once. */
  readonly onTile: (tile: TilePlan, scores: TileScores) => void | Promise<void>;
}

export interface TilesOptions {
  readonly tilePx: number;
  readonly rimPx: number;
  /** Source pixels per working pixel. */
  readonly pxPerPx: number;
  readonly fill: TableFill | null;
  /** The working picture is coarse already (`Tile.isSeenOnce`). */
  readonly isSeenOnce?: boolean | undefined;
  /** Other tiles than those that cover the whole picture. */
  readonly plans?: readonly TilePlan[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Sees the pixels of every tile that is not all table, before the table is filled in; keeps none of them. */
  readonly onPixels?: ((tile: TilePixels) => void) | undefined;
}

/** Runs the model over a picture of any size, tile by tile, several at a time; never holds more pixels than those.
 *  @throws the signal's reason when aborted */
export function segmentPicture(source: PixelSource, segmenter: Segmenter, options: SegmentOptions): Promise<void> {
  return visitTiles(source, options, segmenter.concurrent, async (plan, tile) =>
    options.onTile(plan, tile === null ? allGood(plan, options.classCount) : await segmenter.segment(tile)),
  );
}

/** The same for what finding defects needs. The table is left out (`planHide`): there is no mark on it.
 *  @throws the signal's reason when aborted */
export function markPicture(
  source: PixelSource,
  segmenter: Segmenter,
  options: TilesOptions & { readonly onTile: (tile: TilePlan, marks: TileMarks) => void },
): Promise<void> {
  const { fill, pxPerPx } = options;
  const plans =
    options.plans ??
    (fill === null ? undefined : planHide(scaledSize(source, pxPerPx), fill, { ...options, stridePx: TILE_STRIDE_PX }));
  return visitTiles(source, { ...options, plans }, segmenter.concurrent, async (plan, tile) => {
    if (tile !== null) options.onTile(plan, await segmenter.mark(tile));
  });
}

/** Reads every tile and fills its table in; null where there is nothing else. */
async function visitTiles(
  source: PixelSource,
  options: TilesOptions,
  concurrent: number,
  visit: (plan: TilePlan, tile: Tile | null) => Promise<void>,
): Promise<void> {
  options.signal?.throwIfAborted();
  const size = scaledSize(source, options.pxPerPx);
  const plans = options.plans ?? planTiles(size.widthPx, size.heightPx, { ...options, stridePx: TILE_STRIDE_PX });
  let next = 0;
  let done = 0;
  const lane = async (): Promise<void> => {
    for (let plan = plans[next++]; plan !== undefined; plan = plans[next++]) {
      options.signal?.throwIfAborted();
      const rect = {
        leftPx: plan.leftPx - options.rimPx,
        topPx: plan.topPx - options.rimPx,
        widthPx: plan.readWidthPx,
        heightPx: plan.readHeightPx,
      };
      if (options.fill !== null && isAllTable(plan, size, options.fill)) {
        await visit(plan, null);
        done += 1;
        continue;
      }
      const rgb = await readScaled(source, options.pxPerPx, rect);
      options.onPixels?.({ rgb, rect, core: plan });
      if (options.fill) fillTable(rgb, rect, size, options.fill);
      const { rimPx, isSeenOnce } = options;
      await visit(plan, { rgb, widthPx: rect.widthPx, heightPx: rect.heightPx, rimPx, isSeenOnce });
      done += 1;
      options.onProgress?.({ what: 'tiles', done, total: plans.length });
    }
  };
  // Two lanes more than the model runs at once: the next tiles are read meanwhile, and there is one at hand while a tile's
  // answer is thought about.
  await Promise.all(Array.from({ length: concurrent + 2 }, lane));
}

/** The answer for a tile of nothing but table: the model is not asked. */
function allGood(plan: TilePlan, classCount: number): TileScores {
  const plane = plan.widthPx * plan.heightPx;
  const scores = new Uint16Array(classCount * plane).fill(65535, 0, plane);
  return { scores, doubt: new Uint16Array(plane), widthPx: plan.widthPx, heightPx: plan.heightPx };
}
