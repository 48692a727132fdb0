import ClipperLib from 'clipper-lib';
import type { Path, Paths } from 'clipper-lib';
import type { Area } from './validate-problem.ts';

/** Shapes of a problem are made sound on integers of their own: 2^25 steps either way from the centre of the extent, where
 *  Clipper's products still fit a double. A piece of 500 mm is thus off by 4 nm, a hundredth of a sheet's step. */
const HALF_RANGE = 2 ** 25;

/** The integer frame of a set of rings. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  /** Size of one integer step. */
  readonly step: number;
}

export function frameOf(areas: readonly Area[]): Frame {
  const { minX, minY, maxX, maxY } = boxOf(areas.flat());
  const side = Math.max(maxX - minX, maxY - minY);
  return { x: (minX + maxX) / 2, y: (minY + maxY) / 2, step: side > 0 ? side / 2 / HALF_RANGE : 1 };
}

export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export function boxOf(area: Area): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of area) {
    for (let i = 0; i < ring.length; i += 2) {
      minX = Math.min(minX, ring[i]!);
      maxX = Math.max(maxX, ring[i]!);
      minY = Math.min(minY, ring[i + 1]!);
      maxY = Math.max(maxY, ring[i + 1]!);
    }
  }
  return { minX, minY, maxX, maxY };
}

/** The area that one ring encloses, winding +1: even-odd where it crosses itself, as GEOS repairs it. A sound ring keeps
 *  its vertices, but for those where it turns back on itself: a spike has no area, so no distance is measured from it. */
export function soundArea(points: Points): Area {
  const ring = Float64Array.from(withoutFolds(points).flat());
  if (ring.length === 0) return [];
  const frame = frameOf([[ring]]);
  const whole = toPaths([ring], frame);
  const clean = new ClipperLib.Clipper();
  clean.AddPaths(whole, ClipperLib.PolyType.ptSubject, true);
  const out: Paths = [];
  clean.Execute(
    ClipperLib.ClipType.ctUnion,
    out,
    ClipperLib.PolyFillType.pftEvenOdd,
    ClipperLib.PolyFillType.pftEvenOdd,
  );
  const before = Math.abs(ClipperLib.Clipper.Area(whole[0] ?? []));
  const isSound = out.length === 1 && Math.abs(pathsArea(out) - before) <= 1e-9 * before;
  if (!isSound) return fromPaths(out, frame);
  return [signedArea(ring) >= 0 ? ring : backwards(ring)];
}

type Points = readonly (readonly [number, number])[];

/** Without repeated points and those from which the ring goes back the way that it came, until there are none: a spike of
 *  several points goes tip by tip. Exact, as GEOS tells them: what is a thousandth of a step wide is an area. */
function withoutFolds(points: Points): Points {
  const kept: (readonly [number, number])[] = [];
  for (const p of points) {
    while (kept.length > 0 && isIdle(kept.at(-2) ?? null, kept.at(-1)!, p)) kept.pop();
    kept.push(p);
  }
  // Round the end: the last point and the first may fold by what the other lost.
  for (let from = 0; ;) {
    const rest = kept.length - from;
    if (rest < 3) return [];
    if (isIdle(kept.at(-2)!, kept.at(-1)!, kept[from]!)) kept.pop();
    else if (isIdle(kept.at(-1)!, kept[from]!, kept[from + 1]!)) from += 1;
    else return from === 0 ? kept : kept.slice(from);
  }
}

/** Whether `at` repeats the next point, or the ring turns back there. */
function isIdle(
  before: readonly [number, number] | null,
  at: readonly [number, number],
  next: readonly [number, number],
): boolean {
  const [ux, uy] = before ? [at[0] - before[0], at[1] - before[1]] : [0, 0];
  const [vx, vy] = [next[0] - at[0], next[1] - at[1]];
  return (vx === 0 && vy === 0) || (ux * vy - uy * vx === 0 && ux * vx + uy * vy < 0);
}

