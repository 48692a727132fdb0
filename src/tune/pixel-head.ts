import { graphBuilder, intAttribute, intsAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** A small net of 1 x 1 convolutions on standardised channels: sizes[0] inputs, hidden layers, classes. */
export interface PixelHead {
  readonly sizes: readonly number[];
  /** Per input channel; the net sees (channel - mean) * scale. */
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  /** One per layer, [out][in] row by row. */
  readonly weights: readonly Float32Array[];
  readonly biases: readonly Float32Array[];
  /** Logits are divided by it. */
  readonly temperature: number;
}

/** Appends the head: channels [N,C0,H,W] to class probabilities [N,K,H,W] and doubt [N,1,H,W], the entropy of the
 *  probabilities over its maximum: 0 sure, 1 every class alike. */
export function appendHead(g: GraphBuilder, channels: Node, head: PixelHead): { scores: Node; doubt: Node } {
  const folded = foldStandardisation(head);
  let x = channels;
  for (let layer = 0; layer < folded.weights.length; layer += 1) {
    const dims = [head.sizes[layer + 1]!, head.sizes[layer]!, 1, 1];
    x = g.op('Conv', [x, g.floats(folded.weights[layer]!, dims), g.floats(folded.biases[layer]!, [dims[0]!])]);
    if (layer < folded.weights.length - 1) x = g.op('Relu', [x]);
  }
  const scores = g.op('Softmax', [x], [intAttribute('axis', 1)]);
  const logs = g.op('Log', [g.op('Max', [scores, g.scalar(1e-9)])]);
  const entropy = g.op('ReduceSum', [g.op('Mul', [scores, logs]), g.integers([1])], [intAttribute('keepdims', 1)]);
  const doubt = g.op('Mul', [entropy, g.scalar(-1 / Math.log(head.sizes.at(-1)!))]);
  return { scores, doubt: g.op('Clip', [doubt, g.scalar(0), g.scalar(1)]) };
}

/** Standardisation goes into the first layer, temperature into the last: two whole-picture operators fewer. */
function foldStandardisation(head: PixelHead): { weights: Float32Array[]; biases: Float32Array[] } {
  const weights = head.weights.map((w) => w.slice());
  const biases = head.biases.map((b) => b.slice());
  const inputs = head.sizes[0]!;
  const first = weights[0]!;
  for (let o = 0; o < head.sizes[1]!; o += 1) {
    let shift = 0;
    for (let i = 0; i < inputs; i += 1) {
      first[o * inputs + i]! *= head.scale[i]!;
      shift += first[o * inputs + i]! * head.mean[i]!;
    }
    biases[0]![o]! -= shift;
  }
  const last = weights.length - 1;
  weights[last] = weights[last]!.map((v) => v / head.temperature);
  biases[last] = biases[last]!.map((v) => v / head.temperature);
  return { weights, biases };
}

/** The training graph of a head: loss and gradients as an ordinary ONNX graph, no autodiff.
 *
 *  Inputs: `x` [1,C0,1,P] standardised channels of P pixels, `y` [1,K,1,P] one-hot, `w` [1,1,1,P] weights that sum to
 *  1, and `w0`, `b0`, `w1`, … the layers. Outputs: `loss` and `g_w0`, `g_b0`, … of
 *  cross entropy + `dice` × (1 - soft Dice of "any defect", class 0 being good), the Dice unweighted over the batch. */
export function headTrainingGraph(sizes: readonly number[], dice: number): Uint8Array {
  const layers = sizes.length - 1;
  const g = graphBuilder('kerf-head-training');
  const x = g.input('x', [1, sizes[0]!, 1, 'pixels']);
  const y = g.input('y', [1, sizes.at(-1)!, 1, 'pixels']);
  const weight = g.input('w', [1, 1, 1, 'pixels']);
  const weights: Node[] = [];
  const inputsOf: Node[] = [];
  const sums: Node[] = [];
  let a = x;
  for (let l = 0; l < layers; l += 1) {
    weights.push(g.input(`w${l}`, [sizes[l + 1]!, sizes[l]!, 1, 1]));
    const b = g.input(`b${l}`, [sizes[l + 1]!]);
    inputsOf.push(a);
    sums.push(g.op('Conv', [a, weights[l]!, b]));
    if (l < layers - 1) a = g.op('Relu', [sums[l]!]);
  }
  const logits = sums.at(-1)!;
  const p = g.op('Softmax', [logits], [intAttribute('axis', 1)]);
  const logP = g.op('LogSoftmax', [logits], [intAttribute('axis', 1)]);
  const total = (v: Node) => g.op('ReduceSum', [v], [intAttribute('keepdims', 0)]);
  const overClasses = (v: Node) => g.op('ReduceSum', [v, g.integers([1])], [intAttribute('keepdims', 1)]);

  const crossEntropy = g.op('Neg', [total(g.op('Mul', [overClasses(g.op('Mul', [y, logP])), weight]))]);
  // d = P(any defect) = 1 - p0, t = 1 - y0; Dice = (2 Σ d t + 1) / (Σ d + Σ t + 1)
  const first = (v: Node) => g.op('Slice', [v, g.integers([0]), g.integers([1]), g.integers([1])]);
  const p0 = first(p);
  const d = g.op('Sub', [g.scalar(1), p0]);
  const t = g.op('Sub', [g.scalar(1), first(y)]);
  const both = g.op('Add', [g.op('Mul', [total(g.op('Mul', [d, t])), g.scalar(2)]), g.scalar(1)]);
  const either = g.op('Add', [g.op('Add', [total(d), total(t)]), g.scalar(1)]);
  const diceLoss = g.op('Mul', [g.op('Sub', [g.scalar(1), g.op('Div', [both, either])]), g.scalar(dice)]);
  g.output('loss', g.op('Add', [crossEntropy, diceLoss]), []);

  // dDice/dd = -(2 t S - I) / S²; dd/dz = -p0 (onehot0 - p)
  const slope = g.op('Mul', [
    g.op('Div', [
      g.op('Sub', [both, g.op('Mul', [g.op('Mul', [t, g.scalar(2)]), either])]),
      g.op('Mul', [either, either]),
    ]),
    g.scalar(dice),
  ]);
  const classes = sizes.at(-1)!;
  const isGood = g.floats(
    Array.from({ length: classes }, (_, k) => (k === 0 ? 1 : 0)),
    [1, classes, 1, 1],
  );
  const fromDice = g.op('Mul', [g.op('Mul', [g.op('Neg', [slope]), p0]), g.op('Sub', [isGood, p])]);
  let dz = g.op('Add', [g.op('Mul', [g.op('Sub', [p, y]), weight]), fromDice]);
  for (let l = layers - 1; l >= 0; l -= 1) {
    // as matrices: dW = dz · aᵀ with dz [out, P], a [in, P]
    const flat = (v: Node, rows: number) => g.op('Reshape', [v, g.integers([rows, -1])]);
    const dzFlat = flat(dz, sizes[l + 1]!);
    const aT = g.op('Transpose', [flat(inputsOf[l]!, sizes[l]!)], [intsAttribute('perm', 1, 0)]);
    const dW = g.op('Reshape', [g.op('MatMul', [dzFlat, aT]), g.integers([sizes[l + 1]!, sizes[l]!, 1, 1])]);
    g.output(`g_w${l}`, dW, [sizes[l + 1]!, sizes[l]!, 1, 1]);
    g.output(`g_b${l}`, g.op('ReduceSum', [dzFlat, g.integers([1])], [intAttribute('keepdims', 0)]), [sizes[l + 1]!]);
    if (l === 0) break;
    const wT = g.op('Transpose', [weights[l]!], [intsAttribute('perm', 1, 0, 2, 3)]);
    const back = g.op('Conv', [dz, wT]);
    const open = g.op('Cast', [g.op('Greater', [sums[l - 1]!, g.scalar(0)])], [intAttribute('to', 1)]);
    dz = g.op('Mul', [back, open]);
  }
  return g.encode();
}
