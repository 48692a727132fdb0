import ClipperLib from 'clipper-lib';
import { BEST_QUALITY } from '#domain/grading.ts';
import type { Sheet } from '#domain/problem.ts';
import { flatRing, type Ring } from '#domain/ring.ts';
import {
  clipPaths,
  netArea,
  offsetPaths,
  pathRegions,
  pathsArea,
  positive,
  thinnedPaths,
  toPath,
  toRing,
  unionPaths,
  type PathRegion,
  type Paths,
} from '#geometry/clip-paths.ts';
import { isInRegion } from '#geometry/point-in-ring.ts';

export interface RemnantOptions {
  /** Distance kept from what was cut: the spacing, and what a knife or hand damages beside it. */
  readonly gap: number;
  /** Smaller ones are waste. */
  readonly leastMm2: number;
  /** Narrower parts are waste: each remnant is what a disc of this diameter reaches. */
  readonly leastWidth: number;
}

export interface LeftOver {
  readonly sheet: Sheet;
  readonly areaMm2: number;
  /** Of exactly a quality, by quality. */
  readonly usableMm2: Readonly<Record<string, number>>;
}

/** Round corners may be left by this, mm; a remnant is smaller by it, never larger. */
const TOLERANCE = 0.5;
/** Samples of the grain are this far from a remnant at most, mm: those inside may be too few near its rim. */
const GRAIN_REACH = 60;

/** What is left of a sheet once pieces are cut out of it: each part that is large and wide enough, with its zones and
 *  grain in the sheet's own frame, the largest first. Lengths in mm. Errs on the safe side: no remnant holds leather that
 *  was cut, or that lies nearer to a cut than the gap.
 *  @param cut outlines of the pieces, as they were laid. What lies in a hole of a piece counts as cut too. */
export function remnantsOf(
  sheet: Sheet,
  cut: readonly Ring[],
  { gap, leastMm2, leastWidth }: RemnantOptions,
): readonly LeftOver[] {
  const { ctDifference, ctIntersection } = ClipperLib.ClipType;
  const holes = unionPaths((sheet.holes ?? []).map((hole) => positive(toPath(hole))));
  const body = clipPaths(ctDifference, [positive(toPath(sheet.outline))], holes);
  const taken = unionPaths(cut.map((ring) => positive(toPath(ring))));
  const left = clipPaths(ctDifference, body, taken.length > 0 ? offsetPaths(taken, gap, TOLERANCE) : []);
  // Opened by a disc, then thinned; clipped again, as thinning may cut a corner outwards.
  const core = offsetPaths(left, -(leastWidth / 2 + TOLERANCE), TOLERANCE);
  const wide = thinnedPaths(offsetPaths(core, leastWidth / 2, TOLERANCE), TOLERANCE / 2);
  return pathRegions(clipPaths(ctIntersection, wide, left))
    .filter((region) => netArea(region) >= leastMm2)
    .sort((a, b) => netArea(b) - netArea(a))
    .map((region) => ({
      sheet: cutOut(sheet, region),
      areaMm2: rounded(netArea(region)),
      usableMm2: usableOf(sheet, region),
    }));
}

function cutOut(sheet: Sheet, region: PathRegion): Sheet {
  const { ctIntersection } = ClipperLib.ClipType;
  const whole: Paths = [region.outline, ...region.holes];
  const zones = (sheet.zones ?? []).flatMap((zone) =>
    pathRegions(clipPaths(ctIntersection, zonePaths(zone), whole)).map(({ outline, holes }) => ({
      ...zone,
      outline: toRing(outline),
      ...(holes.length > 0 ? { holes: holes.map(toRing) } : {}),
    })),
  );
  const { outline, holes } = region;
  const { baseQuality, margin } = sheet;
  const grain = sheet.grain && grainOf(sheet.grain, region);
  return {
    id: sheet.id,
    outline: toRing(outline),
    ...(holes.length > 0 ? { holes: holes.map(toRing) } : {}),
    ...(zones.length > 0 ? { zones } : {}),
    ...(baseQuality === undefined ? {} : { baseQuality }),
    ...(grain ? { grain } : {}),
    ...(margin === undefined ? {} : { margin }),
  };
}

/** A field's samples in the remnant and round it; where it has none there, the one nearest to its first corner. */
function grainOf(grain: NonNullable<Sheet['grain']>, { outline }: PathRegion): Sheet['grain'] {
  if (!grain.field) return grain;
  const round = offsetPaths([outline], GRAIN_REACH, TOLERANCE).map((path) => flatRing(toRing(path)));
  const near = grain.field.filter(({ x, y }) => round.some((rim) => isInRegion(rim, [], x, y)));
  const [cx, cy] = toRing(outline)[0]!;
  const away = ({ x, y }: { readonly x: number; readonly y: number }) => Math.hypot(x - cx, y - cy);
  const nearest = grain.field.reduce((best, sample) => (away(sample) < away(best) ? sample : best));
  return { ...grain, field: near.length > 0 ? near : [nearest] };
}

/** Zones replace the base, of overlapping ones the lowest counts. */
function usableOf(sheet: Sheet, region: PathRegion): Record<string, number> {
  const { ctDifference, ctIntersection } = ClipperLib.ClipType;
  const usable: Record<string, number> = {};
  let left: Paths = [region.outline, ...region.holes];
  const add = (quality: number, mm2: number) => {
    if (quality > 0 && mm2 > 0) usable[String(quality)] = rounded((usable[String(quality)] ?? 0) + mm2);
  };
  const graded = (sheet.zones ?? []).flatMap((zone) => (zone.quality === undefined ? [] : [zone.quality]));
  for (const quality of [...new Set(graded)].sort((a, b) => a - b)) {
    const zones = unionPaths((sheet.zones ?? []).flatMap((z) => (z.quality === quality ? zonePaths(z) : [])));
    add(quality, pathsArea(clipPaths(ctIntersection, left, zones)));
    left = clipPaths(ctDifference, left, zones);
  }
  add(sheet.baseQuality ?? BEST_QUALITY, pathsArea(left));
  return usable;
}

function zonePaths({ outline, holes = [] }: NonNullable<Sheet['zones']>[number]): Paths {
  return clipPaths(
    ClipperLib.ClipType.ctDifference,
    [positive(toPath(outline))],
    holes.map((hole) => positive(toPath(hole))),
  );
}

function rounded(areaMm2: number): number {
  return Math.round(areaMm2 * 10) / 10;
}
