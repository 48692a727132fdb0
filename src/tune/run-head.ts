import type { PixelHead } from './pixel-head.ts';
import type { PixelSample } from './sample-pixels.ts';

/** Logits of one sampled pixel by plain arithmetic, before the temperature: for calibrating, where a few ten thousand
 *  pixels are asked once. `out` takes one number a class. */
export function headLogits(head: PixelHead, sample: PixelSample, index: number, out: Float64Array): void {
  let x = new Float64Array(head.sizes[0]!);
  for (let c = 0; c < x.length; c += 1)
    x[c] = (sample.values[index * sample.channels + c]! - head.mean[c]!) * head.scale[c]!;
  for (let l = 0; l < head.weights.length; l += 1) {
    const size = head.sizes[l + 1]!;
    const w = head.weights[l]!;
    const next = l === head.weights.length - 1 ? out : new Float64Array(size);
    for (let o = 0; o < size; o += 1) {
      let sum = head.biases[l]![o]!;
      for (let i = 0; i < x.length; i += 1) sum += w[o * x.length + i]! * x[i]!;
      next[o] = l === head.weights.length - 1 ? sum : Math.max(0, sum);
    }
    x = next as Float64Array<ArrayBuffer>;
  }
}

/** Chooses temperature and a shift of the good class's logit so that probabilities fit the sample: training shows rare
 *  defects more often than they come, and this undoes it. Searches a grid for the least weighted log loss. */
export function calibrateHead(head: PixelHead, sample: PixelSample): { head: PixelHead; logLoss: number } {
  const classes = head.sizes.at(-1)!;
  const logits = new Float64Array(sample.count * classes);
  for (let i = 0; i < sample.count; i += 1)
    headLogits(head, sample, i, logits.subarray(i * classes, (i + 1) * classes));
  const lossOf = (temperature: number, shift: number): number => {
    let loss = 0;
    let total = 0;
    for (let i = 0; i < sample.count; i += 1) {
      let most = -Infinity;
      const z = (c: number) => (logits[i * classes + c]! + (c === 0 ? shift : 0)) / temperature;
      for (let c = 0; c < classes; c += 1) most = Math.max(most, z(c));
      let sum = 0;
      for (let c = 0; c < classes; c += 1) sum += Math.exp(z(c) - most);
      loss -= sample.weights[i]! * (z(sample.classes[i]!) - most - Math.log(sum));
      total += sample.weights[i]!;
    }
    return loss / total;
  };
  let best = { temperature: 1, shift: 0, loss: lossOf(1, 0) };
  for (let spread = 1; spread > 0.05; spread /= 2) {
    const centre = best;
    for (let a = -2; a <= 2; a += 1)
      for (let b = -2; b <= 2; b += 1) {
        const temperature = centre.temperature * Math.exp(a * 0.3 * spread);
        const shift = centre.shift + b * 1.5 * spread;
        const loss = lossOf(temperature, shift);
        if (loss < best.loss) best = { temperature, shift, loss };
      }
  }
  const biases = head.biases.map((b) => b.slice());
  biases.at(-1)![0]! += best.shift;
  return { head: { ...head, biases, temperature: best.temperature }, logLoss: best.loss };
}
