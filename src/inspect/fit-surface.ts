/** A smooth colour over the picture: per channel a polynomial of degree 2 in (x, y), each -1 to 1 over the picture. */
export interface Surface {
  /** Six coefficients per channel: 1, x, y, x², xy, y². */
  readonly coefficients: Float64Array;
  readonly channels: number;
}

const TERMS = 6;

/** Which sum of x^a y^b is the product of terms i and j; the powers in the order 1, x, y, x², xy, y², x³, x²y, xy², y³, x⁴,
 *  x³y, x²y², xy³, y⁴. */
const PRODUCTS = [
  [0, 1, 2, 3, 4, 5],
  [1, 3, 4, 6, 7, 8],
  [2, 4, 5, 7, 8, 9],
  [3, 6, 7, 10, 11, 12],
  [4, 7, 8, 11, 12, 13],
  [5, 8, 9, 12, 13, 14],
].flat();

/** Least squares with weights; a small ridge on the slopes holds the surface flat where there is little to go by.
 *  `values` holds `channels` numbers a sample. */
export function fitSurface(
  samples: { readonly x: Float64Array; readonly y: Float64Array; readonly weight: Float64Array },
  values: Float64Array,
  channels: number,
): Surface {
  const right = new Float64Array(TERMS * channels);
  // Sums of x^a y^b up to degree 4 hold all products of two terms: 15 of them where the matrix has 36.
  const powers = new Float64Array(15);
  for (let s = 0; s < samples.x.length; s += 1) {
    const w = samples.weight[s]!;
    if (w === 0) continue;
    const x = samples.x[s]!;
    const y = samples.y[s]!;
    const wx = w * x;
    const wy = w * y;
    const wxx = wx * x;
    const wxy = wx * y;
    const wyy = wy * y;
    powers[0]! += w;
    powers[1]! += wx;
    powers[2]! += wy;
    powers[3]! += wxx;
    powers[4]! += wxy;
    powers[5]! += wyy;
    powers[6]! += wxx * x;
    powers[7]! += wxx * y;
    powers[8]! += wxy * y;
    powers[9]! += wyy * y;
    powers[10]! += wxx * x * x;
    powers[11]! += wxx * x * y;
    powers[12]! += wxx * y * y;
    powers[13]! += wxy * y * y;
    powers[14]! += wyy * y * y;
    for (let c = 0; c < channels; c += 1) {
      const value = values[s * channels + c]!;
      right[c]! += w * value;
      right[channels + c]! += wx * value;
      right[2 * channels + c]! += wy * value;
      right[3 * channels + c]! += wxx * value;
      right[4 * channels + c]! += wxy * value;
      right[5 * channels + c]! += wyy * value;
    }
  }
  const normal = Float64Array.from(PRODUCTS, (power) => powers[power]!);
  const total = powers[0]! + 1e-9;
  for (let i = 1; i < TERMS; i += 1) normal[i * TERMS + i]! += RIDGE * total;
  normal[0]! += 1e-9;
  return { coefficients: solve(normal, right, channels), channels };
}

/** Share of the total weight added to each slope's square: 1 % keeps a fit on a strip from running away inside. */
const RIDGE = 0.01;

/** Value of each channel at (x, y), written to `out`. */
export function surfaceAt(surface: Surface, x: number, y: number, out: Float64Array): void {
  const { coefficients: k, channels } = surface;
  for (let c = 0; c < channels; c += 1)
    out[c] =
      k[c]! +
      k[channels + c]! * x +
      k[2 * channels + c]! * y +
      k[3 * channels + c]! * x * x +
      k[4 * channels + c]! * x * y +
      k[5 * channels + c]! * y * y;
}

/** Gaussian elimination with pivoting of a TERMS x TERMS system with several right sides. */
function solve(matrix: Float64Array, right: Float64Array, columns: number): Float64Array {
  const a = matrix.slice();
  const b = right.slice();
  for (let i = 0; i < TERMS; i += 1) {
    let pivot = i;
    for (let r = i + 1; r < TERMS; r += 1) if (Math.abs(a[r * TERMS + i]!) > Math.abs(a[pivot * TERMS + i]!)) pivot = r;
    for (let c = 0; c < TERMS; c += 1)
      [a[i * TERMS + c], a[pivot * TERMS + c]] = [a[pivot * TERMS + c]!, a[i * TERMS + c]!];
    for (let c = 0; c < columns; c += 1)
      [b[i * columns + c], b[pivot * columns + c]] = [b[pivot * columns + c]!, b[i * columns + c]!];
    const head = a[i * TERMS + i]!;
    if (Math.abs(head) < 1e-12) continue;
    for (let r = 0; r < TERMS; r += 1) {
      if (r === i) continue;
      const k = a[r * TERMS + i]! / head;
      if (k === 0) continue;
      for (let c = i; c < TERMS; c += 1) a[r * TERMS + c]! -= k * a[i * TERMS + c]!;
      for (let c = 0; c < columns; c += 1) b[r * columns + c]! -= k * b[i * columns + c]!;
    }
  }
  for (let i = 0; i < TERMS; i += 1) {
    const head = a[i * TERMS + i]!;
    for (let c = 0; c < columns; c += 1) b[i * columns + c] = Math.abs(head) < 1e-12 ? 0 : b[i * columns + c]! / head;
  }
  return b;
}
