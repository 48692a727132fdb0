import type { PixelSample } from './sample-pixels.ts';

export interface FusedCalibration {
  readonly temperature: number;
  readonly goodShift: number;
  /** Of the normality score; 0 where it does not help. */
  readonly weight: number;
  readonly logLoss: number;
  /** P(defect) with the best F1 on the sample. */
  readonly threshold: number;
}

/** The normality score must lower the log loss by this share to be kept: it costs as much time as a small net. */
const LEAST_GAIN = 0.01;

/** Chooses temperature, shift of "good" and the weight of the normality score so that probabilities fit the sample, whose
 *  channels are the logits of the classes and then that score. Searches a grid that closes in on the least weighted log
 *  loss: training shows rare defects more often than they come, and this undoes it. */
export function calibrateFused(sample: PixelSample): FusedCalibration {
  const alone = search(sample, [0]);
  const fused = search(sample, [-1, 0, 1]);
  const best = fused.logLoss < alone.logLoss * (1 - LEAST_GAIN) ? fused : alone;
  return { ...best, threshold: bestThreshold(sample, best) };
}

type Choice = Omit<FusedCalibration, 'threshold'>;

function search(sample: PixelSample, weightSteps: readonly number[]): Choice {
  const score = (c: Omit<Choice, 'logLoss'>): Choice => ({ ...c, logLoss: logLoss(sample, c) });
  let best = score({ temperature: 1, goodShift: 0, weight: weightSteps.length > 1 ? 0.5 : 0 });
  for (let reach = 1; reach > 0.05; reach /= 2) {
    const centre = best;
    for (const a of [-2, -1, 0, 1, 2])
      for (const b of [-2, -1, 0, 1, 2])
        for (const c of weightSteps) {
          const tried = score({
            temperature: centre.temperature * Math.exp(a * 0.3 * reach),
            goodShift: centre.goodShift + b * 1.5 * reach,
            weight: Math.max(0, centre.weight + c * 0.5 * reach),
          });
          if (tried.logLoss < best.logLoss) best = tried;
        }
  }
  return best;
}

function logLoss(sample: PixelSample, c: Omit<Choice, 'logLoss'>): number {
  const classes = sample.channels - 1;
  let loss = 0;
  let total = 0;
  for (let i = 0; i < sample.count; i += 1) {
    const { z, most } = logits(sample, i, c);
    let sum = 0;
    for (let k = 0; k < classes; k += 1) sum += Math.exp(z[k]! - most);
    loss -= sample.weights[i]! * (z[sample.classes[i]!]! - most - Math.log(sum));
    total += sample.weights[i]!;
  }
  return loss / Math.max(1e-9, total);
}

const room = new Float64Array(64);

function logits(sample: PixelSample, i: number, c: Omit<Choice, 'logLoss'>): { z: Float64Array; most: number } {
  const from = i * sample.channels;
  const classes = sample.channels - 1;
  let most = -Infinity;
  for (let k = 0; k < classes; k += 1) {
    const good = k === 0 ? c.goodShift - c.weight * sample.values[from + classes]! : 0;
    room[k] = (sample.values[from + k]! + good) / c.temperature;
    most = Math.max(most, room[k]!);
  }
  return { z: room, most };
}

function bestThreshold(sample: PixelSample, c: Choice): number {
  const steps = 200;
  const defect = new Float64Array(steps);
  const good = new Float64Array(steps);
  const classes = sample.channels - 1;
  for (let i = 0; i < sample.count; i += 1) {
    const { z, most } = logits(sample, i, c);
    let sum = 0;
    for (let k = 0; k < classes; k += 1) sum += Math.exp(z[k]! - most);
    const p = 1 - Math.exp(z[0]! - most) / sum;
    (sample.classes[i] === 0 ? good : defect)[Math.min(steps - 1, Math.floor(p * steps))]! += sample.weights[i]!;
  }
  const truths = defect.reduce((a, b) => a + b, 0);
  let hits = 0;
  let alarms = 0;
  let best = { f1: 0, at: steps / 2 };
  for (let i = steps - 1; i > 0; i -= 1) {
    hits += defect[i]!;
    alarms += good[i]!;
    const f1 = (2 * hits) / Math.max(1e-9, truths + hits + alarms);
    if (f1 > best.f1) best = { f1, at: i };
  }
  return best.at / steps;
}
