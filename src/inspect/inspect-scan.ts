import type { Grading } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import { flatRing } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { buildSheet, type GradedPatch } from './build-sheet.ts';
import { chalkColours, chalkMargin, chalkMarks } from './chalk-marks.ts';
import { seeDefects, type SeenDefects } from './find-defects.ts';
import { defectOf, firstDefects } from './first-defects.ts';
import { gradeDefect } from './grade-defects.ts';
import { gradeRegion, regionPatches, type Region } from './grade-regions.ts';
import { withoutGrain } from './grain-guard.ts';
import type { ScanPixels } from './pixel-source.ts';
import { withShades } from './shade-zones.ts';
import { readLeather, sheetGrain, type ReadLeather } from './read-leather.ts';
import { surveyScan } from './survey-scan.ts';
import type { PackView, Survey, SurveyOptions } from './survey-scan.ts';
import { coarserThanTaught } from './working-scale.ts';

export interface InspectOptions extends SurveyOptions {
  readonly grading: Grading;
  /** Told what a tile shows as soon as it has been looked at (see `firstDefects`); tiles without any are left out. */
  readonly onFirst?: ((defects: readonly Defect[]) => void) | undefined;
}

/** Inspects a scan: outline of the hide, defects with class, area, confidence and quality, and the sheet that they make
 *  for nesting. Holds one overview, two bytes a working pixel and a few tiles, never the picture.
 *  @throws KerfError (fault answer) INSPECT_NO_HIDE where the picture holds no hide, INSPECT_TABLE_NOT_SEEN where hide and
 *  table cannot be told apart, INSPECT_NOTHING_LEFT where all of it is rejected */
export async function inspectScan(pixels: ScanPixels, pack: PackView, options: InspectOptions): Promise<Inspection> {
  const { grading, onFirst, onTile } = options;
  const survey = await surveyScan(pixels, pack, {
    ...options,
    chalk: chalkColours(grading),
    onTile: (tile) => {
      onTile?.(tile);
      if (onFirst === undefined || tile.isSecondLook) return;
      const defects = firstDefects(tile, pixels.scan, pack.card, grading);
      if (defects.length > 0) onFirst(defects);
    },
  });
  const begin = options.clock.monotonicMs();
  const { outline, ...read } = readSurvey(survey, pack, grading);
  const coarser = coarserThanTaught(survey.scan.mmPerPx, pack.card);
  const spent = Math.max(0, Math.round(options.clock.monotonicMs() - begin)) / 1000;
  const { sha256, widthPx, heightPx, toMm } = survey.scan;
  return {
    kerf: 1,
    scan: { sha256, widthPx, heightPx, toMm },
    pack: { id: pack.card.id, sha256: pack.sha256 },
    provider: options.segmenter.provider,
    outline,
    holes: survey.holes,
    ...read,
    ...(coarser !== null && { coarserThanTaught: roundToThousandth(coarser) }),
    seconds: {
      ...survey.seconds,
      defects: spent,
      total: roundToThousandth(survey.seconds.outline + survey.seconds.model + spent),
    },
  };
}

/** Reads defects and sheet off a survey; cheap beside the survey.
 *  @throws KerfError INSPECT_NOTHING_LEFT */
export function readSurvey(
  survey: Survey,
  pack: Pick<PackView, 'card'>,
  grading: Grading,
): Pick<Inspection, 'outline' | 'defects' | 'sheet' | 'usableMm2' | 'leftOut' | 'regions' | 'grain'> {
  const { patches, shades, ...marks } = readMarks(survey, pack, grading);
  const { outline, holes } = survey;
  const { sheet, usableMm2, leftOut } = buildSheet({
    ...{ id: 'sheet', outline, holes, patches },
    baseQuality: grading.otherwise,
  });
  const bound = sheetGrain(marks.grain, grading);
  return {
    ...marks,
    sheet: withShades({ ...sheet, ...(bound && { grain: bound }) }, shades),
    usableMm2: Object.fromEntries(Object.entries(usableMm2).map(([k, v]) => [k, roundToThousandth(v)])),
    ...(leftOut && { leftOut: { ...leftOut, areaMm2: roundToThousandth(leftOut.areaMm2) } }),
  };
}

/** What a survey shows, and what it takes from a sheet, before there is one: so that thresholds can be tried on it, and leather
 *  looked at of which nothing is left.
 *  @param isCut pieces were cut from it: their rims make more than 8 % of it look marked, and are no large doubtful marks */
export function readMarks(
  survey: Survey,
  pack: Pick<PackView, 'card'>,
  grading: Grading,
  { isCut = false }: { readonly isCut?: boolean } = {},
): Pick<Inspection, 'outline' | 'defects' | 'regions' | 'grain'> & {
  readonly patches: readonly GradedPatch[];
  readonly shades: ReadLeather['shades'];
} {
  const { scan, maps, outline, holes } = survey;
  const mmPerPx = (scan.mmPerPx * scan.widthPx) / maps.widthPx;
  const rim = flatRing(outline);
  const hideMm2 = regionArea(rim, holes.map(flatRing));
  const seen = seeDefects(maps, {
    classes: pack.card.classes,
    markConfidence: pack.card.markConfidence,
    toMm: scan.toMm,
    pxPerPx: [scan.widthPx / maps.widthPx, scan.heightPx / maps.heightPx],
    mmPerPx,
    materialPx: hideMm2 / mmPerPx ** 2,
  });
  const { kept, droppedCount } = withoutGrain(seen.defects, hideMm2);
  const doubtful = isCut ? [] : seen.doubtful;
  const graded = [...kept, ...doubtful].map((s) => ({
    seen: s,
    ...gradeDefect(s, grading, pack.card.classes, rim),
  }));
  const defects = graded.map(({ seen: s, quality }, i): Defect => ({
    ...defectOf(s, `d${i + 1}`),
    quality,
  }));
  const leather = readLeather(survey, grading);
  const strokes = chalkMarks(survey.chalk?.strokes ?? [], grading);
  const regions = [...unseenRegions(survey, droppedCount, seen.unbelieved, grading), ...leather.regions];
  const patches = [
    ...strokes.map((d) => ({ ...d, margin: chalkMargin(d.class, grading) })),
    ...defects.map((d, i) => ({ ...d, margin: graded[i]!.margin })),
    ...regionPatches(regions, grading),
  ];
  return {
    outline,
    defects: [...strokes, ...defects],
    regions,
    grain: leather.grain,
    patches,
    shades: leather.shades,
  };
}

/** Says that the model met leather it does not know (so many marks were taken for the leather's own look), and, with value 0, that
 *  an agreed chalk can't be told from the leather, or from the table in its openings. */
function unseenRegions(
  { outline, chalk }: Survey,
  droppedCount: number,
  unbelieved: SeenDefects['unbelieved'],
  grading: Grading,
): Region[] {
  const region = (value: number, areaMm2 = 0): Region => {
    const said = { kind: 'unseen' as const, outline, value, ...(areaMm2 > 0 && { areaMm2 }) };
    return { ...said, quality: gradeRegion(said, grading).quality };
  };
  const count = droppedCount + unbelieved.count;
  const strange = count > 0 ? [region(count, roundToThousandth(unbelieved.areaMm2))] : [];
  return [...strange, ...(chalk?.unseen ?? []).map(() => region(0))];
}
