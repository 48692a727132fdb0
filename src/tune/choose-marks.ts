import { labelComponents } from '#inspect/label-components.ts';
import { judgedClasses } from './count-picture.ts';
import type { JudgedPicture } from './count-picture.ts';
import { NO_MATERIAL } from './training-picture.ts';

/** Probabilities that are chosen among. */
const GRID: readonly number[] = Array.from({ length: 18 }, (_, i) => (5 * (i + 2)) / 100);
const STEPS = GRID.length;

/** Pixels of a class that would be called defect, by the threshold of pixels and by the surest pixel of their patch, both
 *  steps of GRID: [threshold * STEPS + surest]. */
interface CalledByStep {
  readonly hits: Float64Array;
  readonly alarms: Float64Array;
  truths: number;
}

export type MarkCounts = Map<string, CalledByStep>;

/** How a pack calls defects: pixels from `threshold` on, in patches that are somewhere as sure as `sureFrom`. */
export interface MarkRule {
  readonly threshold: number;
  readonly sureFrom: number;
}

/** Adds a picture with the scores that a pack gave it, in 65535ths. O(pixels x steps). */
export function countMarks(into: MarkCounts, picture: JudgedPicture, score: Uint16Array): void {
  const { widthPx, heightPx } = picture;
  const classes = judgedClasses(picture).map(({ name, mask, isTrue }) => {
    if (!into.has(name))
      into.set(name, { hits: new Float64Array(STEPS ** 2), alarms: new Float64Array(STEPS ** 2), truths: 0 });
    return { own: into.get(name)!, mask, isTrue };
  });
  for (const { own, isTrue } of classes) for (const v of isTrue) own.truths += v;
  GRID.forEach((threshold, t) => {
    const on = new Uint8Array(score.length);
    for (let i = 0; i < on.length; i += 1) if (score[i]! >= threshold * 65535) on[i] = 1;
    const { labels, count } = labelComponents(on, widthPx, heightPx, true);
    const surest = new Uint8Array(count + 1);
    for (let i = 0; i < labels.length; i += 1)
      if (labels[i]! > 0) surest[labels[i]!] = Math.max(surest[labels[i]!]!, stepBelow(score[i]!));
    for (const { own, mask, isTrue } of classes)
      for (let i = 0; i < labels.length; i += 1) {
        if (labels[i] === 0 || mask[i] === NO_MATERIAL) continue;
        (isTrue[i] === 1 ? own.hits : own.alarms)[t * STEPS + surest[labels[i]!]!]! += 1;
      }
  });
}

/** The highest step of GRID that a score reaches; only asked of scores over the first. */
function stepBelow(score: number): number {
  let step = 0;
  while (step + 1 < STEPS && score >= GRID[step + 1]! * 65535) step += 1;
  return step;
}

/** The rule with the best mean of the classes' F1; of rules as good the one that calls most. One for all classes: which
 *  class a pixel is taken for is the less sure half of an answer. */
export function bestMarks(counts: MarkCounts): MarkRule {
  const classes = [...counts.values()].filter((c) => c.truths > 0);
  let best = 0;
  let rule: MarkRule = { threshold: 0.5, sureFrom: 0.5 };
  for (let t = 0; t < STEPS; t += 1) {
    const sums = classes.map(() => ({ hits: 0, alarms: 0 }));
    const means: number[] = [];
    for (let s = STEPS - 1; s >= t; s -= 1) {
      const f1s = classes.map(({ hits, alarms, truths }, k) => {
        const sum = sums[k]!;
        sum.hits += hits[t * STEPS + s]!;
        sum.alarms += alarms[t * STEPS + s]!;
        return (2 * sum.hits) / (truths + sum.hits + sum.alarms);
      });
      means[s] = f1s.reduce((a, b) => a + b, 0) / Math.max(1, f1s.length);
    }
    for (let s = t; s < STEPS; s += 1) {
      if (means[s]! <= best + 1e-9) continue;
      best = means[s]!;
      rule = { threshold: GRID[t]!, sureFrom: GRID[s]! };
    }
  }
  return rule;
}
