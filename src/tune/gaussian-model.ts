/** Sums over vectors, enough to fit one Gaussian; sums of parts add and subtract, so that leaving one part out costs
 *  nothing. */
export interface VectorSums {
  readonly size: number;
  count: number;
  readonly sum: Float64Array;
  /** Sum of outer products, row by row. */
  readonly products: Float64Array;
}

/** A Gaussian of good material for each block of channels that follow each other. The distance of a vector v in block b
 *  is the root mean square of the block's part of whiten · (v - mean). */
export interface GaussianModel {
  readonly size: number;
  readonly mean: Float64Array;
  /** size x size, row by row; zero between blocks. */
  readonly whiten: Float64Array;
  readonly blocks: readonly ChannelBlock[];
}

/** Channels from `from` up to `to`, without it. `weight`: what its distance counts in the score. `most`: the logarithm of
 *  its distance counts up to here. */
export interface ChannelBlock {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
  readonly most?: number;
}

/** Keeps the logarithm of a distance of 0 finite. */
export const LEAST_DISTANCE = 0.1;

export function emptySums(size: number): VectorSums {
  return { size, count: 0, sum: new Float64Array(size), products: new Float64Array(size * size) };
}

/** Adds `sign` times the sums of `from`. */
export function addSums(into: VectorSums, from: VectorSums, sign: 1 | -1 = 1): void {
  into.count += sign * from.count;
  for (let i = 0; i < into.sum.length; i += 1) into.sum[i]! += sign * from.sum[i]!;
  for (let i = 0; i < into.products.length; i += 1) into.products[i]! += sign * from.products[i]!;
}

/** Adds the vectors at the given places of [size][planePx] planes. */
export function addVectors(into: VectorSums, planes: Float32Array, planePx: number, isTaken: (i: number) => boolean) {
  const { size, sum, products } = into;
  const v = new Float64Array(size);
  for (let p = 0; p < planePx; p += 1) {
    if (!isTaken(p)) continue;
    for (let c = 0; c < size; c += 1) v[c] = planes[c * planePx + p]!;
    into.count += 1;
    for (let a = 0; a < size; a += 1) {
      sum[a]! += v[a]!;
      const row = a * size;
      for (let b = 0; b <= a; b += 1) products[row + b]! += v[a]! * v[b]!;
    }
  }
}

/** Mean and whitening of the sums: the covariance of the standardised channels plus `ridge` times the identity, so that
 *  channels that hardly vary together do not rule. The ridge errs towards seeing less.
 *  @throws RangeError on fewer than two vectors */
export function fitGaussian(sums: VectorSums, blocks: readonly ChannelBlock[], ridge: number): GaussianModel {
  const { size, count } = sums;
  if (count < 2) throw new RangeError(`a Gaussian needs two vectors, found ${count}`);
  const mean = Float64Array.from(sums.sum, (s) => s / count);
  const deviation = Float64Array.from(mean, (m, i) =>
    Math.sqrt(Math.max(1e-12, sums.products[i * size + i]! / count - m * m)),
  );
  const whiten = new Float64Array(size * size);
  for (const { from, to } of blocks) {
    const n = to - from;
    const covariance = new Float64Array(n * n);
    for (let a = 0; a < n; a += 1)
      for (let b = 0; b <= a; b += 1) {
        const [i, j] = [a + from, b + from];
        const c = (sums.products[i * size + j]! / count - mean[i]! * mean[j]!) / (deviation[i]! * deviation[j]!);
        covariance[a * n + b] = c + (a === b ? ridge : 0);
        covariance[b * n + a] = covariance[a * n + b]!;
      }
    const inverse = invertLower(cholesky(covariance, n), n);
    for (let a = 0; a < n; a += 1)
      for (let b = 0; b <= a; b += 1) whiten[(a + from) * size + b + from] = inverse[a * n + b]! / deviation[b + from]!;
  }
  return { size, mean, whiten, blocks };
}

/** Score of every vector of [size][planePx] planes: the weighted sum of the logarithms of the blocks' distances. A defect
 *  must stand out in every block: at the coarse level alone, the surroundings of a strong defect do as well. On real
 *  leather the best F1 of one Gaussian over all channels was .369, of this .428. */
export function gaussianScores(model: GaussianModel, planes: Float32Array, planePx: number): Float32Array {
  const { size, mean, whiten, blocks } = model;
  const out = new Float32Array(planePx);
  const v = new Float64Array(size);
  for (let p = 0; p < planePx; p += 1) {
    for (let c = 0; c < size; c += 1) v[c] = planes[c * planePx + p]! - mean[c]!;
    let score = 0;
    for (const { from, to, weight, most } of blocks) {
      let square = 0;
      for (let a = from; a < to; a += 1) {
        let w = 0;
        for (let b = from; b <= a; b += 1) w += whiten[a * size + b]! * v[b]!;
        square += w * w;
      }
      const distance = Math.log(Math.sqrt(square / (to - from)) + LEAST_DISTANCE);
      score += weight * Math.min(distance, most ?? Infinity);
    }
    out[p] = score;
  }
  return out;
}

/** Lower triangle l with l lᵀ = m. */
function cholesky(m: Float64Array, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j <= i; j += 1) {
      let s = m[i * size + j]!;
      for (let k = 0; k < j; k += 1) s -= l[i * size + k]! * l[j * size + k]!;
      l[i * size + j] = i === j ? Math.sqrt(Math.max(1e-9, s)) : s / l[j * size + j]!;
    }
  return l;
}

function invertLower(l: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let c = 0; c < size; c += 1)
    for (let i = c; i < size; i += 1) {
      let s = i === c ? 1 : 0;
      for (let k = c; k < i; k += 1) s -= l[i * size + k]! * inverse[k * size + c]!;
      inverse[i * size + c] = s / l[i * size + i]!;
    }
  return inverse;
}
