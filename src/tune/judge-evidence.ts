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

/** Chooses threshold and curve from what left-out pictures show. The threshold lets a false patch into one square of
 *  good material in 33, unless the squares' tail is heavier than good material has: then the pictures hold marks that
 *  nobody noted, and the middle of the squares counts. The best threshold for pasted defects was tried and is worse: they
 *  are clearer than real ones on some materials and fainter on others. So was the 99th percentile of good pixels: on 13
 *  draws of real pictures with unnoted marks it keeps .85 of the best F1 (this rule .61), on clean drawn leather .49
 *  (this rule .99), and nothing seen so far tells the two apart surely. */
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
  const score = Math.min(
    quantile(counts.blockMost, 1 - BLOCK_SHARE),
    MOST_OVER_MIDDLE + quantile(counts.blockMost, 0.5),
  );
  return { pastedF1: best, score, curve: fitMonotone({ scores, good, defect }, KNOTS) };
}

/** One square in so many may hold a false patch. */
const BLOCK_SHARE = 0.03;
/** In scores, which are logarithms: squares of clean drawn leather lie 1 to 1.5 over their middle at that share, those of
 *  real pictures with unnoted marks 4 and more. On three real materials this keeps nine tenths of the best F1. */
const MOST_OVER_MIDDLE = 0.5;

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
