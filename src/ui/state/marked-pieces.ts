import { countedCuts as countedOf } from '#domain/counted-cuts.ts';
import { isBrokenOff, type PageState } from './page-state.ts';

/** Placements that the cutter has counted, in its order. */
export function countedCuts({ status, cutPlan, layout }: PageState): readonly number[] {
  const all = [...new Set(cutPlan.value?.order ?? layout.value?.pieces.map((p) => p.placement) ?? [])];
  return status?.job ? countedOf(status.job, all).cut : [];
}

/** Placements that were cut: as a person has marked them, else as the cutter counted. */
export function cutPlacements(state: PageState): ReadonlySet<number> {
  return new Set(isBrokenOff(state) && state.marked ? state.marked : countedCuts(state));
}

/** With this placement marked, or no longer; the same where it cannot be: what was not cut cannot be bad. */
export function withMark(state: PageState, placement: number): readonly number[] | null {
  const { marked } = state;
  if (marked === null) return null;
  if (marked.includes(placement)) return marked.filter((other) => other !== placement);
  if (!isBrokenOff(state) && !countedCuts(state).includes(placement)) return marked;
  return [...marked, placement];
}
