import { intAttribute, intsAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** Softmax over the classes [N,K,H,W] from plain operators: the runtime's own turns the picture over for it and takes three
 *  times as long. `entropy` [N,1,H,W] in nats. */
export function softmax(g: GraphBuilder, logits: Node): { p: Node; logP: Node; entropy: Node } {
  const overClasses = (x: Node) => g.op('ReduceSum', [x, g.integers([1])], [intAttribute('keepdims', 1)]);
  const most = g.op('ReduceMax', [logits], [intsAttribute('axes', 1), intAttribute('keepdims', 1)]);
  const below = g.op('Sub', [logits, most]);
  const powers = g.op('Exp', [below]);
  const sum = overClasses(powers);
  const p = g.op('Div', [powers, sum]);
  const logSum = g.op('Log', [sum]);
  return {
    p,
    logP: g.op('Sub', [below, logSum]),
    entropy: g.op('Sub', [logSum, overClasses(g.op('Mul', [p, below]))]),
  };
}

export interface ClassTruth {
  /** [N,K,H,W] one-hot, class 0 being good. */
  readonly y: Node;
  /** [N,1,H,W] weights of the pixels that sum to 1; 0 where there is no material. */
  readonly weight: Node;
  readonly classCount: number;
  /** What 1 - soft Dice of "any defect" counts beside the cross entropy. */
  readonly dice: number;
}

/** Cross entropy + `dice` × (1 - soft Dice of "any defect") of logits [N,K,H,W], and its gradient by them. */
export function classLoss(
  g: GraphBuilder,
  logits: Node,
  { y, weight, classCount, dice }: ClassTruth,
): { loss: Node; slope: Node } {
  const { p, logP } = softmax(g, logits);
  const total = (v: Node) => g.op('ReduceSum', [v], [intAttribute('keepdims', 0)]);
  const overClasses = (v: Node) => g.op('ReduceSum', [v, g.integers([1])], [intAttribute('keepdims', 1)]);
  const crossEntropy = g.op('Neg', [total(g.op('Mul', [overClasses(g.op('Mul', [y, logP])), weight]))]);
  // d = P(any defect), t = truth, both 0 off the material; Dice = (2 Σ d t + 1) / (Σ d + Σ t + 1).
  const first = (v: Node) => g.op('Slice', [v, g.integers([0]), g.integers([1]), g.integers([1])]);
  const material = g.op('Cast', [g.op('Greater', [weight, g.scalar(0)])], [intAttribute('to', 1)]);
  const p0 = first(p);
  const d = g.op('Mul', [g.op('Sub', [g.scalar(1), p0]), material]);
  const t = g.op('Mul', [g.op('Sub', [g.scalar(1), first(y)]), material]);
  const both = g.op('Add', [g.op('Mul', [total(g.op('Mul', [d, t])), g.scalar(2)]), g.scalar(1)]);
  const either = g.op('Add', [g.op('Add', [total(d), total(t)]), g.scalar(1)]);
  const diceLoss = g.op('Mul', [g.op('Sub', [g.scalar(1), g.op('Div', [both, either])]), g.scalar(dice)]);
  const loss = g.op('Add', [crossEntropy, diceLoss]);
  // dDice/dd = -(2 t S - I) / S²; dd/dz = -p0 (onehot0 - p)
  const steep = g.op('Mul', [
    g.op('Div', [
      g.op('Sub', [both, g.op('Mul', [g.op('Mul', [t, g.scalar(2)]), either])]),
      g.op('Mul', [either, either]),
    ]),
    g.op('Mul', [material, g.scalar(dice)]),
  ]);
  const isGood = g.floats(
    Array.from({ length: classCount }, (_, k) => (k === 0 ? 1 : 0)),
    [1, classCount, 1, 1],
  );
  const fromDice = g.op('Mul', [g.op('Mul', [g.op('Neg', [steep]), p0]), g.op('Sub', [isGood, p])]);
  return { loss, slope: g.op('Add', [g.op('Mul', [g.op('Sub', [p, y]), weight]), fromDice]) };
}
