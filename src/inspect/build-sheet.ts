import ClipperLib from 'clipper-lib';
import type { Sheet } from '#domain/problem.ts';
import type { Point, Ring } from '#domain/ring.ts';

/** A patch of lower quality before its margin. */
export interface GradedPatch {
  readonly outline: Ring;
  readonly holes: readonly Ring[];
  readonly quality: number;
  readonly margin: number;
}

export interface SheetOptions {
  readonly id: string;
  readonly outline: Ring;
  /** Where the table is seen through. */
  readonly holes: readonly Ring[];
  readonly patches: readonly GradedPatch[];
  readonly baseQuality: number;
  /** Largest distance by which a zone may be drawn too large for the sake of fewer points. */
  readonly tolerance?: number;
}

/** Clipper counts in whole numbers: steps of a tenth of a micrometre. */
const STEPS_PER_MM = 10_000;
type Paths = ClipperLib.Paths;

/** Makes the nesting sheet of an inspection: patches grow by their margin, those of one quality are joined, quality 0
 *  becomes a hole or a bite out of the rim. Errs on the safe side: zones and holes are never smaller than asked.
 *  `usableMm2`: area of the sheet that has exactly a quality, by quality; of overlapping zones the lowest counts. */
export function buildSheet(options: SheetOptions): { sheet: Sheet; usableMm2: Record<string, number> } {
  const tolerance = options.tolerance ?? 0.3;
  const qualities = [...new Set(options.patches.map((p) => p.quality))].sort((a, b) => a - b);
  const grown = new Map<number, Paths>();
  for (const quality of qualities) {
    const paths = options.patches.filter((p) => p.quality === quality).flatMap((p) => grow(p, tolerance));
    grown.set(quality, union(paths));
  }
  const open = union([...options.holes.map(toPath).map(positive), ...(grown.get(0) ?? [])]);
  const body = clip(ClipperLib.ClipType.ctDifference, [positive(toPath(options.outline))], open);
  const pieces = regions(body).sort((a, b) => netArea(b) - netArea(a));
  const main = pieces[0] ?? { outline: toPath(options.outline), holes: [] };
  const sheetPaths: Paths = [main.outline, ...main.holes];

  const zones: NonNullable<Sheet['zones']>[number][] = [];
  const usable: Record<string, number> = {};
  let left = sheetPaths;
  for (const quality of qualities) {
    if (quality === 0 || quality >= options.baseQuality) continue;
    const inside = clip(ClipperLib.ClipType.ctIntersection, grown.get(quality)!, left);
    const areaMm2 = area(inside);
    if (areaMm2 <= 0) continue;
    usable[String(quality)] = areaMm2;
    left = clip(ClipperLib.ClipType.ctDifference, left, inside);
    for (const r of regions(grown.get(quality)!)) {
      const holes = r.holes.filter((h) => Math.abs(ClipperLib.Clipper.Area(h)) / STEPS_PER_MM ** 2 > 4);
      zones.push({ quality, outline: toRing(r.outline), ...(holes.length > 0 && { holes: holes.map(toRing) }) });
    }
  }
  usable[String(options.baseQuality)] = area(left);
  return {
    sheet: {
      id: options.id,
      outline: toRing(main.outline),
      ...(main.holes.length > 0 && { holes: main.holes.map(toRing) }),
      ...(zones.length > 0 && { zones }),
      baseQuality: options.baseQuality,
    },
    usableMm2: usable,
  };
}

interface PathRegion {
  readonly outline: ClipperLib.Path;
  readonly holes: ClipperLib.Path[];
}

function netArea(r: PathRegion): number {
  return area([r.outline, ...r.holes]);
}

/** Outset by margin and tolerance, then thinned out by at most the tolerance: never below the margin. */
function grow(patch: GradedPatch, tolerance: number): Paths {
  const rings: Paths = [positive(toPath(patch.outline)), ...patch.holes.map(toPath).map(negative)];
  const offset = new ClipperLib.ClipperOffset(2, 0.1 * STEPS_PER_MM);
  offset.AddPaths(rings, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon);
  const out: Paths = [];
  offset.Execute(out, (patch.margin + tolerance) * STEPS_PER_MM);
  return out
    .map((p) => ClipperLib.Clipper.CleanPolygon(p, tolerance * 0.6 * STEPS_PER_MM))
    .filter((p) => p.length >= 3);
}

function union(paths: Paths): Paths {
  return clip(ClipperLib.ClipType.ctUnion, paths, []);
}

function clip(kind: ClipperLib.ClipType, subject: Paths, other: Paths): Paths {
  const clipper = new ClipperLib.Clipper();
  // Strictly simple: a hole never touches its outline in a point, which other programs refuse.
  clipper.StrictlySimple = true;
  clipper.AddPaths(subject, ClipperLib.PolyType.ptSubject, true);
  if (other.length > 0) clipper.AddPaths(other, ClipperLib.PolyType.ptClip, true);
  const out: Paths = [];
  clipper.Execute(kind, out, ClipperLib.PolyFillType.pftNonZero, ClipperLib.PolyFillType.pftNonZero);
  return out;
}

/** Outer rings with their holes. */
function regions(paths: Paths): PathRegion[] {
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

function area(paths: Paths): number {
  return paths.reduce((sum, p) => sum + ClipperLib.Clipper.Area(p), 0) / STEPS_PER_MM ** 2;
}

function positive(path: ClipperLib.Path): ClipperLib.Path {
  return ClipperLib.Clipper.Orientation(path) ? path : [...path].reverse();
}

function negative(path: ClipperLib.Path): ClipperLib.Path {
  return ClipperLib.Clipper.Orientation(path) ? [...path].reverse() : path;
}

function toPath(ring: Ring): ClipperLib.Path {
  return ring.map(([x, y]) => ({ X: Math.round(x * STEPS_PER_MM), Y: Math.round(y * STEPS_PER_MM) }));
}

function toRing(path: ClipperLib.Path): Point[] {
  return path.map((p): Point => [p.X / STEPS_PER_MM, p.Y / STEPS_PER_MM]);
}
