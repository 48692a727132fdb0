import type { CutComparison, CutDecision, CutPieces, PieceSight } from '#domain/cut-comparison.ts';
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
  /** What the station keeps of people's words, from whatever window, by placement. */
  readonly kept: ReadonlyMap<number, CutDecision>;
  /** This window's words that the station has not answered yet, by placement: the latest, and how many. */
  readonly sent: ReadonlyMap<number, { readonly isGood: boolean; readonly count: number }>;
  /** Whether the station may know of a later scan, or of words that this window missed. */
  readonly isStale: boolean;
}

/** As the station answers. */
interface Seen {
  readonly sha256: string;
  readonly comparison: CutComparison;
  readonly decisions: readonly CutDecision[];
}

/** @param before what the window showed: of the same scan, its words on the way stay */
export function seenOf({ sha256, comparison, decisions }: Seen, before: SeenCut | null = null): SeenCut {
  const kept = new Map(decisions.map((decision) => [decision.placement, decision]));
  const sent = before?.sha256 === sha256 ? before.sent : new Map();
  return { stage: 'seen', sha256, comparison, kept, sent, isStale: false };
}

/** The comparison that a person goes through; null: she does not. */
export function seenCut({ cutScan }: Pick<PageState, 'cutScan'>): SeenCut | null {
  return cutScan?.stage === 'seen' ? cutScan : null;
}

/** Whether a piece counts as good; null: the scan is in doubt, and nobody has decided. */
export function isGood(seen: SeenCut, { placement, verdict }: PieceSight): boolean | null {
  return wordOn(seen, placement) ?? (verdict === 'doubtful' ? null : verdict === 'accepted');
}

/** What somebody has said of a piece. */
function wordOn({ kept, sent }: SeenCut, placement: number): boolean | undefined {
  return sent.get(placement)?.isGood ?? kept.get(placement)?.isGood;
}

/** What a tap on a piece says: one in doubt becomes good, a good one not good, and one that is not good becomes good.
 *  Null: the scan has not looked at it. */
export function wordOfTap(seen: SeenCut, placement: number): boolean | null {
  const sight = seen.comparison.sights.find((s) => s.placement === placement);
  return sight ? isGood(seen, sight) !== true : null;
}

/** With a word on its way to the station, which counts until it is answered. */
export function withWord(seen: SeenCut, placement: number, good: boolean): SeenCut {
  const count = (seen.sent.get(placement)?.count ?? 0) + 1;
  return { ...seen, sent: new Map(seen.sent).set(placement, { isGood: good, count }) };
}

/** After the station's answer to a word; it may have been refused or lost. */
export function withAnswer(seen: SeenCut, placement: number): SeenCut {
  const sent = new Map(seen.sent);
  const { isGood: good, count } = sent.get(placement) ?? { isGood: false, count: 1 };
  if (count > 1) sent.set(placement, { isGood: good, count: count - 1 });
  else sent.delete(placement);
  return { ...seen, sent };
}

/** With what the station keeps of a piece now. Answers and events may overtake each other: an earlier word changes
 *  nothing. */
export function withKept(seen: SeenCut, decision: CutDecision): SeenCut {
  const known = seen.kept.get(decision.placement);
  if (known && known.at > decision.at) return seen;
  return { ...seen, kept: new Map(seen.kept).set(decision.placement, decision) };
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
export function piecesToLookAt(seen: SeenCut): readonly PieceSight[] {
  const of = (verdict: PieceSight['verdict']) => seen.comparison.sights.filter((s) => s.verdict === verdict);
  return [...of('doubtful'), ...of('rejected'), ...of('accepted').filter((s) => isGood(seen, s) === false)];
}

/** As an acceptance names it: for each placement that is not named the scan's word counts. */
export function decisionOf(seen: SeenCut): {
  readonly comparison: string;
  readonly rejected: number[];
  readonly accepted: number[];
} {
  const those = (good: boolean) =>
    seen.comparison.sights
      .filter((s) => wordOn(seen, s.placement) === good && s.verdict !== (good ? 'accepted' : 'rejected'))
      .map(({ placement }) => placement);
  return { comparison: seen.sha256, rejected: those(false), accepted: those(true) };
}
