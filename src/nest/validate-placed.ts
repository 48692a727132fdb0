import ClipperLib from 'clipper-lib';
import type { Paths } from 'clipper-lib';
import { boxOf, clipped, pathsArea, toPaths } from './validate-area.ts';
import type { Box, Frame } from './validate-area.ts';
import { sidesOf } from './validate-distance.ts';
import type { Sides } from './validate-distance.ts';
import type { Area } from './validate-problem.ts';
import type { JudgedPlacement } from './validate-read-result.ts';

/** The contract's step is the larger side of the extent / 2^24, at most 1 µm where the unit is mm; a piece may enter
 *  anything by two steps. Placed pieces are rounded to a quarter of that step, so that rounding them, and rounding where
 *  their sides cross, stays well below what is allowed. */
const STEPS_PER_SIDE = 2 ** 24;
const LARGEST_STEP_MM = 0.001;
const ALLOWED_STEPS = 2;
const PARTS_OF_STEP = 4;
/** Clipper multiplies coordinates of up to 47 million exactly in a double; beyond it falls back to slow pairs of integers.
 *  The frame is centred, so that this is half of what may be used. */
const MOST_UNITS = 2 ** 26;

export interface Grid {
  readonly frame: Frame;
  /** By how much pieces may enter, in the unit of the problem. */
  readonly tolerance: number;
  /** The same in units of the frame. */
  readonly toleranceUnits: number;
}

export function gridOf(box: Box, isMm: boolean): Grid {
  const side = Math.max(box.maxX - box.minX, box.maxY - box.minY);
  const step = Math.min(side / STEPS_PER_SIDE, isMm ? LARGEST_STEP_MM : Infinity);
  const unit = Math.max(step / PARTS_OF_STEP, side / MOST_UNITS);
  const tolerance = ALLOWED_STEPS * step;
  return {
    frame: { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2, step: unit },
    tolerance,
    toleranceUnits: tolerance / unit,
  };
}

/** The judge's own placing: mirrored (x to -x), then turned counter-clockwise, then moved; quarter turns exactly. */
export function placed(area: Area, { x, y, rotation, mirrored }: JudgedPlacement): Area {
  const quarter = rotation / 90;
  const angle = (rotation * Math.PI) / 180;
  const isQuarter = Number.isInteger(quarter);
  const turn = ((quarter % 4) + 4) % 4;
  const cos = isQuarter ? [1, 0, -1, 0][turn]! : Math.cos(angle);
  const sin = isQuarter ? [0, 1, 0, -1][turn]! : Math.sin(angle);
  return area.map((ring) => {
    const out = new Float64Array(ring.length);
    for (let i = 0; i < ring.length; i += 2) {
      const px = mirrored ? -ring[i]! : ring[i]!;
      const py = ring[i + 1]!;
      // Mirroring turns a ring the other way round; reading it backwards turns it back.
      const at = mirrored ? ring.length - 2 - i : i;
      out[at] = px * cos - py * sin + x;
      out[at + 1] = px * sin + py * cos + y;
    }
    return out;
  });
}

export interface PlacedPiece {
  /** Position in the layout. */
  readonly index: number;
  readonly placement: JudgedPlacement;
  readonly area: Area;
  readonly paths: Paths;
  readonly sides: Sides;
  readonly box: Box;
}

export function placePiece(index: number, placement: JudgedPlacement, area: Area, grid: Grid): PlacedPiece {
  const there = placed(area, placement);
  return { index, placement, area: there, paths: toPaths(there, grid.frame), sides: sidesOf(there), box: boxOf(there) };
}

/** Paths grown (or, negative, shrunk) by a number of units; round corners. */
export function offset(paths: Paths, units: number): Paths {
  if (units === 0 || paths.length === 0) return paths;
  const offsetter = new ClipperLib.ClipperOffset(2, 0.25);
  offsetter.AddPaths(paths, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon);
  const out: Paths = [];
  offsetter.Execute(out, units);
  return out;
}

export function common(a: Paths, b: Paths): Paths {
  return clipped(a, b, ClipperLib.ClipType.ctIntersection);
}

export function outsideOf(a: Paths, b: Paths): Paths {
  return clipped(a, b, ClipperLib.ClipType.ctDifference);
}

/** Area in square units of the problem. */
export function sizeOf(paths: Paths, grid: Grid): number {
  return pathsArea(paths) * grid.frame.step ** 2;
}
