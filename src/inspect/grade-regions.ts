import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import { flatRing } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';
import type { GradedPatch } from './build-sheet.ts';
import type { Grade } from './grade-defects.ts';

export type Region = Inspection['regions'][number];

/** Area of a region without its holes. */
export function regionMm2({ outline, holes = [] }: Pick<Region, 'outline' | 'holes'>): number {
  return regionArea(flatRing(outline), holes.map(flatRing));
}

/** Quality and margin of a region: of all rules of its kind that match the lowest quality wins; without any it is as good as
 *  the rest. */
export function gradeRegion(region: Pick<Region, 'kind' | 'outline' | 'holes' | 'value'>, grading: Grading): Grade {
  const areaMm2 = regionMm2(region);
  const matching = grading.rules.filter(
    (r) => r.region === region.kind && region.value >= (r.minValue ?? 0) && areaMm2 >= (r.minAreaMm2 ?? 0),
  );
  if (matching.length === 0) return { quality: grading.otherwise, margin: 0 };
  const quality = Math.min(...matching.map((r) => r.quality));
  const margin = Math.max(...matching.filter((r) => r.quality === quality).map((r) => r.margin ?? 0));
  return { quality, margin };
}

/** What regions take from the sheet: those that the grading puts below the rest. */
export function regionPatches(regions: readonly Region[], grading: Grading): GradedPatch[] {
  return regions
    .filter((r) => r.quality < grading.otherwise)
    .map((r) => ({
      outline: r.outline,
      holes: r.holes ?? [],
      quality: r.quality,
      margin: gradeRegion(r, grading).margin,
    }));
}

/** Values from which regions of a kind are told, lowest first: those at which the grading's rules begin, or the usual one. */
export function regionLevels(kind: Region['kind'], grading: Grading, usual: number): number[] {
  const levels = grading.rules.filter((r) => r.region === kind).map((r) => r.minValue ?? usual);
  return levels.length === 0 ? [usual] : [...new Set(levels)].sort((a, b) => a - b);
}
