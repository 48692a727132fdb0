import type { Random } from '#domain/ports.ts';
import type { NoiseField } from './lattice-noise.ts';
import { valueNoise } from './lattice-noise.ts';
import { normal } from './chance.ts';

/** Upper half of a hide laid flat, from the neck (left) to the tail (right): [along the spine 0..1, half width 0..1]. */
const HALF_HIDE: readonly (readonly [number, number])[] = [
  [0.004, 0.08],
  [0.0, 0.24],
  [0.02, 0.36],
  [0.075, 0.44],
  [0.125, 0.5],
  [0.138, 0.62],
  [0.122, 0.8],
  [0.135, 0.94],
  [0.185, 0.985],
  [0.232, 0.95],
  [0.262, 0.85],
  [0.32, 0.79],
  [0.4, 0.82],
  [0.5, 0.865],
  [0.6, 0.86],
  [0.68, 0.81],
  [0.74, 0.85],
  [0.785, 0.96],
  [0.835, 1],
  [0.876, 0.95],
  [0.885, 0.78],
  [0.925, 0.56],
  [0.965, 0.36],
  [0.995, 0.17],
  [1, 0.08],
];

/** The ring of a hide, flat pixels [u0, v0, …], spine from left to right through the middle of the box: neck, four legs,
 *  belly, tail with its notch. Each half is disturbed by itself, the rim is ragged by a few mm. */
export function hideOutline(
  random: Random,
  noise: NoiseField,
  box: {
    readonly centreU: number;
    readonly centreV: number;
    readonly lengthPx: number;
    readonly halfWidthPx: number;
    readonly mmPerPx: number;
  },
): number[] {
  const half = (side: 1 | -1) =>
    HALF_HIDE.map(([along, wide], i) => {
      const free = i > 2 && i < HALF_HIDE.length - 2 ? 1 : 0.4;
      return [
        along + normal(random) * 0.007 * free,
        Math.min(1.02, wide * (1 + normal(random) * 0.025 * free)) * side,
      ] as const;
    });
  const upper = half(1);
  const lower = half(-1).reverse();
  const notch = [0.982 + normal(random) * 0.004, normal(random) * 0.01] as const;
  const chin = [0.012 + normal(random) * 0.004, normal(random) * 0.02] as const;
  const anchors = [...upper, notch, ...lower, chin];
  const curve = roundedThrough(anchors, 14);
  const skew = normal(random) * 0.015;
  const ring: number[] = [];
  for (const [i, [along, wide]] of curve.entries()) {
    const u = box.centreU + (along - 0.5) * box.lengthPx + wide * skew * box.lengthPx;
    const v = box.centreV - wide * box.halfWidthPx;
    const ragged = 3.2 * valueNoise(noise, i * 0.31, 3) + 1.2 * valueNoise(noise, i * 1.7, 9);
    const [bu, bv] = curve[(i + 1) % curve.length]!;
    const nu = -(bv - wide) * box.halfWidthPx;
    const nv = -(bu - along) * box.lengthPx;
    const length = Math.hypot(nu, nv) || 1;
    ring.push(u + ((nu / length) * ragged) / box.mmPerPx, v + ((nv / length) * ragged) / box.mmPerPx);
  }
  return ring;
}

/** Closed Catmull-Rom curve through the anchors, `steps` points each. */
function roundedThrough(anchors: readonly (readonly [number, number])[], steps: number): (readonly [number, number])[] {
  const count = anchors.length;
  const points: (readonly [number, number])[] = [];
  for (let i = 0; i < count; i += 1) {
    const a = anchors[(i + count - 1) % count]!;
    const b = anchors[i]!;
    const c = anchors[(i + 1) % count]!;
    const d = anchors[(i + 2) % count]!;
    for (let k = 0; k < steps; k += 1) {
      const t = k / steps;
      const blend = (p: 0 | 1) =>
        0.5 *
        (2 * b[p] +
          (c[p] - a[p]) * t +
          (2 * a[p] - 5 * b[p] + 4 * c[p] - d[p]) * t * t +
          (3 * b[p] - a[p] - 3 * c[p] + d[p]) * t * t * t);
      points.push([blend(0), blend(1)]);
    }
  }
  return points;
}
