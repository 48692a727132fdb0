import type { CutComparison, CutPieces, PieceSight } from '#domain/cut-comparison.ts';
import type { PageState } from './page-state.ts';

/** A scan of the table after cutting, from the wish to the pieces that it proposes: the scan proposes, a person accepts. */
export type CutScan =
  /** She says how the pieces lie. */
  { readonly stage: 'asked' } | { readonly stage: 'looking'; readonly pieces: CutPieces } | SeenCut;

export interface SeenCut {
  readonly stage: 'seen';
  /** Names the comparison when it is accepted. */
  readonly sha256: string;
  readonly comparison: CutComparison;
  /** Placements about which a person has said something else than the scan: whether they are good. */
  readonly decided: ReadonlyMap<number, boolean>;
}

/** The comparison that a person goes through; null: she does not. */
export function seenCut({ cutScan }: PageState): SeenCut | null {
  return cutScan?.stage === 'seen' ? cutScan : null;
}

/** Whether a piece counts as good; null: the scan is in doubt, and nobody has decided. */
export function isGood({ decided }: SeenCut, { placement, verdict }: PieceSight): boolean | null {
  return decided.get(placement) ?? (verdict === 'doubtful' ? null : verdict === 'accepted');
}

/** After a tap on a piece: one in doubt becomes good, a good one not good, and one that is not good becomes good. */
export function withTap(seen: SeenCut, placement: number): SeenCut {
  const sight = seen.comparison.sights.find((s) => s.placement === placement);
  if (!sight) return seen;
  const next = isGood(seen, sight) !== true;
  const decided = new Map(seen.decided);
  if (sight.verdict === (next ? 'accepted' : 'rejected')) decided.delete(placement);
  else decided.set(placement, next);
  return { ...seen, decided };
}

export interface CutTally {
  readonly goodCount: number;
  readonly badCount: number;
  /** In doubt, and nobody has decided. */
  readonly openCount: number;
}

export function tallyOf(seen: SeenCut): CutTally {
  const all = seen.comparison.sights.map((sight) => isGood(seen, sight));
  const count = (wanted: boolean | null) => all.filter((is) => is === wanted).length;
  return { goodCount: count(true), badCount: count(false), openCount: count(null) };
}

/** What a person looks at: doubtful ones first, then those that the scan refuses, then good ones that she refused; a tap
 *  changes no row's place among the first two. */
export function piecesToLookAt({ comparison, decided }: SeenCut): readonly PieceSight[] {
  const of = (verdict: PieceSight['verdict']) => comparison.sights.filter((s) => s.verdict === verdict);
  return [...of('doubtful'), ...of('rejected'), ...of('accepted').filter((s) => decided.has(s.placement))];
}

/** As an acceptance names it: for each placement that is not named the scan's word counts. */
export function decisionOf({ sha256, decided }: SeenCut): {
  readonly comparison: string;
  readonly rejected: number[];
  readonly accepted: number[];
} {
  const those = (good: boolean) => [...decided].filter(([, is]) => is === good).map(([placement]) => placement);
  return { comparison: sha256, rejected: those(false), accepted: those(true) };
}
