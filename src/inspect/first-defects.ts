import type { Grading } from '#domain/grading.ts';
import type { Defect } from '#domain/inspection.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Scan } from '#domain/scan.ts';
import type { Homography } from '#geometry/plane-homography.ts';
import { roundToThousandth } from '#geometry/round-to-thousandth.ts';
import { findDefects, type SeenDefect } from './find-defects.ts';
import { gradeDefect } from './grade-defects.ts';
import { fileRing } from './ring-to-mm.ts';
import type { SeenTile } from './survey-scan.ts';

/** What a tile shows by itself, for eyes that wait: cut at the tile's sides, without the hide's own holes, and told before
 *  anything is decided about the hide as a whole. The inspection's own defects take its place. */
export function firstDefects(
  { plan, marks, pxPerPx }: SeenTile,
  scan: Scan,
  { classes, markConfidence }: Pick<ModelCard, 'classes' | 'markConfidence'>,
  grading: Grading,
): Defect[] {
  const { defect, kind, widthPx, heightPx } = marks;
  const seen = findDefects(
    { defect, kind, widthPx, heightPx },
    {
      classes,
      markConfidence,
      toMm: movedBy(scan.toMm, plan.leftPx * pxPerPx[0], plan.topPx * pxPerPx[1]),
      pxPerPx,
      mmPerPx: scan.mmPerPx * pxPerPx[0],
    },
  );
  const place = `${plan.leftPx}.${plan.topPx}.${Math.round(pxPerPx[0] * 100)}`;
  return seen.map((s, i) => ({
    ...defectOf(s, `t${place}.${i + 1}`),
    quality: gradeDefect(s, grading, classes, null).quality,
  }));
}

/** A defect as inspections hold it, its quality still to come. */
export function defectOf(s: SeenDefect, id: string): Omit<Defect, 'quality'> {
  return {
    id,
    class: s.class,
    outline: fileRing(s.outline, true),
    holes: s.holes.map((h) => fileRing(h, false)),
    areaMm2: roundToThousandth(s.areaMm2),
    confidence: roundToThousandth(s.confidence),
    doubt: roundToThousandth(s.doubt),
    source: 'model',
    by: null,
    at: null,
  };
}

/** The homography for pixels counted from (u, v). */
function movedBy(toMm: Homography, u: number, v: number): number[] {
  const [a, b, c, d, e, f, g, h, i] = toMm as [number, number, number, number, number, number, number, number, number];
  return [a, b, a * u + b * v + c, d, e, d * u + e * v + f, g, h, g * u + h * v + i];
}
