import { SCORE_STEPS, stepOf } from './pixel-metrics.ts';

/** Counts for F1 with a tolerance: a called pixel is right when a true one lies within reach, a true pixel is found when
 *  a called one does. By step of the score, so that every threshold can be read from them. */
export interface TolerantCounts {
  /** Pixels within reach of a true one, and all others. */
  readonly near: Float64Array;
  readonly far: Float64Array;
  /** True pixels by the highest score within reach. */
  readonly truth: Float64Array;
}

export const TOLERANCE_PX = 2;

export function emptyTolerant(): TolerantCounts {
  return {
    near: new Float64Array(SCORE_STEPS),
    far: new Float64Array(SCORE_STEPS),
    truth: new Float64Array(SCORE_STEPS),
  };
}

export function addTolerant(into: TolerantCounts, from: TolerantCounts): void {
  for (let i = 0; i < SCORE_STEPS; i += 1) {
    into.near[i]! += from.near[i]!;
    into.far[i]! += from.far[i]!;
    into.truth[i]! += from.truth[i]!;
  }
}

/** Counts one picture. `isTrue` and `isMaterial` are masks of its pixels. */
export function countTolerant(
  score: Uint16Array,
  isTrue: Uint8Array,
  isMaterial: (i: number) => boolean,
  widthPx: number,
  heightPx: number,
): TolerantCounts {
  const counts = emptyTolerant();
  const near = new Uint8Array(score.length);
  for (let i = 0; i < score.length; i += 1) {
    if (isTrue[i] === 0) continue;
    let most = 0;
    visitWithinReach(i, widthPx, heightPx, (k) => {
      near[k] = 1;
      if (isMaterial(k)) most = Math.max(most, score[k]!);
    });
    counts.truth[stepOf(most)]! += 1;
  }
  for (let i = 0; i < score.length; i += 1)
    if (isMaterial(i)) (near[i] === 1 ? counts.near : counts.far)[stepOf(score[i]!)]! += 1;
  return counts;
}

const DISK: readonly (readonly [number, number])[] = Array.from(
  { length: (2 * TOLERANCE_PX + 1) ** 2 },
  (_, i) =>
    [(i % (2 * TOLERANCE_PX + 1)) - TOLERANCE_PX, Math.floor(i / (2 * TOLERANCE_PX + 1)) - TOLERANCE_PX] as const,
).filter(([x, y]) => x * x + y * y <= TOLERANCE_PX ** 2);

/** Calls `visit` for the pixels of a picture that lie within reach of pixel `i`, itself included. */
export function visitWithinReach(i: number, widthPx: number, heightPx: number, visit: (index: number) => void): void {
  const u = i % widthPx;
  const v = (i - u) / widthPx;
  for (const [dx, dy] of DISK) {
    const x = u + dx;
    const y = v + dy;
    if (x >= 0 && y >= 0 && x < widthPx && y < heightPx) visit(y * widthPx + x);
  }
}

/** Best F1 with tolerance over one threshold. */
export function tolerantF1(counts: TolerantCounts): number {
  const truths = counts.truth.reduce((a, b) => a + b, 0);
  let right = 0;
  let wrong = 0;
  let found = 0;
  let best = 0;
  for (let i = SCORE_STEPS - 1; i >= 0; i -= 1) {
    right += counts.near[i]!;
    wrong += counts.far[i]!;
    found += counts.truth[i]!;
    if (right === 0 || found === 0) continue;
    const precision = right / (right + wrong);
    const recall = found / truths;
    best = Math.max(best, (2 * precision * recall) / (precision + recall));
  }
  return best;
}

/** Pixels that are called defect, and true ones, strictly and with the same tolerance. */
export interface CalledCounts {
  hits: number;
  alarms: number;
  misses: number;
  /** Called ones within reach of a true one, and all others. */
  near: number;
  far: number;
  /** True ones within reach of a called one. */
  reached: number;
}

export function emptyCalled(): CalledCounts {
  return { hits: 0, alarms: 0, misses: 0, near: 0, far: 0, reached: 0 };
}

/** Counts one picture at one threshold. */
export function countCalled(
  isCalled: Uint8Array,
  isTrue: Uint8Array,
  isMaterial: (i: number) => boolean,
  widthPx: number,
  heightPx: number,
): CalledCounts {
  const score = new Uint16Array(isCalled.length);
  for (let i = 0; i < score.length; i += 1) if (isCalled[i] === 1) score[i] = 65535;
  const { near, far, truth } = countTolerant(score, isTrue, isMaterial, widthPx, heightPx);
  const top = SCORE_STEPS - 1;
  const counts = { ...emptyCalled(), near: near[top]!, far: far[top]!, reached: truth[top]! };
  for (let i = 0; i < isCalled.length; i += 1) {
    if (!isMaterial(i)) continue;
    if (isCalled[i] === 1) counts[isTrue[i] === 1 ? 'hits' : 'alarms'] += 1;
    else if (isTrue[i] === 1) counts.misses += 1;
  }
  return counts;
}

export function addCalled(into: CalledCounts, from: CalledCounts): void {
  for (const key of ['hits', 'alarms', 'misses', 'near', 'far', 'reached'] as const) into[key] += from[key];
}

/** F1 of what is called, strict and with tolerance; 0 where nothing true is called. */
export function calledF1({ hits, alarms, misses, near, far, reached }: CalledCounts): {
  strict: number;
  tolerant: number;
} {
  const strict = hits === 0 ? 0 : (2 * hits) / (2 * hits + alarms + misses);
  if (near === 0 || reached === 0) return { strict, tolerant: 0 };
  const precision = near / (near + far);
  const recall = reached / (hits + misses);
  return { strict, tolerant: (2 * precision * recall) / (precision + recall) };
}