function backwards(ring: Float64Array): Float64Array {
  const out = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) out.set(ring.subarray(ring.length - 2 - i, ring.length - i), i);
  return out;
}

/** `area` without all of `others`. */
export function without(area: Area, others: readonly Area[]): Area {
  return others.length === 0 ? area : combined(area, others, ClipperLib.ClipType.ctDifference);
}

export function together(areas: readonly Area[]): Area {
  return areas.length <= 1 ? (areas[0] ?? []) : combined(areas[0]!, areas.slice(1), ClipperLib.ClipType.ctUnion);
}

/** What of `area` lies in at least one of `others`. */
export function inside(area: Area, others: readonly Area[]): Area {
  return combined(area, others, ClipperLib.ClipType.ctIntersection);
}

function combined(area: Area, others: readonly Area[], type: ClipperLib.ClipType): Area {
  const frame = frameOf([area, ...others]);
  const subject = toPaths(area, frame);
  // Each area winds 0 or +1 about any point, so the sum of several is non-zero where any of them is.
  return fromPaths(clipped(subject, toPaths(others.flat(), frame), type), frame);
}

/** Clipper on integer paths, both sides filled by the non-zero rule. */
export function clipped(subject: Paths, clip: Paths, type: ClipperLib.ClipType): Paths {
  const clipper = new ClipperLib.Clipper();
  const fill = ClipperLib.PolyFillType.pftNonZero;
  clipper.AddPaths(subject, ClipperLib.PolyType.ptSubject, true);
  if (clip.length > 0) clipper.AddPaths(clip, ClipperLib.PolyType.ptClip, true);
  const out: Paths = [];
  clipper.Execute(type, out, fill, fill);
  return out;
}

/** Area of paths that came out of Clipper, in square steps. */
export function pathsArea(paths: Paths): number {
  return Math.abs(paths.reduce((sum, path) => sum + ClipperLib.Clipper.Area(path), 0));
}

export function toPaths(area: Area, frame: Frame): Paths {
  return area.map((ring) => {
    const path: Path = [];
    for (let i = 0; i < ring.length; i += 2) {
      path.push({
        X: Math.round((ring[i]! - frame.x) / frame.step),
        Y: Math.round((ring[i + 1]! - frame.y) / frame.step),
      });
    }
    return path;
  });
}

export function fromPaths(paths: Paths, frame: Frame): Area {
  return paths.map((path) =>
    Float64Array.from(path.flatMap(({ X, Y }) => [X * frame.step + frame.x, Y * frame.step + frame.y])),
  );
}

export function areaSize(area: Area): number {
  return Math.abs(area.reduce((sum, ring) => sum + signedArea(ring), 0));
}

function signedArea(ring: Float64Array): number {
  let twice = 0;
  const [x0, y0] = [ring[0] ?? 0, ring[1] ?? 0];
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    twice += (ring[j]! - x0) * (ring[i + 1]! - y0) - (ring[i]! - x0) * (ring[j + 1]! - y0);
  }
  return twice / 2;
}

export function perimeterOf(area: Area): number {
  let length = 0;
  for (const ring of area) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      length += Math.hypot(ring[i]! - ring[j]!, ring[i + 1]! - ring[j + 1]!);
    }
  }
  return length;
}

export function centreOf(area: Area): [number, number] {
  let [size, mx, my] = [0, 0, 0];
  const [x0, y0] = [area[0]?.[0] ?? 0, area[0]?.[1] ?? 0];
  for (const ring of area) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const cross = (ring[j]! - x0) * (ring[i + 1]! - y0) - (ring[i]! - x0) * (ring[j + 1]! - y0);
      size += cross;
      mx += cross * (ring[i]! + ring[j]! - 2 * x0);
      my += cross * (ring[i + 1]! + ring[j + 1]! - 2 * y0);
    }
  }
  return [x0 + mx / (3 * size), y0 + my / (3 * size)];
}
