import { countedCuts as countedOf } from '#domain/counted-cuts.ts';
import type { PageState } from './page-state.ts';

/** Placements that the cutter has counted, in its order. */
export function countedCuts({ status, cutPlan, layout }: PageState): readonly number[] {
  const all = [...new Set(cutPlan.value?.order ?? layout.value?.pieces.map((p) => p.placement) ?? [])];
  return status?.job ? countedOf(status.job, all).cut : [];
}

/** Placements that were cut: as a person has marked them, else as the cutter counted. */
export function cutPlacements(state: PageState): ReadonlySet<number> {
  return new Set(state.isMarkingCut && state.marked ? state.marked : countedCuts(state));
}

/** Placements that are not good: as a person marks them now, else as she has said. */
export function badPlacements({ isMarkingCut, marked, sheet }: PageState): ReadonlySet<number> {
  const accepted = sheet.value?.accepted?.rejected ?? [];
  return new Set(marked === null ? accepted : isMarkingCut ? [] : marked);
}

/** How many pieces of the layout the rest of a broken-off sheet is nested for: what was not cut, or is not good. */
export function leftCount(state: PageState): number | null {
  const cut = cutPlacements(state);
  const bad = (state.sheet.value?.accepted?.rejected ?? []).filter((placement) => cut.has(placement));
  return state.layout.value && state.layout.value.pieceCount - cut.size + bad.length;
}

/** With this placement marked, or no longer; the same where it cannot be: what was not cut cannot be bad. */
export function withMark(state: PageState, placement: number): readonly number[] | null {
  const { marked } = state;
  if (marked === null) return null;
  if (marked.includes(placement)) return marked.filter((other) => other !== placement);
  if (!state.isMarkingCut && !countedCuts(state).includes(placement)) return marked;
  return [...marked, placement];
}
