import type { OnProgress } from '#domain/ports.ts';
import { fillTable, isAllTable } from './fill-table.ts';
import type { TableFill } from './fill-table.ts';
import type { PixelSource, PxRect } from './pixel-source.ts';
import { planTiles } from './plan-tiles.ts';
import type { TilePlan } from './plan-tiles.ts';
import { readScaled, scaledSize } from './read-scaled.ts';
import type { Segmenter, TileScores } from './segmenter.ts';

/** Every pack takes tiles whose sides are a multiple of this. */
export const TILE_STRIDE_PX = 32;

export interface SegmentOptions {
  readonly tilePx: number;
  readonly rimPx: number;
  /** Source pixels per working pixel. */
  readonly pxPerPx: number;
  readonly fill: TableFill | null;
  /** Classes of the pack, good first. */
  readonly classCount: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Sees the pixels of every tile that is not all table, before the table is filled in; keeps none of them. */
  readonly onPixels?:
    ((tile: { readonly rgb: Uint8Array; readonly rect: PxRect; readonly core: TilePlan }) => void) | undefined;
  /** Called once for every tile, in any order; cores cover the working picture once. */
  readonly onTile: (tile: TilePlan, scores: TileScores) => void | Promise<void>;
}

/** Runs the model over a picture of any size, tile by tile, several at a time; never holds more pixels than those.
 *  @throws the signal's reason when aborted */
export async function segmentPicture(
  source: PixelSource,
  segmenter: Segmenter,
  options: SegmentOptions,
): Promise<void> {
  options.signal?.throwIfAborted();
  const size = scaledSize(source, options.pxPerPx);
  const plans = planTiles(size.widthPx, size.heightPx, { ...options, stridePx: TILE_STRIDE_PX });
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
      const isTable = options.fill !== null && isAllTable(plan, size, options.fill);
      if (isTable) {
        await options.onTile(plan, allGood(plan, options.classCount));
        done += 1;
        continue;
      }
      const rgb = await readScaled(source, options.pxPerPx, rect);
      options.onPixels?.({ rgb, rect, core: plan });
      if (options.fill) fillTable(rgb, rect, size, options.fill);
      const answer = await segmenter.segment({
        rgb,
        widthPx: rect.widthPx,
        heightPx: rect.heightPx,
        rimPx: options.rimPx,
      });
      await options.onTile(plan, answer);
      done += 1;
      options.onProgress?.({ what: 'tiles', done, total: plans.length });
    }
  };
  // One lane more than the model runs at once: the next tile is read meanwhile.
  await Promise.all(Array.from({ length: segmenter.concurrent + 1 }, lane));
}

/** The answer for a tile of nothing but table: the model is not asked. */
function allGood(plan: TilePlan, classCount: number): TileScores {
  const plane = plan.widthPx * plan.heightPx;
  const scores = new Uint16Array(classCount * plane).fill(65535, 0, plane);
  return { scores, doubt: new Uint16Array(plane), widthPx: plan.widthPx, heightPx: plan.heightPx };
}
