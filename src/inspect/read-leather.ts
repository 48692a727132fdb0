import type { Grading } from '#domain/grading.ts';
import type { Inspection } from '#domain/inspection.ts';
import type { Sheet } from '#domain/problem.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { cellRegions } from './cell-regions.ts';
import { grainField, grainOf } from './grain-field.ts';
import { gradeRegion, regionLevels, type Region } from './grade-regions.ts';
import { shadeZones } from './shade-zones.ts';
import type { Survey } from './survey-scan.ts';

/** A shade differs from this on, ΔE2000: drawn belly of 5 to 15 % other brightness is told whole, one even cell in 500 with
 *  it. */
const USUAL_SHADE = 2.5;
/** A grain differs where it is half as deep again, or by a third fainter. */
const USUAL_TEXTURE = 0.5;
/** Patches below this are no part of a hide but a mark on it. */
const LEAST_MM2 = 2000;

/** What the leather itself shows beside its defects. */
export interface ReadLeather {
  readonly regions: readonly Region[];
  readonly grain: Inspection['grain'];
  /** Of what colour the leather is where. */
  readonly shades: NonNullable<Sheet['zones']>;
}

/** Reads off a survey what its evenness, grain and folds mean for the sheet. */
export function readLeather(survey: Survey, grading: Grading): ReadLeather {
  if (survey.leather === null) return { regions: [], grain: null, shades: [] };
  const { cells, pxPerPx, even, folds } = survey.leather;
  const { scan } = survey;
  const grid = {
    across: cells.across,
    down: cells.down,
    sidePx: [cells.sidePx * pxPerPx[0], cells.sidePx * pxPerPx[1]] as const,
    toMm: scan.toMm,
  };
  const patches = (kind: 'shade' | 'texture', values: Float64Array, usual: number) =>
    regionLevels(kind, grading, usual).flatMap((level) =>
      cellRegions(values, grid, level, LEAST_MM2).map(({ areaMm2: _, value, ...rings }) =>
        graded({ kind, ...rings, value: roundToThousandth(value) }, grading),
      ),
    );
  return {
    regions: [
      ...folds.map((fold) => graded({ kind: 'fold', ...fold }, grading)),
      ...patches('shade', even.shade, USUAL_SHADE),
      ...patches('texture', even.texture, USUAL_TEXTURE),
    ],
    grain: grainOf(grainField(cells, scan.toMm, pxPerPx[0])),
    shades: shadeZones(even, grid),
  };
}

function graded(region: Omit<Region, 'quality'>, grading: Grading): Region {
  return { ...region, quality: gradeRegion(region, grading).quality };
}

/** The grain that binds pieces: the samples that the grading trusts; undefined where it asks for none, or none is that
 *  sure. */
export function sheetGrain(grain: Inspection['grain'], grading: Grading): Sheet['grain'] {
  const limit = grading.grain?.maxDoubt;
  if (limit === undefined || !grain?.field) return undefined;
  const field = grain.field.filter((s) => s.doubt <= limit);
  return field.length === 0 ? undefined : { field, directed: false };
}
