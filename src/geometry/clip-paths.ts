import ClipperLib from 'clipper-lib';
import type { Point, Ring } from '#domain/ring.ts';

/** Areas as Clipper has them, filled by the non-zero rule. Clipper counts in whole numbers: steps of a tenth of a
 *  micrometre. */
export const STEPS_PER_MM = 10_000;
export type Paths = ClipperLib.Paths;

export interface PathRegion {
  readonly outline: ClipperLib.Path;
  readonly holes: ClipperLib.Path[];
}

export function netArea(r: PathRegion): number {
  return pathsArea([r.outline, ...r.holes]);
}

/** All of them as one. */
export function unionPaths(paths: Paths): Paths {
  return clipPaths(ClipperLib.ClipType.ctUnion, paths, []);
}

/** @param isStrict strictly simple: a hole never touches its outline in a point, which other programs refuse. It takes the square
 *  of a ring's points: areas do without. */
export function clipPaths(kind: ClipperLib.ClipType, subject: Paths, other: Paths, isStrict = true): Paths {
  const clipper = new ClipperLib.Clipper();
  clipper.StrictlySimple = isStrict;
  clipper.AddPaths(subject, ClipperLib.PolyType.ptSubject, true);
  if (other.length > 0) clipper.AddPaths(other, ClipperLib.PolyType.ptClip, true);
  const out: Paths = [];
  clipper.Execute(kind, out, ClipperLib.PolyFillType.pftNonZero, ClipperLib.PolyFillType.pftNonZero);
  return out;
}

/** Outer rings with their holes. */
export function pathRegions(paths: Paths): PathRegion[] {
  const clipper = new ClipperLib.Clipper();
  clipper.AddPaths(paths, ClipperLib.PolyType.ptSubject, true);
  const tree = new ClipperLib.PolyTree();
  clipper.Execute(
    ClipperLib.ClipType.ctUnion,
    tree,
    ClipperLib.PolyFillType.pftNonZero,
    ClipperLib.PolyFillType.pftNonZero,
  );
  return ClipperLib.JS.PolyTreeToExPolygons(tree).map((e) => ({ outline: e.outer, holes: e.holes }));
}

export function pathsArea(paths: Paths): number {
  return paths.reduce((sum, p) => sum + ClipperLib.Clipper.Area(p), 0) / STEPS_PER_MM ** 2;
}

export function positive(path: ClipperLib.Path): ClipperLib.Path {
  return ClipperLib.Clipper.Orientation(path) ? path : [...path].reverse();
}

export function negative(path: ClipperLib.Path): ClipperLib.Path {
  return ClipperLib.Clipper.Orientation(path) ? [...path].reverse() : path;
}

export function toPath(ring: Ring): ClipperLib.Path {
  return ring.map(([x, y]) => ({ X: Math.round(x * STEPS_PER_MM), Y: Math.round(y * STEPS_PER_MM) }));
}

export function toRing(path: ClipperLib.Path): Point[] {
  return path.map((p): Point => [p.X / STEPS_PER_MM, p.Y / STEPS_PER_MM]);
}

/** Grown by `distance`, mm, or for a negative one shrunk; corners become arcs, left by at most `arcTolerance`. */
export function offsetPaths(paths: Paths, distance: number, arcTolerance = 0.1): Paths {
  const offset = new ClipperLib.ClipperOffset(2, arcTolerance * STEPS_PER_MM);
  offset.AddPaths(paths, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon);
  const out: Paths = [];
  offset.Execute(out, distance * STEPS_PER_MM);
  return out;
}

/** Without vertices that lie within `tolerance`, mm, of where the path goes without them. */
export function thinnedPaths(paths: Paths, tolerance: number): Paths {
  return paths.map((p) => ClipperLib.Clipper.CleanPolygon(p, tolerance * STEPS_PER_MM)).filter((p) => p.length >= 3);
}
