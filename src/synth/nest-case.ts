import type { Problem } from '#domain/problem.ts';
import type { Point, Ring } from '#domain/ring.ts';

/** A stream of numbers in [0, 1) that is the same every time (Lehmer 1951, Park and Miller's constants). */
export function drawn(seed: number): () => number {
  let state = (seed * 7919 + 1) % 2147483647;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

export interface Scale {
  readonly hides: number;
  readonly vertices: number;
  readonly defects: number;
  readonly types: number;
  readonly pieces: number;
}

/** What the issue on the solver times: one hide of 300 vertices with 60 defects, 500 pieces of 20 types. */
export const USUAL: Scale = { hides: 1, vertices: 300, defects: 60, types: 20, pieces: 500 };

/** A blob of an area in mm² about a place. */
export function blob(at: Point, areaMm2: number, corners: number, next: () => number): Ring {
  const radii = Array.from({ length: corners }, () => 0.7 + 0.6 * next());
  const turn = (2 * Math.PI) / corners;
  const unit = radii.reduce((sum, r, k) => sum + 0.5 * r * radii[(k + 1) % corners]! * Math.sin(turn), 0);
  const size = Math.sqrt(areaMm2 / unit);
  return radii.map((r, k): Point => [at[0] + size * r * Math.cos(k * turn), at[1] + size * r * Math.sin(k * turn)]);
}

function hideOutline(vertices: number, next: () => number): Ring {
  const waves = [2, 3, 5, 8].map((n) => ({ n, size: (0.25 * next()) / n, phase: 6.28 * next() }));
  return Array.from({ length: vertices }, (_, k): Point => {
    const t = (k / vertices) * 2 * Math.PI;
    const r = waves.reduce((sum, w) => sum + w.size * Math.cos(w.n * t + w.phase), 1);
    return [1400 + 1300 * r * Math.cos(t), 1100 + 950 * r * Math.sin(t)];
  });
}

/** A nesting problem of any size: hides of some 3.8 m² and pieces that fill three quarters of them. For measuring. */
export function nestCase(scale: Scale, seed = 1): Problem {
  const next = drawn(seed);
  const sheets = Array.from({ length: scale.hides }, (_, h) => ({
    id: `hide-${h}`,
    outline: hideOutline(scale.vertices, next),
    zones: Array.from({ length: scale.defects }, () => ({
      quality: Math.floor(4 * next()),
      outline: blob([300 + 2200 * next(), 300 + 1600 * next()], 100 * (5 + 45 * next() ** 2), 8, next),
    })),
  }));
  const meanMm2 = (0.76 * scale.hides * 3.8e6) / scale.pieces;
  const pieces = Array.from({ length: scale.types }, (_, k) => {
    const quantity = Math.floor(scale.pieces / scale.types) + (k < scale.pieces % scale.types ? 1 : 0);
    const outline = blob([0, 0], meanMm2 * (0.4 + 1.2 * next()), 8 + (k % 17), next);
    return { id: `part-${k}`, outline, quantity, quality: 1 + (k % 4) };
  });
  return { kerf: 1, sheets, pieces };
}
