import ClipperLib from 'clipper-lib';
import type { Sheet } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import {
  STEPS_PER_MM,
  clipPaths,
  negative,
  netArea,
  offsetPaths,
  pathRegions,
  pathsArea,
  positive,
  thinnedPaths,
  toPath,
  toRing,
  unionPaths,
  type Paths,
} from '#geometry/clip-paths.ts';

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

/** Makes the nesting sheet of an inspection: patches grow by their margin, those of one quality are joined, quality 0
 *  becomes a hole or a bite out of the rim. Errs on the safe side: zones and holes are never smaller than asked.
 *  `usableMm2`: area of the sheet that has exactly a quality, by quality; of overlapping zones the lowest counts. */
export function buildSheet(options: SheetOptions): { sheet: Sheet; usableMm2: Record<string, number> } {
  const tolerance = options.tolerance ?? 0.3;
  const qualities = [...new Set(options.patches.map((p) => p.quality))].sort((a, b) => a - b);
  const grown = new Map<number, Paths>();
  for (const quality of qualities) {
    const paths = options.patches.filter((p) => p.quality === quality).flatMap((p) => grow(p, tolerance));
    grown.set(quality, unionPaths(paths));
  }
  const open = unionPaths([...options.holes.map(toPath).map(positive), ...(grown.get(0) ?? [])]);
  const body = clipPaths(ClipperLib.ClipType.ctDifference, [positive(toPath(options.outline))], open);
  const pieces = pathRegions(body).sort((a, b) => netArea(b) - netArea(a));
  const main = pieces[0] ?? { outline: toPath(options.outline), holes: [] };
  const sheetPaths: Paths = [main.outline, ...main.holes];

  const zones: NonNullable<Sheet['zones']>[number][] = [];
  const usable: Record<string, number> = {};
  let left = sheetPaths;
  for (const quality of qualities) {
    if (quality === 0 || quality >= options.baseQuality) continue;
    const inside = clipPaths(ClipperLib.ClipType.ctIntersection, grown.get(quality)!, left, false);
    const areaMm2 = pathsArea(inside);
    if (areaMm2 <= 0) continue;
    usable[String(quality)] = areaMm2;
    left = clipPaths(ClipperLib.ClipType.ctDifference, left, inside, false);
    for (const r of pathRegions(grown.get(quality)!)) {
      const holes = r.holes.filter((h) => Math.abs(ClipperLib.Clipper.Area(h)) / STEPS_PER_MM ** 2 > 4);
      zones.push({ quality, outline: toRing(r.outline), ...(holes.length > 0 && { holes: holes.map(toRing) }) });
    }
  }
  usable[String(options.baseQuality)] = pathsArea(left);
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

/** Outset by margin and tolerance, then thinned out by at most the tolerance: never below the margin. */
function grow(patch: GradedPatch, tolerance: number): Paths {
  const rings: Paths = [positive(toPath(patch.outline)), ...patch.holes.map(toPath).map(negative)];
  return thinnedPaths(offsetPaths(rings, patch.margin + tolerance), tolerance * 0.6);
}
