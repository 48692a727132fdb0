import type { Random } from '#domain/ports.ts';
import { NO_MATERIAL } from './training-picture.ts';

/** Pixels taken for calibrating: `channels` numbers each, class, and how many pixels each stands for. */
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
    const chance = Math.min(1, (kind === 0 ? wish.good : wish.defectsPerClass) / totals[kind]!);
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
