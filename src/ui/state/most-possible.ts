import type { BoundProof, LayoutView } from '#api/views.ts';

export interface MostPossible {
  /** At most so much higher could the yield be, basis points. Exact where a layout's value is area, the default; elsewhere
   *  the trend, as the trace is (#station/layout-view.ts). */
  readonly gainBp: number;
  readonly by: BoundProof;
}

/** How much better any layout could be, and what proves that. Null while the search runs: it knows no bound yet.
 *  In points of the yield, as the gains beside it are: a ratio of what lies there would be taken for them.
 *  @param newest the search's own, which has the bound; `shown` may be an alternative that a person chose */
export function mostPossible(shown: LayoutView | null, newest: LayoutView | null): MostPossible | null {
  if (!shown || !newest || newest.boundBy === null || shown.value <= 0) return null;
  const { nestedYieldBp, value } = shown;
  const gainBp = nestedYieldBp * (newest.bound / value - 1);
  // No hide gives more than itself.
  return { gainBp: Math.max(0, Math.min(10_000 - nestedYieldBp, gainBp)), by: newest.boundBy };
}
