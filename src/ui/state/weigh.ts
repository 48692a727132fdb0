import type { LayoutView } from '#api/views.ts';

/** One thing that layouts are weighed by, and how another layout differs in it from the best. */
export interface Weighed {
  readonly what: 'yield' | 'kits' | 'pieces' | 'left' | 'cut';
  readonly value: number;
  readonly difference: number;
  /** Whether the difference is to the good; null where there is none. */
  readonly isGain: boolean | null;
}

const MEASURES: readonly {
  readonly what: Weighed['what'];
  readonly of: (layout: LayoutView) => number;
  readonly isLessBetter?: boolean;
}[] = [
  { what: 'yield', of: (layout) => layout.nestedYieldBp },
  { what: 'kits', of: (layout) => layout.kitCount },
  { what: 'pieces', of: (layout) => layout.pieceCount },
  { what: 'left', of: (layout) => layout.bestLeftMm2 },
  { what: 'cut', of: (layout) => layout.cutLength, isLessBetter: true },
];

/** What a layout gains and gives up against the best; kits only where the order has some. */
export function weigh(best: LayoutView, other: LayoutView, hasKits: boolean): readonly Weighed[] {
  return MEASURES.filter(({ what }) => what !== 'kits' || hasKits).map(({ what, of, isLessBetter = false }) => {
    const difference = of(other) - of(best);
    return {
      what,
      value: of(other),
      difference,
      isGain: difference === 0 ? null : difference < 0 === isLessBetter,
    };
  });
}

/** What each alternative is offered for: its first gain, in the order in which a person would ask, that none before it
 *  is offered for; yield where it has none. */
export function offeredFor(alternatives: readonly (readonly Weighed[])[]): readonly Weighed['what'][] {
  const offered: Weighed['what'][] = [];
  for (const weighed of alternatives) {
    const gains = weighed.filter(({ isGain }) => isGain === true).map(({ what }) => what);
    offered.push(gains.find((what) => !offered.includes(what)) ?? gains[0] ?? 'yield');
  }
  return offered;
}
