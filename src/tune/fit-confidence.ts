import type { ModelCard } from '#domain/model-card.ts';
import { MOST_PER_M2 } from '#inspect/grain-guard.ts';
import type { PictureCounts } from './count-picture.ts';
import type { JudgedMark } from './judged-marks.ts';
import { rounded } from './score-row.ts';

/** Fewer marks say too little about how often marks are real. */
export const LEAST_MARKS = 100;
/** Marks are taken in so many groups by strength: with forty drawn hides some 120 a group. */
const GROUPS = 10;

/** Whether pictures have as much good leather for each defect as hides do, so that the share of their marks that is real holds there:
 *  close-ups that were chosen for the defects in them have little where a mark could be false. The line is where inspecting takes
 *  marks for the leather's own look. */
export function speakForHides(pictures: readonly Pick<PictureCounts, 'objects'>[]): boolean {
  let [objects, mm2] = [0, 0];
  for (const p of pictures) {
    objects += p.objects.objects;
    mm2 += p.objects.mm2;
  }
  return mm2 > 0 && objects <= MOST_PER_M2 * (mm2 / 1e6);
}

/** Fits what is to be said of a mark of each strength: groups of as many marks, the share of each that is real, neighbours pooled
 *  until it rises (pool adjacent violators). A group that is all real says a little less than 1, by as much as one mark more of
 *  either kind would. Undefined where there are too few marks.
 *  @see Zadrozny and Elkan 2002, isotonic calibration */
export function fitConfidence(
  marks: readonly Pick<JudgedMark, 'strength' | 'isReal'>[],
  set: string,
): ModelCard['markConfidence'] {
  if (marks.length < LEAST_MARKS) return undefined;
  const sorted = [...marks].sort((a, b) => a.strength - b.strength);
  const pools: { count: number; real: number; strength: number }[] = [];
  for (let g = 0; g < GROUPS; g += 1) {
    const own = sorted.slice(Math.floor((g * sorted.length) / GROUPS), Math.floor(((g + 1) * sorted.length) / GROUPS));
    pools.push({
      count: own.length,
      real: own.filter((m) => m.isReal).length,
      strength: own.reduce((sum, m) => sum + m.strength, 0),
    });
    while (pools.length > 1 && !rises(pools.at(-2)!, pools.at(-1)!)) {
      const last = pools.pop()!;
      const before = pools.pop()!;
      pools.push({
        count: before.count + last.count,
        real: before.real + last.real,
        strength: before.strength + last.strength,
      });
    }
  }
  return {
    strength: pools.map((p) => rounded(p.strength / p.count)),
    real: pools.map((p) => rounded((p.real + 1) / (p.count + 2))),
    marks: marks.length,
    set,
  };
}

/** Both the share of real marks, as it will be said, and the strength. */
function rises(
  a: { readonly count: number; readonly real: number; readonly strength: number },
  b: { readonly count: number; readonly real: number; readonly strength: number },
): boolean {
  return (
    (a.real + 1) / (a.count + 2) < (b.real + 1) / (b.count + 2) &&
    rounded(a.strength / a.count) < rounded(b.strength / b.count)
  );
}
