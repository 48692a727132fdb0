/** How far a probability may lie outside 0 to 1, and the sum of a pixel's from 1: rounding of float32, a thousand times over. */
const ROUNDING = 1e-3;

/** One pixel in so many is asked whether each of its numbers is a probability: no multiple of a tile's side. */
const ASKED = 37;

/** What is wrong with the size of a model's answer, or null. */
export function wrongSize(dims: readonly number[], expected: readonly number[]): string | null {
  if (dims.length === expected.length && dims.every((d, i) => d === expected[i])) return null;
  return `is ${dims.join(' x ')}, expected ${expected.join(' x ')}`;
}

/** What keeps an answer of `classCount` planes from being probabilities of classes, or null: of every pixel they are 1 together,
 *  which no sum with what is no number is, and each is 0 to 1, of which only some pixels are asked. Takes about as long as asking
 *  whether all are numbers: 3 ms for 512 x 512 pixels in eleven classes, of the model's 140. Each of every pixel would take 8. */
export function noProbabilities(values: Float32Array, classCount: number): string | null {
  const plane = values.length / classCount;
  for (let pixel = 0; pixel < plane; pixel += 1) {
    let sum = 0;
    for (let c = 0, at = pixel; c < classCount; c += 1, at += plane) sum += values[at]!;
    // Not "> ROUNDING": of what is no number that is false.
    if (!(Math.abs(sum - 1) <= ROUNDING)) return faultOf(values, plane, pixel);
  }
  for (let pixel = 0; pixel < plane; pixel += ASKED)
    for (let at = pixel; at < values.length; at += plane)
      if (values[at]! < -ROUNDING || values[at]! > 1 + ROUNDING) return faultOf(values, plane, pixel);
  return null;
}

/** Words for what is wrong with a pixel. */
function faultOf(values: Float32Array, plane: number, pixel: number): string {
  const own = values.filter((_, i) => i % plane === pixel);
  if (!own.every(Number.isFinite)) return 'is not finite (NaN or infinite)';
  const strange = own.find((v) => v < -ROUNDING || v > 1 + ROUNDING);
  if (strange !== undefined) return `holds ${strange.toPrecision(3)}, expected probabilities of 0 to 1`;
  const sum = own.reduce((all, v) => all + v, 0);
  return `holds numbers of a pixel whose sum is ${sum.toPrecision(3)}, expected probabilities with a sum of 1`;
}
