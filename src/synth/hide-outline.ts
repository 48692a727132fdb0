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

/** A hide as it was taken off, or one half of it, cut along the spine. */
export type HideShape = 'whole' | 'side';

/** Where a hide lies in its picture. */
export interface HideFrame {
  readonly shape: HideShape;
  readonly centreU: number;
  /** Row of the spine. */
  readonly spineV: number;
  readonly lengthPx: number;
  readonly halfWidthPx: number;
  readonly mmPerPx: number;
}

/** The ring of a hide, flat pixels [u0, v0, …], spine from left to right: neck, legs, belly, tail with its notch. Each half
 *  is disturbed by itself, the rim is ragged by a few mm, the whole lies a few degrees askew. A side has its spine along
 *  the lower border of the box, cut straight. */
export function hideOutline(random: Random, noise: NoiseField, frame: HideFrame): number[] {
  const half = (side: 1 | -1) =>
    HALF_HIDE.map(([along, wide], i) => {
      const free = i > 2 && i < HALF_HIDE.length - 2 ? 1 : 0.4;
      return [
        along + normal(random) * 0.007 * free,
        Math.min(1.02, wide * (1 + normal(random) * 0.025 * free)) * side,
      ] as const;
    });
  const upper = half(1);
  let anchors: (readonly [number, number])[];
  if (frame.shape === 'side') {
    const spine = Array.from({ length: 12 }, (_, i) => [0.985 - (0.97 * i) / 11, 0.002 * normal(random)] as const);
    anchors = [...upper.slice(1, -1), ...spine];
  } else {
    const lower = half(-1).reverse();
    const notch = [0.982 + normal(random) * 0.004, normal(random) * 0.01] as const;
    const chin = [0.012 + normal(random) * 0.004, normal(random) * 0.02] as const;
    anchors = [...upper, notch, ...lower, chin];
  }
  const curve = roundedThrough(anchors, 14);
  const skew = normal(random) * 0.012;
  const askew = (normal(random) * 0.5 * Math.PI) / 180;
  const ring: number[] = [];
  for (const [i, [along, wide]] of curve.entries()) {
    const x = (along - 0.5) * frame.lengthPx + wide * skew * frame.lengthPx;
    const y = -wide * frame.halfWidthPx;
    const ragged = (3.2 * valueNoise(noise, i * 0.31, 3) + 1.2 * valueNoise(noise, i * 1.7, 9)) / frame.mmPerPx;
    const [nextAlong, nextWide] = curve[(i + 1) % curve.length]!;
    const nx = -(nextWide - wide) * frame.halfWidthPx;
    const ny = -(nextAlong - along) * frame.lengthPx;
    const length = Math.hypot(nx, ny) || 1;
    const px = x + (nx / length) * ragged;
    const py = y + (ny / length) * ragged;
    ring.push(
      frame.centreU + px * Math.cos(askew) - py * Math.sin(askew),
      frame.spineV + px * Math.sin(askew) + py * Math.cos(askew),
    );
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
