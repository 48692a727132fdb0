import ort from 'onnxruntime-node';
import { seededRandom } from '#domain/seeded-random.ts';
import { adam, oneCycle } from './adam.ts';
import { headChannelsGraph, headShapes, headTrainingGraph, startHead } from './channel-head.ts';
import type { ChannelHead } from './channel-head.ts';
import { collectPixels } from './collect-pixels.node.ts';
import type { CollectOptions } from './collect-pixels.node.ts';
import { WIDE_CHANNEL_COUNT } from './leather-channels.ts';
import { gradientLength, refuseNoNumber } from './no-number.ts';
import { emptySample } from './sample-pixels.ts';
import type { PixelSample } from './sample-pixels.ts';
import type { PictureList } from './training-picture.ts';

/** How often each pixel of the sample is seen, and bounds of the steps that makes. */
const EPOCHS = 10;
const LEAST_STEPS = 150;
const MOST_STEPS = 2500;
const BATCH = 1024;
const RATE = 3e-3;
/** More pictures than this add little and take half a second each. */
const MOST_PICTURES = 160;
/** Defects are taken more often than they come; calibration undoes it. */
const WISH = { defectsPerClass: 900, good: 1500 } as const;

/** Trains a head on chance pixels of labelled pictures; the same pictures and seed give the same weights. About a minute
 *  for a hundred close-ups. */
export async function trainHead(
  list: PictureList,
  seed: number,
  options: Pick<CollectOptions, 'tilePx' | 'rimPx' | 'signal' | 'onProgress'>,
): Promise<ChannelHead> {
  const sample = emptySample(WIDE_CHANNEL_COUNT);
  await collectPixels(evenly(list), sample, {
    ...options,
    random: seededRandom(seed * 31 + 7),
    graph: headChannelsGraph(),
    wish: WISH,
  });
  return fitHead(sample, seed, options.signal);
}

/** Trains on a sample whose class 0 is good.
 *  @throws KerfError TUNE_TRAINING_NAN */
export async function fitHead(sample: PixelSample, seed: number, signal?: AbortSignal): Promise<ChannelHead> {
  const { mean, deviation } = spreadOf(sample);
  const random = seededRandom(seed * 31 + 8);
  const weights = startHead(random);
  const shapes = headShapes();
  const names = [...shapes.keys()];
  const parameters = names.map((name) => weights.get(name)!);
  const optimiser = adam(
    parameters.map((p) => p.length),
    { decay: 1e-3 },
  );
  const session = await ort.InferenceSession.create(headTrainingGraph(), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const size = sample.channels;
  const steps = Math.min(MOST_STEPS, Math.max(LEAST_STEPS, Math.round((EPOCHS * sample.count) / BATCH)));
  const x = new Float32Array(size * BATCH);
  const y = new Float32Array(2 * BATCH);
  const w = new Float32Array(BATCH).fill(1 / BATCH);
  try {
    for (let step = 0; step < steps; step += 1) {
      signal?.throwIfAborted();
      for (let p = 0; p < BATCH; p += 1) {
        const i = Math.floor(random() * sample.count);
        for (let c = 0; c < size; c += 1) x[c * BATCH + p] = (sample.values[i * size + c]! - mean[c]!) / deviation[c]!;
        y[p] = sample.classes[i] === 0 ? 1 : 0;
        y[BATCH + p] = 1 - y[p]!;
      }
      const out = await session.run({
        x: new ort.Tensor('float32', x, [1, size, 1, BATCH]),
        y: new ort.Tensor('float32', y, [1, 2, 1, BATCH]),
        w: new ort.Tensor('float32', w, [1, 1, 1, BATCH]),
        ...Object.fromEntries(
          names.map((name, i) => [name, new ort.Tensor('float32', parameters[i]!, shapes.get(name))]),
        ),
      });
      const gradients = names.map((name) => out[`g:${name}`]!.data as Float32Array);
      const loss = (out['loss']!.data as Float32Array)[0]!;
      refuseNoNumber({ step: step + 1, loss, length: gradientLength(gradients) });
      optimiser.step(parameters, gradients, oneCycle(step, steps, RATE));
    }
  } finally {
    await session.release();
  }
  return { mean, deviation, weights };
}

function spreadOf({ channels, count, values }: PixelSample): Pick<ChannelHead, 'mean' | 'deviation'> {
  const mean = new Float64Array(channels);
  const square = new Float64Array(channels);
  for (let i = 0; i < count; i += 1)
    for (let c = 0; c < channels; c += 1) {
      const v = values[i * channels + c]!;
      mean[c]! += v / count;
      square[c]! += (v * v) / count;
    }
  return { mean, deviation: square.map((s, c) => Math.sqrt(Math.max(1e-6, s - mean[c]! ** 2))) };
}

function evenly(list: PictureList): PictureList {
  const count = Math.min(list.count, MOST_PICTURES);
  return { ...list, count, picture: (k) => list.picture(Math.floor(((k + 0.5) * list.count) / count)) };
}
