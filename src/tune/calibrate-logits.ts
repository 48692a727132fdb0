import type { PixelSample } from './sample-pixels.ts';

/** Chooses temperature and a shift of the good class's logit so that probabilities fit the sample, whose "channels" are
 *  logits: training shows rare defects more often than they come, and this undoes it. Searches a grid that closes in on the
 *  least weighted log loss. */
export function calibrateLogits(sample: PixelSample): {
  readonly temperature: number;
  readonly goodShift: number;
  readonly logLoss: number;
} {
  const classes = sample.channels;
  const lossOf = (temperature: number, goodShift: number): number => {
    let loss = 0;
    let total = 0;
    for (let i = 0; i < sample.count; i += 1) {
      const z = (c: number) => (sample.values[i * classes + c]! + (c === 0 ? goodShift : 0)) / temperature;
      let most = -Infinity;
      for (let c = 0; c < classes; c += 1) most = Math.max(most, z(c));
      let sum = 0;
      for (let c = 0; c < classes; c += 1) sum += Math.exp(z(c) - most);
      loss -= sample.weights[i]! * (z(sample.classes[i]!) - most - Math.log(sum));
      total += sample.weights[i]!;
    }
    return loss / Math.max(1e-9, total);
  };
  let best = { temperature: 1, goodShift: 0, logLoss: lossOf(1, 0) };
  for (let spread = 1; spread > 0.05; spread /= 2) {
    const centre = best;
    for (let a = -2; a <= 2; a += 1)
      for (let b = -2; b <= 2; b += 1) {
        const temperature = centre.temperature * Math.exp(a * 0.3 * spread);
        const goodShift = centre.goodShift + b * 1.5 * spread;
        const logLoss = lossOf(temperature, goodShift);
        if (logLoss < best.logLoss) best = { temperature, goodShift, logLoss };
      }
  }
  return best;
}
