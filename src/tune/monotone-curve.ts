import type { GraphBuilder, Node } from './onnx-graph.ts';

/** A rising curve from a score to a logit, straight between its knots and flat beyond them. */
export interface MonotoneCurve {
  readonly at: readonly number[];
  readonly logit: readonly number[];
}

/** How often a score was given: `scores` rising, with the weight of good and of defect pixels at each. */
export interface ScoreTable {
  readonly scores: readonly number[];
  readonly good: ArrayLike<number>;
  readonly defect: ArrayLike<number>;
}

const MOST_LOGIT = 9;

/** Fits P(defect | score) as the rising function of least squares (pool adjacent violators), then keeps `knots` of its
 *  steps at their middles. @see Zadrozny and Elkan 2002, isotonic calibration */
export function fitMonotone(table: ScoreTable, knots: number): MonotoneCurve {
  const blocks: { weight: number; defect: number; middle: number }[] = [];
  for (let i = 0; i < table.scores.length; i += 1) {
    const weight = table.good[i]! + table.defect[i]!;
    if (weight === 0) continue;
    blocks.push({ weight, defect: table.defect[i]!, middle: weight * table.scores[i]! });
    while (blocks.length > 1) {
      const last = blocks.at(-1)!;
      const before = blocks.at(-2)!;
      if (before.defect / before.weight < last.defect / last.weight) break;
      blocks.splice(-2, 2, {
        weight: before.weight + last.weight,
        defect: before.defect + last.defect,
        middle: before.middle + last.middle,
      });
    }
  }
  const points = blocks.map((b) => ({ at: b.middle / b.weight, logit: logitOf(b.defect / b.weight) }));
  const kept = thin(points, knots);
  return { at: kept.map((p) => p.at), logit: kept.map((p) => p.logit) };
}

/** Between these logits a curve bends; scores beyond still differ, by `LEAST_SLOPE` a unit. Evaluation reads chances in
 *  1024ths, marks in 255ths: a curve that is flat, or certain, early on would rank all strong marks alike. */
const BENDS: readonly [number, number] = [-5, 4];
const LEAST_SLOPE = 0.2;

/** The curve made strictly rising over `from` to `to`, about the same at `pivot`: what fits only what was pasted is flat
 *  where nothing was, and another set's best threshold may lie there. */
export function strictlyRising(
  { at, logit }: MonotoneCurve,
  { from, to, pivot }: { readonly from: number; readonly to: number; readonly pivot: number },
): MonotoneCurve {
  if (at.length === 0) return { at, logit };
  const held = logit.map((v) => Math.min(BENDS[1], Math.max(BENDS[0], v)));
  const inner = at.map((score, i) => ({ score, held: held[i]! }));
  const knots = [
    ...(from < at[0]! ? [{ score: from, held: held[0]! }] : []),
    ...inner,
    ...(to > at.at(-1)! ? [{ score: to, held: held.at(-1)! }] : []),
  ];
  return { at: knots.map((k) => k.score), logit: knots.map((k) => k.held + LEAST_SLOPE * (k.score - pivot)) };
}

export function logitOf(p: number): number {
  return Math.min(MOST_LOGIT, Math.max(-MOST_LOGIT, Math.log(Math.max(1e-9, p) / Math.max(1e-9, 1 - p))));
}

export function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Drops, one by one, the knot that the straight line between its neighbours misses least. */
function thin(points: readonly { at: number; logit: number }[], count: number): { at: number; logit: number }[] {
  const kept = [...points];
  while (kept.length > Math.max(2, count)) {
    let least = 1;
    let smallest = Infinity;
    for (let i = 1; i + 1 < kept.length; i += 1) {
      const [a, b, c] = [kept[i - 1]!, kept[i]!, kept[i + 1]!];
      const line = a.logit + ((c.logit - a.logit) * (b.at - a.at)) / Math.max(1e-9, c.at - a.at);
      const miss = Math.abs(b.logit - line) * (c.at - a.at);
      if (miss < smallest) {
        smallest = miss;
        least = i;
      }
    }
    kept.splice(least, 1);
  }
  return kept;
}

export function curveLogit(curve: MonotoneCurve, score: number): number {
  const { at, logit } = curve;
  if (at.length === 0) return 0;
  if (score <= at[0]!) return logit[0]!;
  for (let i = 1; i < at.length; i += 1)
    if (score <= at[i]!)
      return logit[i - 1]! + ((logit[i]! - logit[i - 1]!) * (score - at[i - 1]!)) / (at[i]! - at[i - 1]!);
  return logit.at(-1)!;
}

/** The curve as a hidden layer of ramps: [N,1,H,W] scores to [N,1,H,W] logits. */
export function appendCurve(g: GraphBuilder, score: Node, curve: MonotoneCurve): Node {
  const { at, logit } = curve;
  if (at.length < 2) return g.op('Add', [g.op('Mul', [score, g.scalar(0)]), g.scalar(logit[0] ?? 0)]);
  const slopes = at.map((a, i) => (i + 1 < at.length ? (logit[i + 1]! - logit[i]!) / (at[i + 1]! - a) : 0));
  const turns = slopes.map((s, i) => s - (slopes[i - 1] ?? 0));
  const ones = at.map(() => 1);
  const shifted = g.op('Conv', [
    score,
    g.floats(ones, [at.length, 1, 1, 1]),
    g.floats(
      at.map((a) => -a),
      [at.length],
    ),
  ]);
  return g.op('Conv', [g.op('Relu', [shifted]), g.floats(turns, [1, at.length, 1, 1]), g.floats([logit[0]!], [1])]);
}
