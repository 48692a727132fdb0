import type { Random } from '#domain/ports.ts';
import { classNames } from './count-picture.ts';
import type { PictureCounts } from './count-picture.ts';
import { byGroup, classF1s, interval } from './summarise-evaluation.ts';

/** Two packs on the same pictures. Differences are B minus A. */
export interface Comparison {
  readonly images: number;
  readonly groups: number;
  /** Means of the classes' best F1. */
  readonly a: number;
  readonly b: number;
  readonly difference: number;
  readonly ci95: readonly [number, number];
  /** Chance of a difference at least as large if the two were alike (two-sided, packs swapped hide by hide). */
  readonly p: number;
  readonly perClass: Readonly<
    Record<
      string,
      { readonly a: number; readonly b: number; readonly difference: number; readonly ci95: readonly [number, number] }
    >
  >;
}

/** Sets two packs side by side: `a[i]` and `b[i]` are counts of the same picture. The interval draws hides with
 *  replacement, both packs at once; the test swaps the packs hide by hide.
 *  @throws RangeError when the pictures differ */
export function compareCounts(
  a: readonly PictureCounts[],
  b: readonly PictureCounts[],
  random: Random,
  rounds = 400,
): Comparison {
  if (a.length !== b.length || a.some((p, i) => p.name !== b[i]!.name))
    throw new RangeError('two packs are compared on the same pictures');
  const names = classNames(a);
  const twin = new Map(a.map((p, i) => [p, b[i]!]));
  const groups = byGroup(a);
  const pair = (inA: readonly PictureCounts[], inB: readonly PictureCounts[]) => {
    const [x, y] = [classF1s(inA, names), classF1s(inB, names)];
    return { x, y, difference: y.mean - x.mean, each: y.each.map((f, k) => f - x.each[k]!) };
  };
  const whole = pair(a, b);
  const draws = Array.from({ length: rounds }, () => {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    return pair(
      drawn,
      drawn.map((p) => twin.get(p)!),
    );
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
    groups: groups.length,
    a: whole.x.mean,
    b: whole.y.mean,
    difference: whole.difference,
    ci95: interval(draws.map((d) => d.difference)),
    p: (asFar + 1) / (rounds + 1),
    perClass: Object.fromEntries(
      names.map((name, k) => [
        name,
        {
          a: whole.x.each[k]!,
          b: whole.y.each[k]!,
          difference: whole.each[k]!,
          ci95: interval(draws.map((d) => d.each[k]!)),
        },
      ]),
    ),
  };
}
