export type Corner = readonly [number, number];
/** Four corners, one after the other all round. */
export type Quad = readonly [Corner, Corner, Corner, Corner];

/** Twice the area of a triangle below which its three corners are on one line. */
const FLAT = 1e-9;

/** Whether the four turn the same way all round. */
export function isConvex(quad: Quad): boolean {
  const turns = quad.map((p, i) => {
    const q = quad[(i + 1) % 4]!;
    const r = quad[(i + 2) % 4]!;
    return (q[0] - p[0]) * (r[1] - q[1]) - (q[1] - p[1]) * (r[0] - q[0]);
  });
  return turns.every((turn) => turn > FLAT) || turns.every((turn) => turn < -FLAT);
}

/** Area, positive where the corners go round from the first axis to the second. */
export function quadArea(quad: Quad): number {
  return quad.reduce((sum, p, i) => {
    const q = quad[(i + 1) % 4]!;
    return sum + (p[0] * q[1] - q[0] * p[1]) / 2;
  }, 0);
}

/** @param change of the corner at `index` */
export function withCorner(quad: Quad, index: number, change: Corner): Quad {
  const [a, b, c, d] = quad.map((corner, i) => (i === index ? change : corner));
  return [a!, b!, c!, d!];
}
