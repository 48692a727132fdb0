import type { BoundProof, LayoutView } from '#api/views.ts';

export interface MostPossible {
  /** At most so much more than the layout on the screen is worth, as a share of that. */
  readonly share: number;
  readonly by: BoundProof;
}

/** How much better any layout could be, and what proves that. Null while the search runs: it knows no bound yet.
 *  @param newest the search's own, which has the bound; `shown` may be an alternative that a person chose */
export function mostPossible(shown: LayoutView | null, newest: LayoutView | null): MostPossible | null {
  if (!shown || !newest || newest.boundBy === null || shown.value <= 0) return null;
  return { share: Math.max(0, newest.bound / shown.value - 1), by: newest.boundBy };
}
