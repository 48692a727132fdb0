import type { Fusion } from './calibrate-fused.ts';
import { appendHead } from './channel-head.ts';
import type { ChannelHead } from './channel-head.ts';
import { softmax } from './class-loss.ts';
import { appendNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import type { GaussianModel } from './gaussian-model.ts';
import { appendNormalityLogit } from './normality-graph.ts';
import type { NormalityModel } from './normality-graph.ts';
import { graphBuilder, intAttribute } from './onnx-graph.ts';

/** A net that names classes, what good material looks like, and a head on the hand-made channels: all say what is a
 *  defect. A part of weight 0 is left out of the graph. */
export interface FusedModel extends Fusion {
  readonly net: DefectNet;
  readonly normality: GaussianModel;
  readonly head: ChannelHead;
}

/** The score itself instead of a logit: its own weight is chosen when all are fused. */
const PLAIN_CURVE = { at: [-8, 14], logit: [-8, 14] };

/** Scale at which labelled pictures' normality is seen; the finer one costs four times as much. */
const REDUCED_BY = 2;

export function plainNormality(gaussian: GaussianModel): NormalityModel {
  return { reducedBy: REDUCED_BY, gaussian, standsOutFrom: null, curve: PLAIN_CURVE };
}

/** Logits of the net, the normality score and the head's logit as output `channels` [N,K+2,H,W], for calibrating. */
export function evidenceGraph({ net, normality, head }: Pick<FusedModel, 'net' | 'normality' | 'head'>): Uint8Array {
  const g = graphBuilder('kerf-evidence');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const parts = [
    appendNet(g, pixels, net),
    appendNormalityLogit(g, pixels, plainNormality(normality)),
    appendHead(g, pixels, head),
  ];
  g.output('channels', g.op('Concat', parts, [intAttribute('axis', 1)]), ['n', net.classCount + 2, 'h', 'w']);
  return g.encode();
}

/** The graph of a pack: `pixels` [N,3,H,W] to `scores` [N,K,H,W] and `doubt` [N,1,H,W]; H and W multiples of 32. */
export function fusedGraph(model: FusedModel): Uint8Array {
  const { net, normality, head, normalityWeight, headWeight, temperature, goodShift } = model;
  const g = graphBuilder('kerf-pack');
  const { classCount } = net;
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const onGood = (v: number) =>
    g.floats(
      Array.from({ length: classCount }, (_, k) => (k === 0 ? v : 0)),
      [1, classCount, 1, 1],
    );
  let logits = g.op('Add', [appendNet(g, pixels, net), onGood(goodShift)]);
  if (normalityWeight > 0) {
    const score = appendNormalityLogit(g, pixels, plainNormality(normality));
    logits = g.op('Sub', [logits, g.op('Mul', [score, onGood(normalityWeight)])]);
  }
  if (headWeight > 0) logits = g.op('Sub', [logits, g.op('Mul', [appendHead(g, pixels, head), onGood(headWeight)])]);
  const { p: scores, entropy } = softmax(g, g.op('Mul', [logits, g.scalar(1 / temperature)]));
  const doubt = g.op('Clip', [g.op('Mul', [entropy, g.scalar(1 / Math.log(classCount))]), g.scalar(0), g.scalar(1)]);
  g.output('scores', scores, ['n', classCount, 'h', 'w']);
  g.output('doubt', doubt, ['n', 1, 'h', 'w']);
  return g.encode();
}
