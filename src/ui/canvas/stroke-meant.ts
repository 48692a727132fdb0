import type { Ring } from '#domain/ring.ts';
import { strokeBand } from '#geometry/stroke-band.ts';
import { fingerLoop } from './finger-loop.ts';

/** Half width of pen and line: a finger's on the screen, and never finer than a scar on the leather, mm. */
const HALF_WIDTH_PX = 9;
const LEAST_HALF_WIDTH = 3;
/** Points of a stroke nearer than this are one, px. */
const STEP_PX = 3;

/** What a stroke of a tool stands for, in table mm. */
export interface Meant {
  /** While the finger draws. */
  readonly seen: Draft;
  /** Once it has lifted: the area, or null where it holds none. */
  ring(): Ring | null;
}

/** A drawing under way: a line of some width, or an area that is being closed. */
export interface Draft {
  readonly points: Ring;
  /** mm; null for the rim of an area. */
  readonly width: number | null;
}

/** @param stroke table mm
 *  @param scale px of the screen for one mm */
export function strokeMeant(tool: 'pen' | 'area' | 'line', stroke: Ring, scale: number): Meant {
  if (tool === 'area')
    return { seen: { points: stroke, width: null }, ring: () => fingerLoop(stroke, STEP_PX / scale) };
  const first = stroke[0];
  const last = stroke.at(-1);
  const points = tool === 'line' && first && last ? [first, last] : stroke;
  const half = Math.max(LEAST_HALF_WIDTH, HALF_WIDTH_PX / scale);
  return { seen: { points, width: 2 * half }, ring: () => strokeBand(points, half) };
}
