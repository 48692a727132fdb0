import type { LayoutView } from '#api/views.ts';

/** What layouts of one search are weighed by. */
export type LayoutFigures = Pick<
  LayoutView,
  'pieceCount' | 'nestedYieldBp' | 'bestLeftMm2' | 'kitCount' | 'cutLength' | 'value'
>;

export function figuresOf({
  pieceCount,
  nestedYieldBp,
  bestLeftMm2,
  kitCount,
  cutLength,
  value,
}: LayoutView): LayoutFigures {
  return { pieceCount, nestedYieldBp, bestLeftMm2, kitCount, cutLength, value };
}

/** A layout that yields less than this below the best is no choice, basis points: doubled, half-made layouts from the
 *  start of the search come in for their short cut. */
const YIELD_GIVEN_UP_BP = 400;

/** How layouts can be better than the best, dearest first, each with the least gain that a person would weigh. */
const GAINS: readonly ((best: LayoutFigures, other: LayoutFigures) => number)[] = [
  // Order: a whole kit, or two pieces more.
  (best, other) => (other.kitCount > best.kitCount ? other.kitCount - best.kitCount : 0),
  (best, other) => (other.pieceCount >= best.pieceCount + 2 ? other.pieceCount - best.pieceCount : 0),
  // Faultless leather: 100 cm².
  (best, other) => (other.bestLeftMm2 >= best.bestLeftMm2 + 1e4 ? other.bestLeftMm2 - best.bestLeftMm2 : 0),
  // Time at the table: a fiftieth of the cut.
  (best, other) => (other.cutLength <= 0.98 * best.cutLength ? best.cutLength - other.cutLength : 0),
];

/** The best layout of a search, the one with the highest value and of equals the latest, and up to two others that gain
 *  something on it for a little yield: each the strongest at its gain. */
export function alternatives<T extends { readonly figures: LayoutFigures }>(shown: readonly T[]): readonly T[] {
  const best = shown.reduce<T | null>((a, b) => (a && a.figures.value > b.figures.value ? a : b), null);
  if (!best) return [];
  const near = shown.filter(({ figures }) => figures.nestedYieldBp >= best.figures.nestedYieldBp - YIELD_GIVEN_UP_BP);
  const chosen: T[] = [best];
  for (const gain of GAINS) {
    // Of those that gain as much, the later one: the search has made it better at the rest.
    const strongest = near.reduce<{ readonly of: T; readonly gain: number } | null>((a, of) => {
      const here = gain(best.figures, of.figures);
      return here > 0 && here >= (a?.gain ?? 0) ? { of, gain: here } : a;
    }, null);
    if (strongest && chosen.length < 3 && !chosen.includes(strongest.of)) chosen.push(strongest.of);
  }
  return chosen;
}
