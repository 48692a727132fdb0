import { fitMonotone } from './monotone-curve.ts';
import type { MonotoneCurve } from './monotone-curve.ts';

/** Counts of scores, by steps of `step` from `from` on. */
export interface ScoreEvidence {
  readonly step: number;
  readonly from: number;
  /** Left-out good pictures. */
  readonly good: Float64Array;
  /** The same beside pasted defects. */
  readonly beside: Float64Array;
  /** Pasted defects on them. */
  readonly pasted: Float64Array;
  /** Largest score of each square of left-out good pictures. */
  readonly blockMost: readonly number[];
}

/** Share of a picture that is defect, for weighing pasted against good pixels: real close-ups have 2 to 5 %, hides
 *  less. */
const DEFECT_SHARE = 0.03;
const KNOTS = 10;

export interface Judgement {
  /** Best F1 on pasted defects at the share above. */
  readonly pastedF1: number;
  /** Score from which on a pixel is called a defect. */
  readonly score: number;
  /** Score to logit of "defect". */
  readonly curve: MonotoneCurve;
}

/** Chooses threshold and curve from what left-out pictures show. The threshold lies a fixed step over what the evenest
 *  tenth of the squares of good material stays below. Good pictures hold marks that nobody noted, and those are what the
 *  largest scores are: a rule by the largest, or by the middle, follows them up, on some real materials until nothing is
 *  found. The evenest squares are the grain itself. Mean share of the best F1 that is kept on five real and on six drawn
 *  materials (least in brackets): this rule .95 (.88) and .90 (.76). Before halos were taken back as they are now, 14
 *  draws of the real ones: the middle of the squares plus .5, at most their 97th percentile, .73 (.20) and .82 (.53);
 *  the 99th percentile of good pixels .88 (.48) and .83 (.67); a fixed score of 1.2 .91 (.68) and .78 (.63). The best
 *  threshold for pasted defects is worse than all: they are clearer than real ones on some materials and fainter on
 *  others. */
export function judgeEvidence(counts: ScoreEvidence): Judgement {
  const goodTotal = sum(counts.good);
  const pastedTotal = sum(counts.pasted);
  const scale = pastedTotal === 0 ? 0 : (DEFECT_SHARE / (1 - DEFECT_SHARE)) * (goodTotal / pastedTotal);
  // Pasted pictures hold more defects than real ones, so they stand for fewer of the good pixels.
  const besideTotal = sum(counts.beside);
  const pastedShare = pastedTotal / Math.max(1, pastedTotal + besideTotal);
  const part = Math.min(1, DEFECT_SHARE / Math.max(1e-9, pastedShare));
  const rest = besideTotal === 0 ? 0 : (part * goodTotal) / besideTotal;
  const good = counts.good.map((v, i) => v * (1 - part) + counts.beside[i]! * rest);
  const defect = counts.pasted.map((v) => v * scale);
  let hits = 0;
  let alarms = 0;
  let best = 0;
  for (let i = good.length - 1; i >= 0; i -= 1) {
    hits += defect[i]!;
    alarms += good[i]!;
    if (hits > 0) best = Math.max(best, (2 * hits) / (pastedTotal * scale + hits + alarms));
  }
  const scores = Array.from(good, (_, i) => counts.from + (i + 0.5) * counts.step);
  const score = thresholdScore(counts.blockMost);
  return { pastedF1: best, score, curve: fitMonotone({ scores, good, defect }, KNOTS) };
}

const EVENEST = 0.1;
/** In scores, which are logarithms of distances. With .4 it keeps .01 less on real and .03 less on drawn leather, with 1
 *  .02 less on real. */
const OVER_EVENEST = 0.8;

/** The threshold by the largest scores of squares of good material. */
export function thresholdScore(blockMost: readonly number[]): number {
  return quantile(blockMost, EVENEST) + OVER_EVENEST;
}

export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  return sorted[low]! + ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!) * (at - low);
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const v of values) total += v;
  return total;
}
