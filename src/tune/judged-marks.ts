import type { ModelCard } from '#domain/model-card.ts';
import { uniformToMm } from '#domain/scan.ts';
import { findDefects, type ScoreMaps, type SeenDefect } from '#inspect/find-defects.ts';
import { withoutGrain } from '#inspect/grain-guard.ts';
import { visitPolygons } from './fill-polygons.ts';
import type { objectsOf, PictureMask } from './object-counts.ts';
import { NO_MATERIAL } from './training-picture.ts';

/** A mark as inspecting tells it, and whether it is one. */
export interface JudgedMark {
  readonly strength: number;
  /** What was said of it. */
  readonly confidence: number;
  /** Enough of it lies near truth (`leastNear`). */
  readonly isReal: boolean;
}

/** The marks that inspecting would tell of a picture: what the model said of every pixel, read as on a hide, the leather's own
 *  look left out. `score` is P(any defect) in 65535ths, `kind` the likeliest class but good. */
export function marksOn(
  picture: PictureMask,
  score: Uint16Array,
  kind: Uint8Array,
  { classes, markConfidence }: Pick<ModelCard, 'classes' | 'markConfidence'>,
): readonly SeenDefect[] {
  const { mask, widthPx, heightPx, mmPerPx } = picture;
  const defect = new Uint8Array(mask.length);
  let materialPx = 0;
  for (let i = 0; i < mask.length; i += 1) {
    if (mask[i] === NO_MATERIAL) continue;
    materialPx += 1;
    defect[i] = (score[i]! / 65535) * 255 + 0.5;
  }
  const maps: ScoreMaps = { widthPx, heightPx, defect, kind };
  const toMm = uniformToMm(mmPerPx, heightPx);
  const seen = findDefects(maps, { classes, markConfidence, toMm, pxPerPx: [1, 1], mmPerPx, materialPx });
  return withoutGrain(seen, materialPx * mmPerPx ** 2).kept;
}

/** Holds marks against the truth. */
export function judgeMarks(
  { widthPx, heightPx, mmPerPx }: PictureMask,
  { near, least }: Pick<ReturnType<typeof objectsOf>, 'near' | 'least'>,
  marks: readonly SeenDefect[],
): JudgedMark[] {
  const inPx = (ring: Float64Array) => Array.from(ring, (v, i) => (i % 2 === 0 ? v / mmPerPx : heightPx - v / mmPerPx));
  return marks.map(({ outline, holes, strength, confidence }) => {
    let areaPx = 0;
    let nearPx = 0;
    visitPolygons(widthPx, heightPx, [outline, ...holes].map(inPx), (i) => {
      areaPx += 1;
      nearPx += near[i]!;
    });
    return { strength, confidence, isReal: nearPx >= least * areaPx };
  });
}
