import type { ModelCard } from '#domain/model-card.ts';
import { classNames, pooledCounts } from './count-picture.ts';
import type { PictureCounts } from './count-picture.ts';
import { f1Curve, SCORE_STEPS } from './pixel-metrics.ts';
import type { InspectionScore } from './score-inspection.ts';

/** Certainties to choose among. Lower ones (down to .06 were tried) add false marks and hardly a defect: on ten drawn hides
 *  10.4 false a square metre instead of 7.7 at the same median recall. */
export const SURE_GRID = [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95];

/** False defects that a class may have per square metre of hide: ten classes stay well below the 20 that are allowed. */
const FALSE_PER_M2 = 0.8;

/** How sure a mark of each class must be somewhere: the least at which the class keeps its share of false defects.
 *  `scores[t][hide]` are the scores at SURE_GRID[t] for every class alike. */
export function chooseSureFrom(
  classes: ModelCard['classes'],
  scores: readonly (readonly InspectionScore[])[],
): ModelCard['classes'] {
  return classes.map((c, i) => {
    if (i === 0) return c;
    const at = scores.findIndex((hides) => {
      const falseCount = hides.reduce((sum, s) => sum + (s.falseByClass[c.name] ?? 0), 0);
      const m2 = hides.reduce((sum, s) => sum + s.hideM2, 0);
      return falseCount / m2 <= FALSE_PER_M2;
    });
    return { ...c, sureFrom: SURE_GRID[at < 0 ? SURE_GRID.length - 1 : at]! };
  });
}

/** The one threshold for all classes with the best mean of the classes' F1. Of own ones a class the mean on what chose them
 *  was .02 better, on real pictures .01: which class a pixel is taken for is the less sure half of an answer. */
export function bestForAllClasses(pictures: readonly PictureCounts[]): number {
  const curves = classNames(pictures).map((name) => f1Curve(pooledCounts(pictures, name).strict));
  let best = 0;
  let at = Math.floor(SCORE_STEPS / 2);
  for (let step = 0; step < SCORE_STEPS; step += 1) {
    const sum = curves.reduce((total, curve) => total + curve[step]!, 0);
    if (sum <= best) continue;
    best = sum;
    at = step;
  }
  return Math.round((at / SCORE_STEPS) * 1000) / 1000;
}
