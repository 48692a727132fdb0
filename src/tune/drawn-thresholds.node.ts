import { LEATHER_GRADING } from '#domain/grading.ts';
import type { ModelCard } from '#domain/model-card.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { uniformToMm } from '#domain/scan.ts';
import { readMarks } from '#inspect/inspect-scan.ts';
import type { Pack } from '#inspect/load-pack.node.ts';
import { openSegmenter } from '#inspect/onnx-segmenter.node.ts';
import { pixelsInMemory } from '#inspect/pixel-source.ts';
import type { Segmenter } from '#inspect/segmenter.ts';
import { surveyScan } from '#inspect/survey-scan.ts';
import { drawHide } from '#synth/draw-hide.ts';
import type { HideOptions } from '#synth/draw-hide.ts';
import { bestForAllClasses, chooseSureFrom, SURE_GRID } from './choose-thresholds.ts';
import { closeUpsToChooseBy, drawnSeed } from './drawn-pictures.ts';
import { countPictures } from './evaluate-pack.ts';
import { scoreInspection } from './score-inspection.ts';
import type { InspectionScore } from './score-inspection.ts';

export interface ThresholdOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

/** How much is drawn to choose on. */
export interface ThresholdSize {
  readonly hides: number;
  /** Close-ups of each manner; default 120. */
  readonly closeUpsOfEach?: number | undefined;
  /** What the hides have in common; default: nothing, at their usual size. */
  readonly hide?: Omit<HideOptions, 'seed'> | undefined;
}

const CLOSE_UPS_OF_EACH = 120;
/** Side of the close-ups: that of the pictures that people label. */
export const CLOSE_UP_PX = 256;

/** Chooses on drawn leather what a pack calls a defect: how sure a mark must be somewhere, class by class, on whole hides,
 *  where what counts is false marks a square metre; and from what probability on a pixel belongs to a defect, one number
 *  for all classes, on close-ups, where what counts is pixels (docs/decisions/0033). */
export async function drawnThresholds(
  pack: Pack,
  options: ThresholdOptions,
  size: ThresholdSize,
): Promise<ModelCard['classes']> {
  const segmenter = await openSegmenter(pack, { provider: 'cpu', signal: options.signal });
  try {
    const classes = chooseSureFrom(pack.card.classes, await scoresOnHides(pack, segmenter, options, size));
    const closeUps = closeUpsToChooseBy(options.seed, size.closeUpsOfEach ?? CLOSE_UPS_OF_EACH, CLOSE_UP_PX);
    const threshold = bestForAllClasses(await countPictures(pack, closeUps, segmenter, options));
    return classes.map((c, i) => (i === 0 ? c : { ...c, threshold }));
  } finally {
    await segmenter.close();
  }
}

/** Inspects held-back hides once and reads each survey at every step of SURE_GRID. */
async function scoresOnHides(
  { card, sha256 }: Pack,
  segmenter: Segmenter,
  { seed, clock, signal, onProgress }: ThresholdOptions,
  size: ThresholdSize,
): Promise<InspectionScore[][]> {
  const scores: InspectionScore[][] = SURE_GRID.map(() => []);
  for (let i = 0; i < size.hides; i += 1) {
    signal?.throwIfAborted();
    const hide = drawHide({ ...size.hide, seed: drawnSeed('choose', seed, i) });
    const memory = pixelsInMemory(hide.rgb, hide.widthPx, hide.heightPx);
    const scan = {
      kerf: 1,
      image: 'drawn',
      sha256,
      widthPx: hide.widthPx,
      heightPx: hide.heightPx,
      toMm: uniformToMm(hide.mmPerPx, hide.heightPx),
      mmPerPx: hide.mmPerPx,
      takenAt: clock.now(),
      source: 'synth',
      calibration: null,
      drift: null,
      thickness: null,
      flags: [],
    } as const;
    const survey = await surveyScan(
      { ...memory, scan, overview: () => Promise.resolve(hide) },
      { card, sha256 },
      { segmenter, clock, isModelOnly: true },
    );
    SURE_GRID.forEach((sureFrom, t) => {
      const classes = card.classes.map((c, k) => (k === 0 ? c : { ...c, sureFrom }));
      scores[t]!.push(scoreInspection(readMarks(survey, { card: { ...card, classes } }, LEATHER_GRADING), hide.truth));
    });
    onProgress?.({ what: 'thresholds', done: i + 1, total: size.hides });
  }
  return scores;
}
