import type { Random } from '#domain/ports.ts';
import { NO_MATERIAL } from './training-picture.ts';

/** Pixels taken for training: `channels` numbers each, class, and how many pixels each stands for. */
export interface PixelSample {
  readonly channels: number;
  count: number;
  values: Float32Array;
  classes: Uint8Array;
  weights: Float32Array;
}

export function emptySample(channels: number): PixelSample {
  return { channels, count: 0, values: new Float32Array(0), classes: new Uint8Array(0), weights: new Float32Array(0) };
}

export interface SampleWish {
  /** At most about so many pixels of each class of a picture. */
  readonly defectsPerClass: number;
  readonly good: number;
  /** P(any defect) of the model so far, by pixel of the tile, or null: good pixels that it takes for defects are taken
   *  more often, and count for less each, so that the sample stays fair. */
  readonly suspicion: Float32Array | null;
}

/** Adds pixels of one tile. `planes` is [channels][height][width] with `strideWidthPx` a row, `mask` the tile's truth at
 *  the same places; `totals` counts the whole picture's pixels by class. Every pixel is taken by chance, with weight
 *  1 / its chance. */
export function samplePixels(
  into: PixelSample,
  tile: { readonly planes: Float32Array; readonly planePx: number; readonly mask: Uint8Array; readonly at: Int32Array },
  totals: Float64Array,
  wish: SampleWish,
  random: Random,
): void {
  const { planes, planePx, mask, at } = tile;
  for (let i = 0; i < mask.length; i += 1) {
    const kind = mask[i]!;
    if (kind === NO_MATERIAL) continue;
    const from = at[i]!;
    let chance = Math.min(1, (kind === 0 ? wish.good : wish.defectsPerClass) / totals[kind]!);
    if (kind === 0 && wish.suspicion) chance = Math.min(1, chance * (0.4 + 30 * wish.suspicion[from]!));
    if (random() >= chance) continue;
    if (into.count === into.classes.length) enlarge(into);
    for (let c = 0; c < into.channels; c += 1)
      into.values[into.count * into.channels + c] = planes[c * planePx + from]!;
    into.classes[into.count] = kind;
    into.weights[into.count] = 1 / chance;
    into.count += 1;
  }
}

function enlarge(sample: PixelSample): void {
  const size = Math.max(65_536, sample.classes.length * 2);
  const grow = <T extends Float32Array | Uint8Array>(from: T, to: T): T => {
    to.set(from);
    return to;
  };
  sample.values = grow(sample.values, new Float32Array(size * sample.channels));
  sample.classes = grow(sample.classes, new Uint8Array(size));
  sample.weights = grow(sample.weights, new Float32Array(size));
}

/** Mean and 1 / deviation of every channel over the sample, by weight. */
export function standardisation(sample: PixelSample): { mean: Float32Array; scale: Float32Array } {
  const n = sample.channels;
  const sum = new Float64Array(n);
  const square = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < sample.count; i += 1) {
    const w = Math.sqrt(sample.weights[i]!);
    total += w;
    for (let c = 0; c < n; c += 1) {
      const v = sample.values[i * n + c]!;
      sum[c]! += w * v;
      square[c]! += w * v * v;
    }
  }
  const mean = Float32Array.from(sum, (s) => s / total);
  const scale = Float32Array.from(square, (s, c) => 1 / Math.sqrt(Math.max(1e-8, s / total - mean[c]! ** 2)));
  return { mean, scale };
}
