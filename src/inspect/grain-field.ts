import type { Inspection } from '#domain/inspection.ts';
import { mapPoint, type Homography } from '#geometry/plane-homography.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { isSeen, type LeatherCells } from './leather-cells.ts';
import { medianOf } from '#domain/median-of.ts';

/** A sample every so many cells, from this many cells to each side. */
const SAMPLE_STEP = 3;
const REACH = 2;
/** Fewer cells than this speak for no direction. */
const LEAST_CELLS = 9;
/** Levels of detail that are asked: coarser ones see the mottling, whose clouds run on from cell to cell. */
const FINE_LEVELS = [0, 1];
/** Cells whose gradients are this much stronger or weaker than the hide's median hold a scar or a crease, not grain. */
const ODD_SHARE = 1.35;
/** Directedness (0 none, 1 all along one line) that kernel, blur and light may feign everywhere alike. */
const FEIGNED = 0.015;
/** An expected error of this many degrees is full doubt: directions drawn by chance are 45 off on the mean. */
const FULL_DOUBT = 45;
/** Up to this doubt (9 degrees expected) a sample binds pieces, unless the grading says another. */
export const LOW_DOUBT = 0.2;

export interface GrainSample {
  readonly x: number;
  readonly y: number;
  /** Degrees of the table frame, modulo 180: the direction in which the grain changes least. */
  readonly angle: number;
  /** Expected error over 45 degrees, at most 1. */
  readonly doubt: number;
}

/** The grain's direction over the hide: gradients of the fine texture, added up by cells in double angles, the mean over 5 x 5
 *  cells a sample. The doubt is what the cells' scatter says of that mean, taken at the level of detail that is surest
 *  over the whole hide. A light from one side draws a direction of its own across itself; only under light from all
 *  sides is the field that of the leather. */
export function grainField(cells: LeatherCells, toMm: Homography, pxPerPx: number): GrainSample[] {
  let best: GrainSample[] = [];
  let least = Infinity;
  for (const level of FINE_LEVELS) {
    const samples = fieldAt(cells, level, toMm, pxPerPx);
    const doubts = samples.map((s) => s.doubt).sort((a, b) => a - b);
    const middle = doubts[doubts.length >> 1] ?? 1;
    if (middle >= least) continue;
    least = middle;
    best = samples;
  }
  return best;
}

/** The field as an inspection holds it, or null where no sample is worth a word. */
export function grainOf(samples: readonly GrainSample[]): Inspection['grain'] {
  return samples.some((s) => s.doubt < 1) ? { field: samples, directed: false } : null;
}

function fieldAt(cells: LeatherCells, levelIndex: number, toMm: Homography, pxPerPx: number): GrainSample[] {
  const level = cells.levels[levelIndex]!;
  const { across, down } = cells;
  const cos = new Float64Array(across * down).fill(NaN);
  const sin = new Float64Array(across * down);
  const strength = Float64Array.from(cos, (_, i) =>
    isSeen(cells, i) ? (level.gradients[3 * i]! + level.gradients[3 * i + 2]!) / level.count[i]! : NaN,
  );
  const usual = medianOf(strength);
  for (let i = 0; i < cos.length; i += 1) {
    if (!(strength[i]! > usual / ODD_SHARE && strength[i]! < usual * ODD_SHARE)) continue;
    const xx = level.gradients[3 * i]!;
    const yy = level.gradients[3 * i + 2]!;
    cos[i] = (xx - yy) / (xx + yy);
    sin[i] = (2 * level.gradients[3 * i + 1]!) / (xx + yy);
  }
  const samples: GrainSample[] = [];
  for (let y = 1; y < down; y += SAMPLE_STEP)
    for (let x = 1; x < across; x += SAMPLE_STEP) {
      const found = meanDirection(cos, sin, across, down, x, y);
      if (found === null) continue;
      const u = (x + 0.5) * cells.sidePx * pxPerPx;
      const v = (y + 0.5) * cells.sidePx * pxPerPx;
      const [x0, y0] = mapPoint(toMm, u, v);
      const [x1, y1] = mapPoint(toMm, u + Math.cos(found.along), v + Math.sin(found.along));
      const degrees = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
      samples.push({
        x: roundToThousandth(x0),
        y: roundToThousandth(y0),
        angle: roundToThousandth(((degrees % 180) + 180) % 180),
        doubt: roundToThousandth(found.doubt),
      });
    }
  return samples;
}

/** Direction of least change in the picture (radians, y down), and its doubt. */
function meanDirection(
  cos: Float64Array,
  sin: Float64Array,
  across: number,
  down: number,
  x: number,
  y: number,
): { along: number; doubt: number } | null {
  let count = 0;
  let c = 0;
  let s = 0;
  let square = 0;
  for (let v = Math.max(0, y - REACH); v <= Math.min(down - 1, y + REACH); v += 1)
    for (let u = Math.max(0, x - REACH); u <= Math.min(across - 1, x + REACH); u += 1) {
      const i = v * across + u;
      if (Number.isNaN(cos[i]!)) continue;
      count += 1;
      c += cos[i]!;
      s += sin[i]!;
      square += cos[i]! ** 2 + sin[i]! ** 2;
    }
  if (count < LEAST_CELLS) return null;
  c /= count;
  s /= count;
  const length = Math.hypot(c, s);
  // Half of the scatter lies across the mean; the angle itself is half of the double angle.
  const scatter = Math.sqrt(Math.max(0, square / count - length ** 2) / 2 / (count - 1) + FEIGNED ** 2);
  const error = (0.5 * Math.atan2(scatter, length) * 180) / Math.PI;
  return { along: (Math.atan2(s, c) + Math.PI) / 2, doubt: Math.min(1, error / FULL_DOUBT) };
}
