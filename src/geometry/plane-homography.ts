import { addRow, normalEquations, solve } from './normal-equations.ts';

/** Nine numbers, row by row: (X, Y, W) = h (x, y, 1). */
export type Homography = readonly number[];

/** The point that `h` maps (x, y) to. */
export function mapPoint(h: Homography, x: number, y: number): [number, number] {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w];
}

/** The inverse mapping, scaled so that its last number is 1 where that is possible. */
export function invertHomography(h: Homography): number[] {
  const [a, b, c, d, e, f, g, i, j] = h as [number, number, number, number, number, number, number, number, number];
  const inverse = [
    e * j - f * i,
    c * i - b * j,
    b * f - c * e,
    f * g - d * j,
    a * j - c * g,
    c * d - a * f,
    d * i - e * g,
    b * g - a * i,
    a * e - b * d,
  ];
  const scale = inverse[8] === 0 ? 1 : inverse[8]!;
  return inverse.map((value) => value / scale);
}

/** The homography that maps `from` nearest to `to` (flat [x0, y0, …], same length, at least four points), in the sense of
 *  algebraic least squares after normalisation, then Gauss-Newton on true distances. Null when the points do not fix it.
 *  @see Hartley and Zisserman 2004, Multiple View Geometry, algorithm 4.2 */
export function fitHomography(from: readonly number[], to: readonly number[]): number[] | null {
  const source = normalising(from);
  const target = normalising(to);
  if (source === null || target === null || from.length < 8 || from.length !== to.length) return null;
  let h: number[] = [1, 0, 0, 0, 1, 0, 0, 0];
  for (let round = 0; round < 12; round += 1) {
    const system = normalEquations(8);
    for (let i = 0; i + 1 < from.length; i += 2) {
      const x = (from[i]! - source.x) * source.scale;
      const y = (from[i + 1]! - source.y) * source.scale;
      const u = (to[i]! - target.x) * target.scale;
      const v = (to[i + 1]! - target.y) * target.scale;
      // The first round is the plain linear solution; later ones divide each row by the last round's denominator,
      // which turns the algebraic error into the distance.
      const w = round === 0 ? 1 : h[6]! * x + h[7]! * y + 1;
      if (Math.abs(w) < 1e-9) return null;
      addRow(system, [x / w, y / w, 1 / w, 0, 0, 0, (-x * u) / w, (-y * u) / w], u / w);
      addRow(system, [0, 0, 0, x / w, y / w, 1 / w, (-x * v) / w, (-y * v) / w], v / w);
    }
    const solved = solve(system);
    if (solved === null) return null;
    h = solved;
  }
  const whole = multiply(fromNormal(target), multiply([...h, 1], toNormal(source)));
  return whole.map((value) => value / whole[8]!);
}

/** How far a point at (x, y) is off, in the mean square, per unit of noise in each coordinate of the points that `h` was
 *  fitted to: about 1 amid them, and the more the farther they lie on one side of it. Infinity where they do not fix it.
 *  @see Hartley and Zisserman 2004, Multiple View Geometry, chapter 5 */
export function homographySpread(
  h: Homography,
  from: readonly number[],
  to: readonly number[],
): (x: number, y: number) => number {
  const source = normalising(from);
  const target = normalising(to);
  if (source === null || target === null) return () => Infinity;
  const inner = multiply(toNormal(target), multiply(h, fromNormal(source)));
  // Both coordinates of the image by the first eight of the numbers, the ninth held.
  const rowsAt = (px: number, py: number): [number[], number[]] => {
    const x = (px - source.x) * source.scale;
    const y = (py - source.y) * source.scale;
    const [u, v] = mapPoint(inner, x, y);
    const w = inner[6]! * x + inner[7]! * y + inner[8]!;
    return [
      [x / w, y / w, 1 / w, 0, 0, 0, (-x * u) / w, (-y * u) / w],
      [0, 0, 0, x / w, y / w, 1 / w, (-x * v) / w, (-y * v) / w],
    ];
  };
  const system = normalEquations(8);
  for (let i = 0; i + 1 < from.length; i += 2) for (const row of rowsAt(from[i]!, from[i + 1]!)) addRow(system, row, 0);
  return (px, py) => {
    let square = 0;
    for (const row of rowsAt(px, py)) {
      const solved = solve({ size: 8, matrix: system.matrix.slice(), right: Float64Array.from(row) });
      square += solved === null ? Infinity : solved.reduce((sum, value, k) => sum + value * row[k]!, 0);
    }
    return Math.sqrt(Math.max(0, square));
  };
}

/** Product of two 3 x 3 matrices, row by row. */
export function multiply(a: Homography, b: Homography): number[] {
  return Array.from({ length: 9 }, (_, k) => {
    const row = 3 * Math.floor(k / 3);
    const column = k % 3;
    return a[row]! * b[column]! + a[row + 1]! * b[column + 3]! + a[row + 2]! * b[column + 6]!;
  });
}

/** Points about their middle, at a mean distance of √2. */
interface Normal {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function toNormal({ x, y, scale }: Normal): Homography {
  return [scale, 0, -scale * x, 0, scale, -scale * y, 0, 0, 1];
}

function fromNormal({ x, y, scale }: Normal): Homography {
  return [1 / scale, 0, x, 0, 1 / scale, y, 0, 0, 1];
}

function normalising(points: readonly number[]): Normal | null {
  const count = points.length / 2;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < points.length; i += 2) {
    x += points[i]! / count;
    y += points[i + 1]! / count;
  }
  let spread = 0;
  for (let i = 0; i + 1 < points.length; i += 2) spread += Math.hypot(points[i]! - x, points[i + 1]! - y) / count;
  return spread > 0 && Number.isFinite(spread) ? { x, y, scale: Math.SQRT2 / spread } : null;
}
