import type { Lab } from '#domain/delta-e-2000.ts';
import type { HideMask } from './find-hide.ts';
import { fitSurface, surfaceAt } from './fit-surface.ts';

/** The table's colour as it is seen round a hide, CIELAB. */
export interface TableColour {
  /** Median over the picture. */
  readonly usual: Lab;
  /** Its own colour varies by this beside what `at` says: wood, a cutting mat's lines. */
  readonly spread: number;
  /** At a pixel of the overview, under the light that falls there; written to `out`. */
  at(u: number, v: number, out: Float64Array): void;
}

/** One pixel in so many is looked at. */
const EVERY = 16;
/** Fewer pixels of bare table than this tell nothing. */
const LEAST_PIXELS = 40;
const ROUNDS = 2;

/** Reads the table's colour off what is neither hide nor opening, as a surface of degree 2 (light falls unevenly); null where
 *  hardly any table is seen. Prints and markers on it are left out. */
export function tableColour(lab: Float32Array, hide: HideMask, isOpening: Uint8Array): TableColour | null {
  const { mask, widthPx, heightPx } = hide;
  const seen: number[] = [];
  for (let i = 0; i < mask.length; i += EVERY) if (mask[i] === 0 && isOpening[i] === 0) seen.push(i);
  if (seen.length < LEAST_PIXELS) return null;
  const across = (u: number) => ((u + 0.5) / widthPx) * 2 - 1;
  const down = (v: number) => ((v + 0.5) / heightPx) * 2 - 1;
  const x = Float64Array.from(seen, (i) => across(i % widthPx));
  const y = Float64Array.from(seen, (i) => down(Math.floor(i / widthPx)));
  const values = Float64Array.from({ length: 3 * seen.length }, (_, k) => lab[3 * seen[Math.floor(k / 3)]! + (k % 3)]!);
  const out = new Float64Array(3);
  let weight = new Float64Array(seen.length).fill(1);
  let surface = fitSurface({ x, y, weight }, values, 3);
  let spread = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const off = Float64Array.from(seen, (_, k) => {
      surfaceAt(surface, x[k]!, y[k]!, out);
      return Math.hypot(values[3 * k]! - out[0]!, values[3 * k + 1]! - out[1]!, values[3 * k + 2]! - out[2]!);
    });
    spread = middleOf(off);
    weight = off.map((d) => (d > 4 * spread + 1 ? 0 : 1));
    surface = fitSurface({ x, y, weight }, values, 3);
  }
  const plane = (c: number) => middleOf(values.filter((_, k) => k % 3 === c));
  return {
    usual: [plane(0), plane(1), plane(2)],
    spread,
    at: (u, v, to) => surfaceAt(surface, across(u), down(v), to),
  };
}

function middleOf(values: Float64Array): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
