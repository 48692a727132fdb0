import type { Random } from '#domain/ports.ts';

const SIDE = 256;
const CELLS = 128;

/** Random values on a torus of 256 x 256 lattice points, and jittered cell centres on one of 128 x 128. */
export interface NoiseField {
  readonly values: Float32Array;
  readonly cellX: Float32Array;
  readonly cellY: Float32Array;
}

/** Fills the tables from `random`; everything sampled later is a pure function of them. */
export function makeNoiseField(random: Random): NoiseField {
  const values = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < values.length; i += 1) values[i] = random() * 2 - 1;
  const cellX = new Float32Array(CELLS * CELLS);
  const cellY = new Float32Array(CELLS * CELLS);
  for (let i = 0; i < cellX.length; i += 1) {
    cellX[i] = 0.1 + 0.8 * random();
    cellY[i] = 0.1 + 0.8 * random();
  }
  return { values, cellX, cellY };
}

/** Value noise in [-1, 1]: smooth, one feature a unit. */
export function valueNoise(field: NoiseField, x: number, y: number): number {
  const xf = Math.floor(x);
  const yf = Math.floor(y);
  const tx = x - xf;
  const ty = y - yf;
  const sx = tx * tx * (3 - 2 * tx);
  const sy = ty * ty * (3 - 2 * ty);
  const x0 = xf & 255;
  const x1 = (xf + 1) & 255;
  const row0 = (yf & 255) << 8;
  const row1 = ((yf + 1) & 255) << 8;
  const v = field.values;
  const top = v[row0 + x0]! + (v[row0 + x1]! - v[row0 + x0]!) * sx;
  const bottom = v[row1 + x0]! + (v[row1 + x1]! - v[row1 + x0]!) * sx;
  return top + (bottom - top) * sy;
}

/** Sum of `octaves` value noises, each at twice the frequency and half the height; about [-1, 1]. */
export function fractalNoise(field: NoiseField, x: number, y: number, octaves: number): number {
  let sum = 0;
  let height = 0.5;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += height * valueNoise(field, x, y);
    x = x * 2.03 + 17.3;
    y = y * 2.03 + 41.7;
    height *= 0.5;
  }
  return sum * 1.3;
}

/** Cellular noise: distance to the border between the nearest two cells (second nearest centre minus nearest), about
 *  [0, 1], one cell a unit. 0 on the creases between cells.
 *  @see Worley 1996, A cellular texture basis function */
export function cellBorderDistance(field: NoiseField, x: number, y: number): number {
  const xf = Math.floor(x);
  const yf = Math.floor(y);
  let nearest = 9;
  let second = 9;
  for (let dy = -1; dy <= 1; dy += 1) {
    const row = ((yf + dy) & (CELLS - 1)) * CELLS;
    for (let dx = -1; dx <= 1; dx += 1) {
      const cell = row + ((xf + dx) & (CELLS - 1));
      const ex = xf + dx + field.cellX[cell]! - x;
      const ey = yf + dy + field.cellY[cell]! - y;
      const squared = ex * ex + ey * ey;
      if (squared < nearest) {
        second = nearest;
        nearest = squared;
      } else if (squared < second) second = squared;
    }
  }
  return Math.sqrt(second) - Math.sqrt(nearest);
}
