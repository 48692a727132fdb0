import ort from 'onnxruntime-node';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import { readScaled } from '#inspect/read-scaled.ts';
import { addVectors, emptySums, fitGaussian } from './gaussian-model.ts';
import type { GaussianModel } from './gaussian-model.ts';
import { LEATHER_SUPPORT_PX } from './leather-channels.ts';
import { cellPx, featureGraph, NORMALITY_BLOCKS, NORMALITY_CHANNELS } from './normality-graph.ts';
import type { ReducedBy } from './normality-graph.ts';
import type { PictureList } from './training-picture.ts';

const RIDGE = 0.5;
/** Pixels next to a defect are not quite good. */
const CLEARANCE_PX = 6;
const LARGEST_PX = 1024;

/** A Gaussian of what is good in labelled pictures: all that lies clear of every mask. Of pictures over a megapixel the
 *  middle counts. */
export async function normalityOfList(
  list: PictureList,
  reducedBy: ReducedBy,
  signal?: AbortSignal,
): Promise<GaussianModel> {
  const session = await ort.InferenceSession.create(featureGraph(reducedBy), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const sums = emptySums(NORMALITY_CHANNELS);
  const rimPx = LEATHER_SUPPORT_PX * reducedBy;
  const cell = cellPx(reducedBy);
  try {
    for (let index = 0; index < list.count; index += 1) {
      signal?.throwIfAborted();
      const picture = await list.picture(index);
      const whole = { widthPx: picture.widthPx, heightPx: picture.heightPx };
      const corePx = [whole.widthPx, whole.heightPx].map((px) => Math.ceil(Math.min(px, LARGEST_PX) / 64) * 64);
      const [width, height] = corePx as [number, number];
      const left = Math.max(0, (whole.widthPx - width) >> 1);
      const top = Math.max(0, (whole.heightPx - height) >> 1);
      const rect = {
        leftPx: left - rimPx,
        topPx: top - rimPx,
        widthPx: width + 2 * rimPx,
        heightPx: height + 2 * rimPx,
      };
      const rgb = await readScaled(pixelsInMemory(picture.rgb, whole.widthPx, whole.heightPx), 1, rect);
      const planePx = rect.widthPx * rect.heightPx;
      const input = new Float32Array(3 * planePx);
      for (let i = 0; i < planePx; i += 1)
        for (let c = 0; c < 3; c += 1) input[c * planePx + i] = rgb[3 * i + c]! / 255;
      const out = await session.run({ pixels: new ort.Tensor('float32', input, [1, 3, rect.heightPx, rect.widthPx]) });
      const isClear = clearOf(picture.mask, whole.widthPx, whole.heightPx);
      const across = rect.widthPx / cell;
      addVectors(sums, out['features']!.data as Float32Array, across * (rect.heightPx / cell), (k) => {
        const u = rect.leftPx + (k % across) * cell + (cell >> 1);
        const v = rect.topPx + Math.floor(k / across) * cell + (cell >> 1);
        return u >= 0 && v >= 0 && u < whole.widthPx && v < whole.heightPx && isClear[v * whole.widthPx + u] === 1;
      });
    }
  } finally {
    await session.release();
  }
  return fitGaussian(sums, NORMALITY_BLOCKS, RIDGE);
}

/** 1 where nothing but good material lies within the clearance (a square). */
function clearOf(mask: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  const clear = new Uint8Array(mask.length).fill(1);
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === 0) continue;
    const u = i % widthPx;
    const v = (i - u) / widthPx;
    const from = Math.max(0, u - CLEARANCE_PX);
    const to = Math.min(widthPx - 1, u + CLEARANCE_PX);
    for (let y = Math.max(0, v - CLEARANCE_PX); y <= Math.min(heightPx - 1, v + CLEARANCE_PX); y += 1)
      clear.fill(0, y * widthPx + from, y * widthPx + to + 1);
  }
  return clear;
}
