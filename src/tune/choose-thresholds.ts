import type { ModelCard } from '#domain/model-card.ts';
import type { InspectionScore } from './score-inspection.ts';

/** Thresholds to choose among. Probabilities are calibrated on whole hides, where one pixel in fifty is a defect: a faint
 *  line's pixels are seldom more than one in ten. */
export const THRESHOLD_GRID = [
  0.06, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
];

/** False defects that a class may have per square metre of hide: ten classes stay well below the 20 that are allowed. */
const FALSE_PER_M2 = 0.8;

/** The lowest threshold of each class at which it keeps its share of false defects. `scores[t][hide]` are the scores at
 *  THRESHOLD_GRID[t] for every class alike. */
export function chooseThresholds(
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
    return { ...c, threshold: THRESHOLD_GRID[at < 0 ? THRESHOLD_GRID.length - 1 : at]! };
  });
}
