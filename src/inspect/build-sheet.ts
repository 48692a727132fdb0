import ClipperLib from 'clipper-lib';
import type { Inspection } from '#domain/inspection.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Sheet } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
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
import { regionArea } from '#geometry/ring-area.ts';

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

export interface BuiltSheet {
  readonly sheet: Sheet;
  /** Area of the sheet that has exactly a quality, by quality; of overlapping zones the lowest counts. */
  readonly usableMm2: Record<string, number>;
  /** What hangs together with the sheet no more and is no part of it; only where there is some. */
  readonly leftOut?: NonNullable<Inspection['leftOut']>;
}

/** Less than a square centimetre takes no piece: it is neither a sheet nor a part worth telling. */
const LEAST_PART_MM2 = 100;

/** Makes the nesting sheet of an inspection: patches grow by their margin, those of one quality are joined, quality 0
 *  becomes a hole or a bite out of the rim; of what that cuts apart the largest part is the sheet. Errs on the safe side: zones
 *  and holes are never smaller than asked.
 *  @throws KerfError INSPECT_NOTHING_LEFT (fault answer) where quality 0 takes all */
export function buildSheet(options: SheetOptions): BuiltSheet {
  const tolerance = options.tolerance ?? 0.3;
  const qualities = [...new Set(options.patches.map((p) => p.quality))].sort((a, b) => a - b);
  const grown = new Map<number, Paths>();
  for (const quality of qualities) {
    const paths = options.patches.filter((p) => p.quality === quality).flatMap((p) => grow(p, tolerance));
    grown.set(quality, unionPaths(paths));
  }
  const open = unionPaths([...options.holes.map(toPath).map(positive), ...(grown.get(0) ?? [])]);
  const body = clipPaths(ClipperLib.ClipType.ctDifference, [positive(toPath(options.outline))], open);
  const parts = pathRegions(body)
    .map((part) => ({ ...part, areaMm2: netArea(part) }))
    .filter((part) => part.areaMm2 >= LEAST_PART_MM2)
    .sort((a, b) => b.areaMm2 - a.areaMm2);
  const [main, ...apart] = parts;
  if (main === undefined) throw nothingLeft(options);
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
    ...(apart.length > 0 && {
      leftOut: { count: apart.length, areaMm2: apart.reduce((sum, part) => sum + part.areaMm2, 0) },
    }),
  };
}

function nothingLeft({ outline, patches }: SheetOptions): KerfError {
  const hideMm2 = regionArea(flatRing(outline), []);
  const lost = patches.filter((p) => p.quality === 0);
  return new KerfError(
    'INSPECT_NOTHING_LEFT',
    `Of ${Math.round(hideMm2)} mm² of hide nothing is left to cut: ${lost.length} patches of quality 0 (marks, folds, chalk) and the openings take all of it, at least ${LEAST_PART_MM2} mm² in one part are needed. Take back the mark, smooth the hide and scan it again, or take another.`,
    { fault: 'answer', details: { hideMm2: Math.round(hideMm2), patchCount: lost.length } },
  );
}

/** Outset by margin and tolerance, then thinned out by at most the tolerance: never below the margin. */
function grow(patch: GradedPatch, tolerance: number): Paths {
  const rings: Paths = [positive(toPath(patch.outline)), ...patch.holes.map(toPath).map(negative)];
  return thinnedPaths(offsetPaths(rings, patch.margin + tolerance), tolerance * 0.6);
}
