import { fitMonotone, strictlyRising } from './monotone-curve.ts';
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
  /** Largest score of each pasted defect. */
  readonly pastedMost: readonly number[];
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
  /** Score that a patch of such pixels must reach somewhere. */
  readonly sureScore: number;
  /** Score to logit of "defect". */
  readonly curve: MonotoneCurve;
}

/** Chooses thresholds and curve from what left-out pictures show, plain and with defects pasted in (`thresholdScore`,
 *  `sureScore`). */
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
  const score = thresholdScore(counts);
  return {
    pastedF1: best,
    score,
    sureScore: sureScore(counts, score),
    curve: strictlyRising(fitMonotone({ scores, good, defect }, KNOTS), {
      from: scores[0]!,
      to: scores.at(-1)!,
      pivot: score,
    }),
  };
}

type Peaks = Pick<ScoreEvidence, 'blockMost' | 'pastedMost'>;

/** Share of the squares that are taken for bare grain. */
const EVENEST = 0.1;
/** Share of the pasted defects that may stand out less than what the threshold is set by. */
const FAINTEST = 0.25;
/** Where between the two the threshold lies. */
const TOWARDS_PASTED = 0.25;
/** Least step over the grain, for materials on which pasted defects hardly stand out. */
const LEAST_STEP = 0.5;

/** The score from which on a pixel is called a defect: from what the evenest tenth of the squares of good material stays
 *  below, a quarter of the way to what three quarters of the pasted defects reach somewhere.
 *
 *  Good pictures hold marks that nobody noted, and those are what the largest scores are: a rule by the largest, or by the
 *  middle, follows them up, on some real materials until nothing is found. The evenest squares are the grain itself. How
 *  far over the grain the best threshold lies hangs on how strongly defects stand out, as a strong one wears a wide halo:
 *  pasted ones tell that, though they are stronger or fainter than real ones. Which threshold is best for the pasted
 *  pixels themselves tells less (decision 41). */
export function thresholdScore({ blockMost, pastedMost }: Peaks): number {
  const grain = quantile(blockMost, EVENEST);
  return grain + Math.max(LEAST_STEP, TOWARDS_PASTED * (faintest({ pastedMost }) - grain));
}

/** Share of the squares of good material whose largest score does not make a mark sure. */
const UNSURE_SQUARES = 0.75;
/** And no farther from the threshold towards the pasted defects than this. */
const SURE_TOWARDS_PASTED = 0.5;

/** The score that a patch over the threshold must reach somewhere to be a mark: what three quarters of the squares of good
 *  material stay below, but at most half way from the threshold to what three quarters of the pasted defects reach. */
export function sureScore({ blockMost, pastedMost }: Peaks, threshold: number): number {
  const most = threshold + SURE_TOWARDS_PASTED * (faintest({ pastedMost }) - threshold);
  return Math.max(threshold, Math.min(quantile(blockMost, UNSURE_SQUARES), most));
}

function faintest({ pastedMost }: Pick<Peaks, 'pastedMost'>): number {
  return pastedMost.length === 0 ? -Infinity : quantile(pastedMost, FAINTEST);
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
