import type { PixelSample } from './sample-pixels.ts';

/** How the logits of the net, the normality score and the head's logit become one answer. */
export interface Fusion {
  readonly temperature: number;
  readonly goodShift: number;
  /** What a point of the normality score takes from the logit of "good"; 0 where it does not help. */
  readonly normalityWeight: number;
  /** The same of the head's logit. */
  readonly headWeight: number;
}

export interface FusedCalibration extends Fusion {
  readonly logLoss: number;
}

/** A part must lower the log loss by this share to be kept: each costs as much time as a small net. */
const LEAST_GAIN = 0.01;
/** Logits are never divided by more than this: the net's word on the class would be lost. */
const MOST_TEMPERATURE = 5;

/** Chooses temperature, shift of "good" and the weights of the parts so that probabilities fit the sample, whose channels
 *  are the logits of the classes, the normality score, and the head's logit. Training shows rare defects more often than
 *  they come, and this undoes it. The log loss is convex in what is sought. */
export function calibrateFused(sample: PixelSample): FusedCalibration {
  let best = fit(sample, { normality: true, head: true });
  for (const without of [
    { normality: false, head: true },
    { normality: best.normalityWeight > 0, head: false },
  ]) {
    const rival = fit(sample, { ...without, normality: without.normality && best.normalityWeight > 0 });
    if (rival.logLoss <= best.logLoss / (1 - LEAST_GAIN)) best = rival;
  }
  return best;
}

/** Numbers that are sought: 1 / temperature, then shift and weights over the temperature. */
const SOUGHT = 4;
const NEWTON_STEPS = 30;

/** Newton's method on the weighted log loss. A weight that would be negative, and a temperature beyond the bound, is held
 *  there. */
function fit(sample: PixelSample, parts: { readonly normality: boolean; readonly head: boolean }): FusedCalibration {
  const at = Float64Array.of(1, 0, parts.normality ? 0.2 : 0, parts.head ? 0.2 : 0);
  const isHeld = [false, false, !parts.normality, !parts.head];
  const least = [1 / MOST_TEMPERATURE, -Infinity, 0, 0];
  let now = derivatives(sample, at);
  for (let round = 0; round < NEWTON_STEPS; round += 1) {
    const step = solved(now.hessian, now.gradient, isHeld);
    let share = 1;
    let next = now;
    const tried = new Float64Array(SOUGHT);
    for (; share > 1e-3; share /= 2) {
      for (let k = 0; k < SOUGHT; k += 1) tried[k] = Math.max(least[k]!, at[k]! - share * step[k]!);
      next = derivatives(sample, tried);
      if (next.loss < now.loss) break;
    }
    if (!(next.loss < now.loss)) break;
    const isDone = now.loss - next.loss < 1e-7 * now.loss;
    at.set(tried);
    now = next;
    // What lies on its bound and is pushed beyond it stays there; else it may move again.
    for (let k = 0; k < SOUGHT; k += 1)
      isHeld[k] =
        (k === 2 && !parts.normality) || (k === 3 && !parts.head) || (at[k] === least[k] && now.gradient[k]! > 0);
    if (isDone) break;
  }
  const [sharpness, shift, normality, head] = at as unknown as [number, number, number, number];
  return {
    temperature: 1 / sharpness,
    goodShift: shift / sharpness,
    normalityWeight: normality / sharpness,
    headWeight: head / sharpness,
    logLoss: now.loss,
  };
}

/** Mean log loss with its slope and curvature by what is sought. */
function derivatives(sample: PixelSample, at: Float64Array) {
  const { channels, count, values, classes, weights } = sample;
  const classCount = channels - 2;
  const gradient = new Float64Array(SOUGHT);
  const hessian = new Float64Array(SOUGHT * SOUGHT);
  const z = new Float64Array(classCount);
  const mean = new Float64Array(SOUGHT);
  const square = new Float64Array(SOUGHT * SOUGHT);
  let loss = 0;
  let total = 0;
  for (let i = 0; i < count; i += 1) {
    const from = i * channels;
    const weight = weights[i]!;
    // What the logit of "good" has beside the net's: 1 for the shift, and the two scores taken away.
    const good = [0, 1, -values[from + classCount]!, -values[from + classCount + 1]!] as const;
    let most = -Infinity;
    for (let k = 0; k < classCount; k += 1) {
      z[k] = at[0]! * values[from + k]!;
      if (k === 0) for (let a = 1; a < SOUGHT; a += 1) z[0]! += at[a]! * good[a]!;
      most = Math.max(most, z[k]!);
    }
    let sum = 0;
    for (let k = 0; k < classCount; k += 1) sum += Math.exp(z[k]! - most);
    loss -= weight * (z[classes[i]!]! - most - Math.log(sum));
    total += weight;
    mean.fill(0);
    square.fill(0);
    for (let k = 0; k < classCount; k += 1) {
      const p = Math.exp(z[k]! - most) / sum;
      const last = k === 0 ? SOUGHT : 1;
      for (let a = 0; a < last; a += 1) {
        const va = a === 0 ? values[from + k]! : good[a]!;
        mean[a]! += p * va;
        gradient[a]! += weight * (p - (classes[i] === k ? 1 : 0)) * va;
        for (let b = 0; b < last; b += 1) square[a * SOUGHT + b]! += p * va * (b === 0 ? values[from + k]! : good[b]!);
      }
    }
    for (let a = 0; a < SOUGHT; a += 1)
      for (let b = 0; b < SOUGHT; b += 1)
        hessian[a * SOUGHT + b]! += weight * (square[a * SOUGHT + b]! - mean[a]! * mean[b]!);
  }
  const per = 1 / Math.max(1e-9, total);
  return { loss: loss * per, gradient: gradient.map((v) => v * per), hessian: hessian.map((v) => v * per) };
}

/** hessian⁻¹ · gradient for what is not held; 0 for the rest. Gaussian elimination, a little on the diagonal. */
function solved(hessian: Float64Array, gradient: Float64Array, isHeld: readonly boolean[]): Float64Array {
  const free = [...isHeld.keys()].filter((k) => !isHeld[k]);
  const rows = free.map((a) => [...free.map((b) => hessian[a * SOUGHT + b]! + (a === b ? 1e-9 : 0)), gradient[a]!]);
  for (let i = 0; i < rows.length; i += 1) {
    // Positive definite: the pivots are.
    for (let j = 0; j < rows.length; j += 1) {
      if (j === i) continue;
      const share = rows[j]![i]! / rows[i]![i]!;
      for (let k = i; k <= rows.length; k += 1) rows[j]![k]! -= share * rows[i]![k]!;
    }
  }
  const out = new Float64Array(SOUGHT);
  free.forEach((a, i) => (out[a] = rows[i]![rows.length]! / rows[i]![i]!));
  return out;
}
