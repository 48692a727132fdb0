import type { Random } from '#domain/ports.ts';
import { classNames } from './count-picture.ts';
import type { PictureCounts } from './count-picture.ts';
import { overstatement } from './reliability.ts';
import { byGroup, classF1s, interval } from './summarise-evaluation.ts';
import { addCalled, calledF1, emptyCalled } from './tolerant-counts.ts';

/** One figure of two packs; the difference is B minus A. */
export interface Difference {
  readonly a: number;
  readonly b: number;
  readonly difference: number;
  readonly ci95: readonly [number, number];
}

/** Two packs on the same pictures. Differences are B minus A; `a` and `b` are means of the classes' best F1. */
export interface Comparison extends Difference {
  readonly images: number;
  readonly groups: number;
  /** Chance of a difference at least as large if the two were alike (two-sided, packs swapped hide by hide). */
  readonly p: number;
  /** Each at the threshold that is its best on these pictures. */
  readonly perClass: Readonly<Record<string, Difference>>;
  /** At the thresholds of each pack's own card, as the station runs it. */
  readonly atThreshold: {
    /** F1 by pixel. */
    readonly perClass: Readonly<Record<string, Difference>>;
    readonly objectRecall: Difference;
    readonly falsePerM2: Difference;
    /** How far the confidence of marks lies above the share of them that are real (`overstatement`). */
    readonly overstated: Difference;
  };
}

/** Sets two packs side by side: `a[i]` and `b[i]` are counts of the same picture. The interval draws hides with
 *  replacement, both packs at once; the test swaps the packs hide by hide.
 *  @throws RangeError when the pictures differ, in name, scale or truth */
export function compareCounts(
  a: readonly PictureCounts[],
  b: readonly PictureCounts[],
  random: Random,
  rounds = 400,
): Comparison {
  if (a.length !== b.length || a.some((p, i) => p.name !== b[i]!.name || p.truth !== b[i]!.truth))
    throw new RangeError('two packs are compared on the same pictures');
  const names = classNames(a);
  const twin = new Map(a.map((p, i) => [p, b[i]!]));
  const groups = byGroup(a);
  const pair = (inA: readonly PictureCounts[], inB: readonly PictureCounts[]) => {
    const [x, y] = [figuresOf(inA, names), figuresOf(inB, names)];
    return { x, y, difference: y.mean - x.mean };
  };
  const whole = pair(a, b);
  const draws = Array.from({ length: rounds }, () => {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    return pair(
      drawn,
      drawn.map((p) => twin.get(p)!),
    );
  });
  const figure = (of: (figures: Figures) => number): Difference => ({
    a: of(whole.x),
    b: of(whole.y),
    difference: of(whole.y) - of(whole.x),
    ci95: interval(draws.map(({ x, y }) => of(y) - of(x))),
  });
  let asFar = 0;
  for (let round = 0; round < rounds; round += 1) {
    const swapped = groups.map((group) => ({ group, isSwapped: random() < 0.5 }));
    const side = (other: boolean) =>
      swapped.flatMap(({ group, isSwapped }) => group.map((p) => (isSwapped === other ? p : twin.get(p)!)));
    if (Math.abs(pair(side(false), side(true)).difference) >= Math.abs(whole.difference) - 1e-12) asFar += 1;
  }
  return {
    images: a.length,
    groups: new Set(a.map((p) => p.group)).size,
    ...figure(({ mean }) => mean),
    p: (asFar + 1) / (rounds + 1),
    perClass: Object.fromEntries(names.map((name, k) => [name, figure(({ best }) => best[k]!)])),
    atThreshold: {
      perClass: Object.fromEntries(names.map((name, k) => [name, figure(({ called }) => called[k]!)])),
      objectRecall: figure(({ objectRecall }) => objectRecall),
      falsePerM2: figure(({ falsePerM2 }) => falsePerM2),
      overstated: figure(({ overstated }) => overstated),
    },
  };
}

interface Figures {
  /** Best F1 of each class, NaN where the pictures do not show it, and their mean. */
  readonly best: readonly number[];
  readonly mean: number;
  /** F1 of each class at the card's thresholds, likewise. */
  readonly called: readonly number[];
  readonly objectRecall: number;
  readonly falsePerM2: number;
  readonly overstated: number;
}

function figuresOf(pictures: readonly PictureCounts[], names: readonly string[]): Figures {
  const { each, mean } = classF1s(pictures, names);
  let [objects, found, falsePatches, mm2] = [0, 0, 0, 0];
  for (const p of pictures) {
    objects += p.objects.objects;
    mm2 += p.objects.mm2;
    found += p.at.found;
    falsePatches += p.at.falsePatches;
  }
  return {
    best: each,
    mean,
    called: names.map((name) => {
      const called = emptyCalled();
      for (const p of pictures) {
        const own = p.classes.get(name);
        if (own) addCalled(called, own.called);
      }
      return called.hits + called.misses === 0 ? NaN : calledF1(called).strict;
    }),
    objectRecall: objects === 0 ? 1 : found / objects,
    falsePerM2: mm2 === 0 ? 0 : falsePatches / (mm2 / 1e6),
    overstated: overstatement(pictures.flatMap((p) => p.marks)),
  };
}
