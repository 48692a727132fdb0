import ort from 'onnxruntime-node';
import type { Clock } from '#domain/ports.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { adam, oneCycle } from './adam.ts';
import { netShapes, netTrainingGraph, startNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import { gradientLength, refuseNoNumber } from './no-number.ts';
import type { CropSet } from './training-crops.node.ts';
import type { TrainingState } from './training-state.node.ts';

export interface LabelTraining {
  readonly levels: readonly number[];
  readonly classCount: number;
  readonly steps: number;
  /** Steps between two looks at what is held back; default: LOOK_EVERY. */
  readonly lookEvery?: number | undefined;
  readonly seed: number;
  /** Weights to start from; default: chance. */
  readonly start?: DefectNet | undefined;
  /** Names this very training, for going on after a stop. */
  readonly of: string;
  readonly resume: TrainingState | null;
  /** Called at every look with what a kill should not lose. */
  readonly onState: (state: TrainingState) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((step: number, curve: TrainingState['curve']) => void) | undefined;
}

export const LABEL_BATCH = 12;
export const LABEL_CROP_PX = 128;
const RATE = 4e-3;
const DICE = 1;
const DEFECT_WEIGHT = 2;
/** Steps between two looks, and looks without a better one after which training stops. */
const LOOK_EVERY = 50;
const PATIENCE = 8;
const LOOK_BATCHES = 4;
const LONGEST_STEP = 1;

/** Trains a net on labelled crops: stops when the held-back ones get no better, keeps the best weights. Crops and order
 *  follow from seed and step alone, so that a training that was stopped and goes on gives the same bytes as one that was
 *  not (one thread).
 *  @throws KerfError TUNE_TRAINING_NAN */
export async function trainOnLabels(
  crops: CropSet,
  held: CropSet,
  options: LabelTraining,
): Promise<{ net: DefectNet; state: TrainingState }> {
  const { levels, classCount, lookEvery = LOOK_EVERY } = options;
  const session = await openTraining(levels, classCount);
  const start = options.start ?? startNet(levels, classCount, seededRandom(options.seed));
  const shapes = netShapes(levels, classCount);
  const names = [...shapes.keys()];
  const now = names.map((name) => start.weights.get(name)!.slice());
  const best = now.map((w) => w.slice());
  const optimiser = adam(
    now.map((w) => w.length),
    { decay: 1e-3 },
  );
  const lists = [now, best, optimiser.memory];
  let state: TrainingState = options.resume ?? {
    of: options.of,
    step: 0,
    best: { step: 0, loss: Infinity },
    curve: [],
    numbers: new Float64Array(0),
  };
  if (options.resume) {
    spread(options.resume.numbers, lists);
    optimiser.taken = state.step;
  }
  const looks = await batches(held, classCount);
  const run = (batch: Batch) =>
    session.run({
      ...batch.feeds,
      ...Object.fromEntries(names.map((name, i) => [name, new ort.Tensor('float32', now[i]!, shapes.get(name))])),
    });
  const batch = emptyBatch(classCount);
  let recent = NaN;
  try {
    // Asked before each step, so that a training that was stopped after its last look and goes on takes none more.
    const isOver = () => isPatienceOver({ step: state.step, best: state.best.step, steps: options.steps, lookEvery });
    for (let step = state.step; step < options.steps && !isOver(); step += 1) {
      options.signal?.throwIfAborted();
      fillBatch(batch, crops, seededRandom(options.seed * 1_000_003 + step), classCount);
      const out = await run(batch);
      const loss = (out['loss']!.data as Float32Array)[0]!;
      const gradients = names.map((name) => out[`g:${name}`]!.data as Float32Array);
      const length = gradientLength(gradients);
      refuseNoNumber({ step: step + 1, loss, length });
      const share = Math.min(1, LONGEST_STEP / length);
      optimiser.step(
        now,
        gradients.map((g) => (share === 1 ? g : g.map((v) => v * share))),
        oneCycle(step, options.steps, RATE),
      );
      recent = Number.isNaN(recent) ? loss : recent * 0.95 + loss * 0.05;
      options.onStep?.(step + 1, state.curve);
      if ((step + 1) % lookEvery !== 0 && step + 1 !== options.steps) continue;
      const seen = await meanLoss(looks, run);
      const isBetter = seen < state.best.loss;
      if (isBetter) now.forEach((w, i) => best[i]!.set(w));
      state = {
        ...state,
        step: step + 1,
        best: isBetter ? { step: step + 1, loss: seen } : state.best,
        curve: [...state.curve, [step + 1, recent, seen]],
        numbers: gathered(lists),
      };
      // The average begins anew at each look, so that a training that goes on shows the same curve.
      recent = NaN;
      await options.onState(state);
    }
  } finally {
    await session.release();
  }
  const weights = new Map(names.map((name, i) => [name, best[i]!]));
  return { net: { levels, classCount, weights, temperature: 1, goodShift: 0, seesTwice: false }, state };
}

/** Whether training that was best at step `best` stops at `step`: eight looks without a better one in the second half of
 *  its steps. While the rate is high the held-back loss stands still for hundreds of steps, and what was learnt shows when
 *  the rate falls. */
export function isPatienceOver(at: {
  readonly step: number;
  readonly best: number;
  readonly steps: number;
  readonly lookEvery: number;
}): boolean {
  return at.step - Math.max(at.best, at.steps / 2) >= PATIENCE * at.lookEvery;
}

/** Seconds that one step takes here, from two on nothing: said before training starts. */
export async function stepSeconds(levels: readonly number[], classCount: number, clock: Clock): Promise<number> {
  const session = await openTraining(levels, classCount);
  const { weights } = startNet(levels, classCount, seededRandom(1));
  const { feeds } = emptyBatch(classCount);
  for (const [name, dims] of netShapes(levels, classCount))
    feeds[name] = new ort.Tensor('float32', weights.get(name)!, dims);
  try {
    await session.run(feeds);
    const begin = clock.monotonicMs();
    await session.run(feeds);
    return (clock.monotonicMs() - begin) / 1000;
  } finally {
    await session.release();
  }
}

function openTraining(levels: readonly number[], classCount: number): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(netTrainingGraph(levels, classCount, DICE), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

/** How many numbers a training keeps. */
export function stateSize(levels: readonly number[], classCount: number): number {
  let count = 0;
  for (const dims of netShapes(levels, classCount).values()) count += dims.reduce((a, b) => a * b, 1);
  return 4 * count;
}

function spread(numbers: Float64Array, lists: readonly (readonly (Float32Array | Float64Array)[])[]): void {
  let at = 0;
  for (const list of lists.flat()) {
    list.set(numbers.subarray(at, at + list.length));
    at += list.length;
  }
}

function gathered(lists: readonly (readonly (Float32Array | Float64Array)[])[]): Float64Array {
  const all = lists.flat();
  const out = new Float64Array(all.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of all) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}

interface Batch {
  readonly pixels: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly feeds: Record<string, ort.Tensor>;
}

function emptyBatch(classCount: number): Batch {
  const side = LABEL_CROP_PX;
  const plane = side * side;
  const pixels = new Float32Array(LABEL_BATCH * 3 * plane);
  const y = new Float32Array(LABEL_BATCH * classCount * plane);
  const w = new Float32Array(LABEL_BATCH * plane);
  return {
    pixels,
    y,
    w,
    feeds: {
      pixels: new ort.Tensor('float32', pixels, [LABEL_BATCH, 3, side, side]),
      y: new ort.Tensor('float32', y, [LABEL_BATCH, classCount, side, side]),
      w: new ort.Tensor('float32', w, [LABEL_BATCH, 1, side, side]),
    },
  };
}

function fillBatch(batch: Batch, crops: CropSet, random: () => number, classCount: number): void {
  const { pixels, y, w } = batch;
  y.fill(0);
  for (let at = 0; at < LABEL_BATCH; at += 1)
    crops.draw(random, { pixels, y, w, at, sidePx: LABEL_CROP_PX, classCount });
  // 1 = material becomes a weight; those of a batch of average defects sum to one.
  const plane = LABEL_CROP_PX ** 2;
  let material = 0;
  for (let i = 0; i < w.length; i += 1) material += w[i]!;
  const least = Math.max(1, material);
  for (let at = 0; at < LABEL_BATCH; at += 1)
    for (let p = 0; p < plane; p += 1) {
      const isGood = y[at * classCount * plane + p] === 1;
      w[at * plane + p]! *= (isGood ? 1 : DEFECT_WEIGHT) / least;
    }
}

/** The same crops at every look. */
function batches(held: CropSet, classCount: number): Promise<Batch[]> {
  return Promise.resolve(
    Array.from({ length: LOOK_BATCHES }, (_, k) => {
      const batch = emptyBatch(classCount);
      fillBatch(batch, held, seededRandom(77 + k), classCount);
      return batch;
    }),
  );
}

async function meanLoss(looks: readonly Batch[], run: (batch: Batch) => ReturnType<ort.InferenceSession['run']>) {
  let sum = 0;
  for (const batch of looks) sum += ((await run(batch))['loss']!.data as Float32Array)[0]!;
  return sum / looks.length;
}
