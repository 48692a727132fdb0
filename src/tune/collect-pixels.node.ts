import ort from 'onnxruntime-node';
import type { OnProgress, Random } from '#domain/ports.ts';
import { prepareFill, fillTable } from '#inspect/fill-table.ts';
import { planTiles } from '#inspect/plan-tiles.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { readScaled } from '#inspect/read-scaled.ts';
import { TILE_STRIDE_PX } from '#inspect/segment-picture.ts';
import { samplePixels } from './sample-pixels.ts';
import type { PixelSample, SampleWish } from './sample-pixels.ts';
import { NO_MATERIAL } from './training-picture.ts';
import type { PictureList, TrainingPicture } from './training-picture.ts';

export interface CollectOptions {
  readonly tilePx: number;
  readonly rimPx: number;
  readonly wish: SampleWish;
  /** Its output `channels` is as wide as the sample. */
  readonly graph: Uint8Array;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Runs the graph over every picture the way inspecting does (tiles, table filled in) and samples pixels. */
export async function collectPixels(list: PictureList, into: PixelSample, options: CollectOptions): Promise<void> {
  const session = await ort.InferenceSession.create(options.graph, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  try {
    for (let index = 0; index < list.count; index += 1) {
      options.signal?.throwIfAborted();
      await collectPicture(session, await list.picture(index), into, options);
      options.onProgress?.({ what: 'pictures', done: index + 1, total: list.count });
    }
  } finally {
    await session.release();
  }
}

async function collectPicture(
  session: ort.InferenceSession,
  picture: TrainingPicture,
  into: PixelSample,
  options: CollectOptions,
): Promise<void> {
  const { widthPx, heightPx, mask } = picture;
  const totals = new Float64Array(256);
  for (const kind of mask) totals[kind]! += 1;
  const fill =
    totals[NO_MATERIAL]! > 0
      ? prepareFill(
          { ...picture, mm2PerPx: picture.mmPerPx ** 2 },
          { mask: mask.map((k) => (k === NO_MATERIAL ? 0 : 1)), widthPx, heightPx },
        )
      : null;
  const source = pixelsInMemory(picture.rgb, widthPx, heightPx);
  for (const tile of planTiles(widthPx, heightPx, { ...options, stridePx: TILE_STRIDE_PX })) {
    const rect = {
      leftPx: tile.leftPx - options.rimPx,
      topPx: tile.topPx - options.rimPx,
      widthPx: tile.readWidthPx,
      heightPx: tile.readHeightPx,
    };
    const rgb = await readScaled(source, 1, rect);
    if (fill) fillTable(rgb, rect, { widthPx, heightPx }, fill);
    const planePx = rect.widthPx * rect.heightPx;
    const input = new Float32Array(3 * planePx);
    for (let i = 0; i < planePx; i += 1) for (let c = 0; c < 3; c += 1) input[c * planePx + i] = rgb[3 * i + c]! / 255;
    const out = await session.run({ pixels: new ort.Tensor('float32', input, [1, 3, rect.heightPx, rect.widthPx]) });
    const part = tileTruth(picture, tile, rect.widthPx, options.rimPx);
    samplePixels(
      into,
      { planes: out['channels']!.data as Float32Array, planePx, ...part },
      totals,
      options.wish,
      options.random,
    );
  }
}

/** Truth of a tile's core, and where each of its pixels lies in the tile. */
function tileTruth(
  picture: TrainingPicture,
  tile: { readonly leftPx: number; readonly topPx: number; readonly widthPx: number; readonly heightPx: number },
  rowPx: number,
  rimPx: number,
): { mask: Uint8Array; at: Int32Array } {
  const mask = new Uint8Array(tile.widthPx * tile.heightPx);
  const at = new Int32Array(mask.length);
  for (let y = 0; y < tile.heightPx; y += 1)
    for (let x = 0; x < tile.widthPx; x += 1) {
      const i = y * tile.widthPx + x;
      mask[i] = picture.mask[(tile.topPx + y) * picture.widthPx + tile.leftPx + x]!;
      at[i] = (y + rimPx) * rowPx + x + rimPx;
    }
  return { mask, at };
}
