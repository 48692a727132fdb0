import ort from 'onnxruntime-node';
import type { OnProgress, Random } from '#domain/ports.ts';
import { adam, oneCycle } from './adam.ts';
import { headTrainingGraph } from './pixel-head.ts';
import type { PixelHead } from './pixel-head.ts';
import { standardisation } from './sample-pixels.ts';
import type { PixelSample } from './sample-pixels.ts';

export interface HeadTraining {
  readonly hidden: readonly number[];
  readonly classCount: number;
  readonly steps: number;
  readonly batchPx: number;
  readonly rate: number;
  readonly dice: number;
  /** 0: every pixel counts alike, so rare defects hardly count; 1: every class counts alike. */
  readonly balance: number;
  readonly random: Random;
  readonly start?: PixelHead | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** Trains a head on sampled pixels: forward and backward pass run on ONNX Runtime, Adam here. The same sample, seed and
 *  one thread give the same weights. */
export async function trainHead(
  sample: PixelSample,
  options: HeadTraining,
): Promise<{ head: PixelHead; loss: number }> {
  const { random, classCount, batchPx } = options;
  const n = sample.channels;
  const sizes = [n, ...options.hidden, classCount];
  const session = await ort.InferenceSession.create(headTrainingGraph(sizes, options.dice), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const { mean, scale } = options.start ?? standardisation(sample);
  const weights = options.start?.weights.map((w) => w.slice()) ?? startWeights(sizes, random);
  const biases = options.start?.biases.map((b) => b.slice()) ?? sizes.slice(1).map((size) => new Float32Array(size));
  const parameters = weights.flatMap((w, l) => [w, biases[l]!]);
  const optimiser = adam(
    parameters.map((p) => p.length),
    { decay: 1e-3 },
  );
  const pick = weightedPicker(sample, classCount, options.balance, random);
  const x = new Float32Array(n * batchPx);
  const y = new Float32Array(classCount * batchPx);
  const w = new Float32Array(batchPx).fill(1 / batchPx);
  let loss = 0;
  try {
    for (let step = 0; step < options.steps; step += 1) {
      options.signal?.throwIfAborted();
      y.fill(0);
      for (let p = 0; p < batchPx; p += 1) {
        const i = pick();
        for (let c = 0; c < n; c += 1) x[c * batchPx + p] = clamp((sample.values[i * n + c]! - mean[c]!) * scale[c]!);
        y[sample.classes[i]! * batchPx + p] = 1;
      }
      const feeds: Record<string, ort.Tensor> = {
        x: new ort.Tensor('float32', x, [1, n, 1, batchPx]),
        y: new ort.Tensor('float32', y, [1, classCount, 1, batchPx]),
        w: new ort.Tensor('float32', w, [1, 1, 1, batchPx]),
      };
      weights.forEach((v, l) => (feeds[`w${l}`] = new ort.Tensor('float32', v, [sizes[l + 1]!, sizes[l]!, 1, 1])));
      biases.forEach((v, l) => (feeds[`b${l}`] = new ort.Tensor('float32', v, [sizes[l + 1]!])));
      const out = await session.run(feeds);
      const gradients = weights.flatMap((_, l) => [`g_w${l}`, `g_b${l}`].map((k) => out[k]!.data as Float32Array));
      optimiser.step(parameters, gradients, oneCycle(step, options.steps, options.rate));
      const now = (out['loss']!.data as Float32Array)[0]!;
      loss = step === 0 ? now : loss * 0.98 + now * 0.02;
      options.onProgress?.({ what: `training, loss ${loss.toFixed(3)}`, done: step + 1, total: options.steps });
    }
  } finally {
    await session.release();
  }
  return { head: { sizes, mean, scale, weights, biases, temperature: 1 }, loss };
}

/** Channels beyond this many deviations say no more. The pack's graph does not clamp: such pixels are rare. */
const FARTHEST = 8;
function clamp(v: number): number {
  return Math.min(FARTHEST, Math.max(-FARTHEST, v));
}

/** He's start: keeps the spread of the activations. */
function startWeights(sizes: readonly number[], random: Random): Float32Array[] {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return sizes.slice(1).map((out, l) => {
    const spread = Math.sqrt(2 / sizes[l]!);
    return Float32Array.from({ length: out * sizes[l]! }, () => normal() * spread);
  });
}

/** Draws pixels with a chance of weight × (class total) ^ -balance. */
function weightedPicker(sample: PixelSample, classCount: number, balance: number, random: Random): () => number {
  const totals = new Float64Array(classCount);
  for (let i = 0; i < sample.count; i += 1) totals[sample.classes[i]!]! += sample.weights[i]!;
  const until = new Float64Array(sample.count);
  let sum = 0;
  for (let i = 0; i < sample.count; i += 1) {
    sum += sample.weights[i]! * totals[sample.classes[i]!]! ** -balance;
    until[i] = sum;
  }
  return () => {
    const at = random() * sum;
    let low = 0;
    let high = sample.count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (until[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
