import { appendNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import type { GaussianModel } from './gaussian-model.ts';
import { appendNormalityLogit } from './normality-graph.ts';
import type { NormalityModel } from './normality-graph.ts';
import { graphBuilder, intAttribute, intsAttribute } from './onnx-graph.ts';

/** A net that names classes, and what good material looks like; both say what is a defect. */
export interface FusedModel {
  readonly net: DefectNet;
  /** Null: the held-back pictures were no better told with it. */
  readonly normality: GaussianModel | null;
  /** What a point of the normality score takes from the logit of "good". */
  readonly weight: number;
  readonly temperature: number;
  readonly goodShift: number;
}

/** The score itself instead of a logit: its own weight is chosen when both are fused. */
const PLAIN_CURVE = { at: [-8, 14], logit: [-8, 14] };

/** Scale at which labelled pictures' normality is seen; the finer one costs four times as much. */
const REDUCED_BY = 2;

export function plainNormality(gaussian: GaussianModel): NormalityModel {
  return { reducedBy: REDUCED_BY, gaussian, standsOutFrom: null, curve: PLAIN_CURVE };
}

/** Logits of the net and the normality score as output `channels` [N,K+1,H,W], for calibrating. */
export function evidenceGraph(net: DefectNet, gaussian: GaussianModel): Uint8Array {
  const g = graphBuilder('kerf-evidence');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const parts = [appendNet(g, pixels, net), appendNormalityLogit(g, pixels, plainNormality(gaussian))];
  g.output('channels', g.op('Concat', parts, [intAttribute('axis', 1)]), ['n', net.classCount + 1, 'h', 'w']);
  return g.encode();
}

/** The graph of a pack: `pixels` [N,3,H,W] to `scores` [N,K,H,W] and `doubt` [N,1,H,W]; H and W multiples of 32. */
export function fusedGraph({ net, normality, weight, temperature, goodShift }: FusedModel): Uint8Array {
  const g = graphBuilder('kerf-pack');
  const { classCount } = net;
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const onGood = (v: number) =>
    g.floats(
      Array.from({ length: classCount }, (_, k) => (k === 0 ? v : 0)),
      [1, classCount, 1, 1],
    );
  let logits = g.op('Add', [appendNet(g, pixels, net), onGood(goodShift)]);
  if (normality !== null) {
    const score = appendNormalityLogit(g, pixels, plainNormality(normality));
    logits = g.op('Sub', [logits, g.op('Mul', [score, onGood(weight)])]);
  }
  const cooled = g.op('Mul', [logits, g.scalar(1 / temperature)]);
  const most = g.op('ReduceMax', [cooled], [intsAttribute('axes', 1), intAttribute('keepdims', 1)]);
  const below = g.op('Sub', [cooled, most]);
  const powers = g.op('Exp', [below]);
  const overClasses = (x: string) => g.op('ReduceSum', [x, g.integers([1])], [intAttribute('keepdims', 1)]);
  const sum = overClasses(powers);
  const scores = g.op('Div', [powers, sum]);
  const entropy = g.op('Sub', [g.op('Log', [sum]), overClasses(g.op('Mul', [scores, below]))]);
  const doubt = g.op('Clip', [g.op('Mul', [entropy, g.scalar(1 / Math.log(classCount))]), g.scalar(0), g.scalar(1)]);
  g.output('scores', scores, ['n', classCount, 'h', 'w']);
  g.output('doubt', doubt, ['n', 1, 'h', 'w']);
  return g.encode();
}
