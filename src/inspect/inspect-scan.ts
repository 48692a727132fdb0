import type { Grading } from '#domain/grading.ts';
import type { Defect, Inspection } from '#domain/inspection.ts';
import { flatRing } from '#domain/ring.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { buildSheet } from './build-sheet.ts';
import { chalkColours, chalkMargin, chalkMarks } from './chalk-marks.ts';
import { findDefects } from './find-defects.ts';
import { defectOf, firstDefects } from './first-defects.ts';
import { gradeDefect } from './grade-defects.ts';
import { regionPatches } from './grade-regions.ts';
import { withoutGrain } from './grain-guard.ts';
import type { ScanPixels } from './pixel-source.ts';
import { round } from './project.ts';
import { withShades } from './shade-zones.ts';
import { readLeather, sheetGrain } from './read-leather.ts';
import { surveyScan } from './survey-scan.ts';
import type { PackView, Survey, SurveyOptions } from './survey-scan.ts';

export interface InspectOptions extends SurveyOptions {
  readonly grading: Grading;
  /** Told what a tile shows as soon as it has been looked at (see `firstDefects`); tiles without any are left out. */
  readonly onFirst?: ((defects: readonly Defect[]) => void) | undefined;
}

/** Inspects a scan: outline of the hide, defects with class, area, confidence and quality, and the sheet that they make
 *  for nesting. Holds one overview, two bytes a working pixel and a few tiles, never the picture.
 *  @throws KerfError INSPECT_NO_HIDE (fault answer) where the picture holds no hide */
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
  const { defects, sheet, usableMm2, regions, grain } = readSurvey(survey, pack, grading);
  const spent = Math.max(0, Math.round(options.clock.monotonicMs() - begin)) / 1000;
  const { sha256, widthPx, heightPx, toMm } = survey.scan;
  return {
    kerf: 1,
    scan: { sha256, widthPx, heightPx, toMm },
    pack: { id: pack.card.id, sha256: pack.sha256 },
    provider: options.segmenter.provider,
    outline: survey.outline,
    holes: survey.holes,
    defects,
    regions,
    grain,
    sheet,
    usableMm2,
    seconds: { ...survey.seconds, defects: spent, total: round(survey.seconds.outline + survey.seconds.model + spent) },
  };
}

/** Reads defects and sheet off a survey; cheap beside the survey, so that thresholds can be tried on it. */
export function readSurvey(
  survey: Survey,
  pack: Pick<PackView, 'card'>,
  grading: Grading,
): Pick<Inspection, 'outline' | 'defects' | 'sheet' | 'usableMm2' | 'regions' | 'grain'> {
  const { scan, maps, outline, holes } = survey;
  const mmPerPx = (scan.mmPerPx * scan.widthPx) / maps.widthPx;
  const hideMm2 = regionArea(flatRing(outline), holes.map(flatRing));
  const seen = findDefects(maps, {
    classes: pack.card.classes,
    markConfidence: pack.card.markConfidence,
    toMm: scan.toMm,
    pxPerPx: [scan.widthPx / maps.widthPx, scan.heightPx / maps.heightPx],
    mmPerPx,
    materialPx: hideMm2 / mmPerPx ** 2,
  });
  const { kept, droppedCount } = withoutGrain(seen, hideMm2);
  const graded = kept.map((s) => ({ seen: s, ...gradeDefect(s, grading, pack.card.classes) }));
  const defects = graded.map(({ seen: s, quality }, i): Defect => ({
    ...defectOf(s, `d${i + 1}`),
    quality,
  }));
  const leather = readLeather(survey, grading);
  const strokes = chalkMarks(survey.chalk?.strokes ?? [], grading);
  const patches = [
    ...strokes.map((d) => ({ ...d, margin: chalkMargin(d.class, grading) })),
    ...defects.map((d, i) => ({ ...d, margin: graded[i]!.margin })),
    ...regionPatches(leather.regions, grading),
  ];
  const { sheet, usableMm2 } = buildSheet({ id: 'sheet', outline, holes, baseQuality: grading.otherwise, patches });
  const bound = sheetGrain(leather.grain, grading);
  // Says that the model met leather it does not know: so many marks were taken for the leather's own look.
  const unseen = { kind: 'unseen' as const, outline, value: droppedCount, quality: grading.otherwise };
  // An agreed chalk that has this leather's colour is not seen on it: told as well, with 0.
  const hidden = (survey.chalk?.unseen ?? []).map(() => ({ ...unseen, value: 0 }));
  return {
    outline,
    defects: [...strokes, ...defects],
    regions: [...(droppedCount > 0 ? [unseen] : []), ...hidden, ...leather.regions],
    grain: leather.grain,
    sheet: withShades({ ...sheet, ...(bound && { grain: bound }) }, leather.shades),
    usableMm2: Object.fromEntries(Object.entries(usableMm2).map(([k, v]) => [k, round(v)])),
  };
}
