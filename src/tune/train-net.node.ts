import ort from 'onnxruntime-node';
import type { OnProgress, Random } from '#domain/ports.ts';
import { adam, oneCycle } from './adam.ts';
import { netShapes, netTrainingGraph, startNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import { gradientLength, refuseNoNumber } from './no-number.ts';
import type { CropSet } from './training-crops.node.ts';

export interface NetTraining {
  readonly levels: readonly number[];
  readonly classCount: number;
  readonly steps: number;
  readonly batch: number;
  readonly sidePx: number;
  readonly rate: number;
  readonly dice: number;
  /** A defect's pixel counts this much more than a good one's. */
  readonly defectWeight: number;
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** The loss is shown anew so many times in a training. */
const SHOWN_LOSSES = 20;
/** Gradients longer than this are shortened to it. */
const LONGEST_STEP = 1;

/** Trains a net on crops: forward and backward pass run on ONNX Runtime, Adam here. The same crops, seed and one thread
 *  give the same weights.
 *  @throws KerfError TUNE_TRAINING_NAN */
export async function trainNet(crops: CropSet, options: NetTraining): Promise<{ net: DefectNet; loss: number }> {
  const { classCount, batch, sidePx, random, levels } = options;
  const session = await ort.InferenceSession.create(netTrainingGraph(levels, classCount, options.dice), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const start = startNet(levels, classCount, random);
  const names = [...start.weights.keys()];
  const shapes = netShapes(levels, classCount);
  const parameters = names.map((name) => start.weights.get(name)!);
  const optimiser = adam(
    parameters.map((p) => p.length),
    { decay: 1e-3 },
  );
  const plane = sidePx * sidePx;
  const pixels = new Float32Array(batch * 3 * plane);
  const y = new Float32Array(batch * classCount * plane);
  const w = new Float32Array(batch * plane);
  let loss = 0;
  let shown = 0;
  try {
    for (let step = 0; step < options.steps; step += 1) {
      options.signal?.throwIfAborted();
      y.fill(0);
      for (let k = 0; k < batch; k += 1) crops.draw(random, { pixels, y, w, at: k, sidePx, classCount });
      weigh(w, y, batch, classCount, plane, options.defectWeight);
      const feeds: Record<string, ort.Tensor> = {
        pixels: new ort.Tensor('float32', pixels, [batch, 3, sidePx, sidePx]),
        y: new ort.Tensor('float32', y, [batch, classCount, sidePx, sidePx]),
        w: new ort.Tensor('float32', w, [batch, 1, sidePx, sidePx]),
      };
      names.forEach((name, i) => (feeds[name] = new ort.Tensor('float32', parameters[i]!, shapes.get(name))));
      const out = await session.run(feeds);
      const gradients = names.map((name) => out[`g:${name}`]!.data as Float32Array);
      const now = (out['loss']!.data as Float32Array)[0]!;
      const length = gradientLength(gradients);
      refuseNoNumber({ step: step + 1, loss: now, length });
      optimiser.step(parameters, shortened(gradients, length), oneCycle(step, options.steps, options.rate));
      loss = step === 0 ? now : loss * 0.98 + now * 0.02;
      if (step % Math.ceil(options.steps / SHOWN_LOSSES) === 0) shown = loss;
      options.onProgress?.({ what: `training, loss ${shown.toFixed(3)}`, done: step + 1, total: options.steps });
    }
  } finally {
    await session.release();
  }
  return { net: start, loss };
}

/** Turns 1 = material, 0 = none into weights that sum to one for a batch of average defects. */
function weigh(w: Float32Array, y: Float32Array, batch: number, classCount: number, plane: number, more: number): void {
  let material = 0;
  for (const v of w) material += v;
  const least = Math.max(1, material);
  for (let k = 0; k < batch; k += 1)
    for (let i = 0; i < plane; i += 1) {
      const isGood = y[k * classCount * plane + i]!;
      w[k * plane + i]! *= (isGood === 1 ? 1 : more) / least;
    }
}

function shortened(gradients: readonly Float32Array[], length: number): readonly Float32Array[] {
  if (length <= LONGEST_STEP) return gradients;
  return gradients.map((g) => g.map((v) => (v * LONGEST_STEP) / length));
}
