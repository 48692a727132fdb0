import type { FlatField } from '#domain/calibration.ts';

/** Places of the gains that are worked out exactly, pixels apart; between them they are interpolated (a gain of the eighth
 *  degree over 4000 pixels changes its slope by less than one part in ten thousand over so far). */
const NODE_PX = 16;

/** Steps of the way back from linear light to sRGB: half a step is under a fifth of a level, also in the dark. */
const STEPS = 16_384;

const TO_LINEAR = Float32Array.from({ length: 256 }, (_, level) => linearOf(level / 255));
const FROM_LINEAR = Uint8Array.from({ length: STEPS + 1 }, (_, i) => Math.round(255 * encodedOf(i / STEPS)));

/** Light of an sRGB value, both 0 to 1. @see IEC 61966-2-1 */
function linearOf(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encodedOf(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
}

/** Light of an 8 bit sRGB level, 0 to 1. */
export function lightOfLevel(level: number): number {
  return TO_LINEAR[level]!;
}

/** Number of terms up to a degree. */
export function termCount(degree: number): number {
  return ((degree + 1) * (degree + 2)) / 2;
}

/** P_i(x) P_j(y) for i + j <= degree, i outer. */
export function terms(degree: number, x: number, y: number): Float64Array {
  const px = legendre(degree, x);
  const py = legendre(degree, y);
  const out = new Float64Array(termCount(degree));
  let k = 0;
  for (let i = 0; i <= degree; i += 1) for (let j = 0; i + j <= degree; j += 1) out[k++] = px[i]! * py[j]!;
  return out;
}

function legendre(degree: number, x: number): number[] {
  const values = [1, x];
  for (let n = 1; n < degree; n += 1) values.push(((2 * n + 1) * x * values[n]! - n * values[n - 1]!) / (n + 1));
  return values;
}

/** Gains of red, green and blue at a pixel place. */
export function gainsAt(flat: FlatField, size: Size, u: number, v: number): [number, number, number] {
  const basis = terms(flat.degree, (2 * u) / size.widthPx - 1, (2 * v) / size.heightPx - 1);
  const gain = (coefficients: readonly number[]) =>
    Math.exp(coefficients.reduce((sum, a, k) => sum + a * basis[k]!, 0));
  return [gain(flat.red), gain(flat.green), gain(flat.blue)];
}

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Makes a cut-out of a picture even and white in place: interleaved RGB of the box at (leftPx, topPx). What the gains lift
 *  over white becomes white. */
export function flattenPixels(
  flat: FlatField,
  picture: Size,
  box: Size & { readonly leftPx: number; readonly topPx: number },
  rgb: Uint8Array,
): void {
  const columns = Math.ceil(box.widthPx / NODE_PX) + 1;
  const gainsOfRow = (v: number) => {
    const row = new Float64Array(3 * columns);
    for (let c = 0; c < columns; c += 1) row.set(gainsAt(flat, picture, box.leftPx + c * NODE_PX, v), 3 * c);
    return row;
  };
  let upper = gainsOfRow(box.topPx);
  const line = new Float64Array(3 * columns);
  for (let top = 0; top < box.heightPx; top += NODE_PX) {
    const lower = gainsOfRow(box.topPx + top + NODE_PX);
    for (let v = top; v < Math.min(top + NODE_PX, box.heightPx); v += 1) {
      const down = (v - top + 0.5) / NODE_PX;
      for (let i = 0; i < line.length; i += 1) line[i] = upper[i]! * (1 - down) + lower[i]! * down;
      for (let u = 0; u < box.widthPx; u += 1) {
        const node = 3 * Math.floor(u / NODE_PX);
        const across = ((u % NODE_PX) + 0.5) / NODE_PX;
        const at = 3 * (v * box.widthPx + u);
        for (let channel = 0; channel < 3; channel += 1) {
          const from = line[node + channel]!;
          const light = TO_LINEAR[rgb[at + channel]!]! * (from + across * (line[node + channel + 3]! - from));
          rgb[at + channel] = FROM_LINEAR[light >= 1 ? STEPS : Math.round(light * STEPS)]!;
        }
      }
    }
    upper = lower;
  }
}
