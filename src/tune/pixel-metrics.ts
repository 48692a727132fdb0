/** Scores are counted in this many steps of probability. */
export const SCORE_STEPS = 1024;

/** How often each score was given, by truth; the whole of a picture or of many. */
export interface ScoreCounts {
  readonly defect: Float64Array;
  readonly good: Float64Array;
}

export function emptyCounts(): ScoreCounts {
  return { defect: new Float64Array(SCORE_STEPS), good: new Float64Array(SCORE_STEPS) };
}

export function addCounts(into: ScoreCounts, from: ScoreCounts): void {
  for (let i = 0; i < SCORE_STEPS; i += 1) {
    into.defect[i]! += from.defect[i]!;
    into.good[i]! += from.good[i]!;
  }
}

/** Step of a score given in 65535ths. */
export function stepOf(score65535: number): number {
  return score65535 >> 6;
}

export interface PixelMetrics {
  /** Best F1 over one threshold for all pixels, and that threshold. */
  readonly pixelF1: number;
  readonly bestThreshold: number;
  /** Area under precision over recall, as average precision. */
  readonly ap: number;
  readonly auroc: number;
}

/** Pixel metrics from counts. All 0 where there is no defect pixel. */
export function pixelMetrics(counts: ScoreCounts): PixelMetrics {
  const positives = sum(counts.defect);
  const negatives = sum(counts.good);
  let hits = 0;
  let alarms = 0;
  let pixelF1 = 0;
  let bestThreshold = 1;
  let ap = 0;
  let auroc = 0;
  if (positives === 0) return { pixelF1, bestThreshold, ap, auroc };
  for (let i = SCORE_STEPS - 1; i >= 0; i -= 1) {
    const newHits = counts.defect[i]!;
    const newAlarms = counts.good[i]!;
    auroc += newAlarms * (hits + newHits / 2);
    hits += newHits;
    alarms += newAlarms;
    if (hits + alarms > 0) ap += (newHits / positives) * (hits / (hits + alarms));
    const f1 = (2 * hits) / (positives + hits + alarms);
    if (f1 > pixelF1) {
      pixelF1 = f1;
      bestThreshold = i / SCORE_STEPS;
    }
  }
  return { pixelF1, bestThreshold, ap, auroc: negatives === 0 ? 1 : auroc / (positives * negatives) };
}

/** F1 with the threshold at each step. All 0 where there is no defect pixel. */
export function f1Curve(counts: ScoreCounts): Float64Array {
  const positives = sum(counts.defect);
  const curve = new Float64Array(SCORE_STEPS);
  let hits = 0;
  let called = 0;
  for (let i = SCORE_STEPS - 1; i >= 0; i -= 1) {
    hits += counts.defect[i]!;
    called += counts.defect[i]! + counts.good[i]!;
    curve[i] = hits === 0 ? 0 : (2 * hits) / (positives + called);
  }
  return curve;
}

/** Below this a pixel is stated to be good: most of a picture, which is right for free. */
export const STATED_FROM = 0.05;

/** Expected calibration error of P(defect) over 15 equal bins, by pixels with at least the probability `least`. */
export function calibrationError(counts: ScoreCounts, least = 0): number {
  const bins = 15;
  const first = Math.ceil(least * SCORE_STEPS);
  let error = 0;
  let total = 0;
  for (let b = 0; b < bins; b += 1) {
    let defect = 0;
    let stated = 0;
    const from = Math.max(first, Math.floor((b * SCORE_STEPS) / bins));
    for (let i = from; i < Math.floor(((b + 1) * SCORE_STEPS) / bins); i += 1) {
      const n = counts.defect[i]! + counts.good[i]!;
      total += n;
      defect += counts.defect[i]!;
      stated += (n * (i + 0.5)) / SCORE_STEPS;
    }
    error += Math.abs(defect - stated);
  }
  return total === 0 ? 0 : error / total;
}

/** Share of the pixels with at least the probability `least`. */
export function shareFrom(counts: ScoreCounts, least: number): number {
  const all = sum(counts.defect) + sum(counts.good);
  const first = Math.ceil(least * SCORE_STEPS);
  return all === 0 ? 0 : (sum(counts.defect.subarray(first)) + sum(counts.good.subarray(first))) / all;
}

/** Area under the mean overlap of defect objects against the share of good pixels called defect, up to `limit` of the
 *  latter, over `limit`. @see Bergmann et al. 2020, MVTec AD */
export function auPro(objects: readonly Float64Array[], good: Float64Array, limit = 0.3): number {
  const negatives = sum(good);
  if (objects.length === 0 || negatives === 0) return 0;
  const sizes = objects.map(sum);
  let alarms = 0;
  let overlap = 0;
  let area = 0;
  for (let i = SCORE_STEPS - 1; i >= 0; i -= 1) {
    const before = alarms / negatives;
    const overlapBefore = overlap;
    for (let k = 0; k < objects.length; k += 1) overlap += objects[k]![i]! / sizes[k]! / objects.length;
    alarms += good[i]!;
    const after = alarms / negatives;
    if (after <= limit) {
      area += ((after - before) * (overlap + overlapBefore)) / 2;
      continue;
    }
    const share = (limit - before) / (after - before);
    const overlapThere = overlapBefore + share * (overlap - overlapBefore);
    area += ((limit - before) * (overlapThere + overlapBefore)) / 2;
    break;
  }
  return area / limit;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const v of values) total += v;
  return total;
}
