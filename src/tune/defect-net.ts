import type { Random } from '#domain/ports.ts';
import { classLoss, softmax } from './class-loss.ts';
import { intAttribute, intsAttribute, textAttribute } from './onnx-graph.ts';
import { graphBuilder } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';
import { graphTape, meanOf2 } from './graph-tape.ts';
import type { ConvSpec, GraphTape, Traced } from './graph-tape.ts';

/** A small U-Net that sees each picture against itself: half the picture's size on its first level, half of that on each
 *  further one. */
export interface DefectNet {
  /** Channels of the levels. */
  readonly levels: readonly number[];
  readonly classCount: number;
  /** By the names of `netShapes`. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** Logits are divided by it, after the shifts. */
  readonly temperature: number;
  /** Added to the logit of "good": training shows defects more often than they come. */
  readonly goodShift: number;
  /** Whether a pack's graph asks the net about the picture at half its size as well. */
  readonly seesTwice: boolean;
}

/** Channels of `againstItself`. */
const VIEW_CHANNELS = 5;
const STEM: ConvSpec = { kernelPx: 4, stride: 2, padPx: 1 };
const SQUARE: ConvSpec = { kernelPx: 3, stride: 1, padPx: 1 };
const POINT: ConvSpec = { kernelPx: 1, stride: 1, padPx: 0 };

/** Sides of the input are multiples of this for three halvings after the first. */
export const NET_STRIDE_PX = 32;

/** Shapes of the weights [out,in,k,k] in order; each has a bias `NAME.b` [out] after it. */
export function netShapes(levels: readonly number[], classCount: number): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const layer = (name: string, outputs: number, inputs: number, k: number) => {
    shapes.set(name, [outputs, inputs, k, k]);
    shapes.set(`${name}.b`, [outputs]);
  };
  layer('stem', levels[0]!, VIEW_CHANNELS, STEM.kernelPx);
  layer('down0', levels[0]!, levels[0]!, 3);
  for (let i = 1; i < levels.length; i += 1) {
    layer(`down${i}a`, levels[i]!, levels[i - 1]!, 3);
    layer(`down${i}b`, levels[i]!, levels[i]!, 3);
  }
  for (let i = levels.length - 2; i >= 0; i -= 1) {
    layer(`up${i}a`, levels[i]!, levels[i]! + levels[i + 1]!, 3);
    layer(`up${i}b`, levels[i]!, levels[i]!, 3);
  }
  layer('classes', classCount, levels[0]!, 1);
  return shapes;
}

/** He's start, the last layer small: every class alike at first. */
export function startNet(levels: readonly number[], classCount: number, random: Random): DefectNet {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const weights = new Map<string, Float32Array>();
  for (const [name, dims] of netShapes(levels, classCount)) {
    const size = dims.reduce((a, b) => a * b, 1);
    const fanIn = size / dims[0]!;
    const spread = dims.length === 1 ? 0 : name === 'classes' ? 0.05 : Math.sqrt(2 / fanIn);
    weights.set(
      name,
      Float32Array.from({ length: size }, () => (spread === 0 ? 0 : normal() * spread)),
    );
  }
  return { levels, classCount, weights, temperature: 1, goodShift: 0, seesTwice: false };
}

/** Logits [N,K,H/2,W/2] of `pixels` [N,3,H,W], sRGB in [0,1]. `weightOf` names the node of a weight. */
function halfLogits(
  g: GraphBuilder,
  tape: GraphTape,
  pixels: Node,
  shape: Pick<DefectNet, 'levels' | 'classCount'>,
  weightOf: (name: string) => Node,
): Traced {
  const { levels, classCount } = shape;
  const conv = (x: Traced, name: string, outputs: number, spec: ConvSpec) =>
    tape.conv(x, weightOf(name), weightOf(`${name}.b`), outputs, spec);
  const active = (x: Traced, name: string, outputs: number, spec = SQUARE) => tape.relu(conv(x, name, outputs, spec));
  let x = active(tape.constant(againstItself(g, pixels), VIEW_CHANNELS), 'stem', levels[0]!, STEM);
  x = active(x, 'down0', levels[0]!);
  const kept = [x];
  for (let i = 1; i < levels.length; i += 1) {
    x = active(tape.halve(x), `down${i}a`, levels[i]!);
    x = active(x, `down${i}b`, levels[i]!);
    kept.push(x);
  }
  for (let i = levels.length - 2; i >= 0; i -= 1) {
    x = active(tape.join(kept[i]!, tape.double(x)), `up${i}a`, levels[i]!);
    x = active(x, `up${i}b`, levels[i]!);
  }
  return conv(x, 'classes', classCount, POINT);
}

/** Logits [N,K,H,W] of `pixels` [N,3,H,W]: the mean of what the net says of the picture and of the picture at half its
 *  size. What is wide or faint it sees better in the small one, and grain fools it less where two scales must agree. */
function scaledLogits(g: GraphBuilder, pixels: Node, net: DefectNet): Node {
  const shapes = netShapes(net.levels, net.classCount);
  const nodes = new Map<string, Node>();
  for (const [name, dims] of shapes) nodes.set(name, g.floats(net.weights.get(name)!, dims));
  const tape = graphTape(g);
  const look = (seen: Node) => halfLogits(g, tape, seen, net, (name) => nodes.get(name)!);
  const own = look(pixels);
  if (!net.seesTwice) return tape.doubleSmoothly(own).node;
  const small = look(filledUp(g, meanOf2(g, pixels)));
  const doubled = cutTo(g, tape.doubleSmoothly(small).node, own.node);
  return tape.doubleSmoothly({ ...own, node: g.op('Mul', [g.op('Add', [own.node, doubled]), g.scalar(0.5)]) }).node;
}

/** Sides filled up to multiples of the net's stride by what stands at the right and bottom rim. */
function filledUp(g: GraphBuilder, x: Node): Node {
  const sides = g.op('Slice', [g.op('Shape', [x]), g.integers([2]), g.integers([4])]);
  const more = g.op('Mod', [g.op('Neg', [sides]), g.integers([NET_STRIDE_PX])]);
  return g.op(
    'Pad',
    [x, g.op('Concat', [g.integers([0, 0, 0, 0, 0, 0]), more], [intAttribute('axis', 0)])],
    [textAttribute('mode', 'edge')],
  );
}

/** The part of `x` that is as high and wide as `like`. */
function cutTo(g: GraphBuilder, x: Node, like: Node): Node {
  const sides = g.op('Slice', [g.op('Shape', [like]), g.integers([2]), g.integers([4])]);
  return g.op('Slice', [x, g.integers([0, 0]), sides, g.integers([2, 3])]);
}

/** What the net sees of a picture: lightness and two opponent colours of gamma-coded sRGB minus their wide mean, over
 *  their wide mean deviation, so that unknown grain and colour are their own measure; the difference in lightness as it
 *  is; and the deviation's logarithm. Wide is a Gaussian of 24 px. [N,5,H,W], each about -4 to 4. */
export function againstItself(g: GraphBuilder, pixels: Node): Node {
  // Lightness about 0 to 100 as L of CIELAB, colours about as far apart as its a and b.
  const mix = [29.9, 58.7, 11.4, 60, -60, 0, 30, 30, -60];
  const tones = g.op('Conv', [pixels, g.floats(mix, [3, 3, 1, 1])]);
  const difference = g.op('Sub', [tones, wideMean(g, tones)]);
  const deviation = wideMean(g, g.op('Abs', [difference]));
  const least = g.floats([0.4, 1, 1], [1, 3, 1, 1]);
  const relative = g.op('Div', [difference, g.op('Add', [deviation, least])]);
  const held = g.op('Mul', [g.op('Clip', [relative, g.scalar(-8), g.scalar(8)]), g.scalar(0.5)]);
  const first = (x: Node) => g.op('Slice', [x, g.integers([0]), g.integers([1]), g.integers([1])]);
  const plain = g.op('Clip', [g.op('Mul', [first(difference), g.scalar(1 / 6)]), g.scalar(-5), g.scalar(5)]);
  const busy = g.op('Log', [g.op('Add', [first(deviation), g.scalar(0.2)])]);
  return g.op('Concat', [held, plain, busy], [intAttribute('axis', 1)]);
}

const WIDE_POOL_PX = 8;
const WIDE_SIGMA = 3;

/** Mean over a Gaussian of 24 px, by way of a picture an eighth the size; borders repeat. */
function wideMean(g: GraphBuilder, x: Node): Node {
  const small = g.op(
    'AveragePool',
    [x],
    [intsAttribute('kernel_shape', WIDE_POOL_PX, WIDE_POOL_PX), intsAttribute('strides', WIDE_POOL_PX, WIDE_POOL_PX)],
  );
  const r = Math.ceil(2.5 * WIDE_SIGMA);
  const raw = Array.from({ length: 2 * r + 1 }, (_, i) => Math.exp(-((i - r) ** 2) / (2 * WIDE_SIGMA ** 2)));
  const total = raw.reduce((a, b) => a + b, 0);
  const kernel = [0, 1, 2].flatMap(() => raw.map((v) => v / total));
  const padded = g.op('Pad', [small, g.integers([0, 0, r, r, 0, 0, r, r])], [textAttribute('mode', 'edge')]);
  const group = [intAttribute('group', 3)];
  const across = g.op('Conv', [padded, g.floats(kernel, [3, 1, 1, 2 * r + 1])], group);
  const both = g.op('Conv', [across, g.floats(kernel, [3, 1, 2 * r + 1, 1])], group);
  return g.op(
    'Resize',
    [both, '', g.floats([1, 1, WIDE_POOL_PX, WIDE_POOL_PX], [4])],
    [textAttribute('mode', 'linear')],
  );
}

/** Appends a trained net: its logits [N,K,H,W] before shift and temperature. */
export function appendNet(g: GraphBuilder, pixels: Node, net: DefectNet): Node {
  return scaledLogits(g, pixels, net);
}

/** The graph of a pack: `pixels` [N,3,H,W] to `scores` [N,K,H,W] and `doubt` [N,1,H,W], the entropy of the scores over its
 *  greatest. `withLogits` adds them, before shift and temperature, as output `channels`. H, W multiples of 32. */
export function netPackGraph(
  net: DefectNet,
  { withLogits = false }: { readonly withLogits?: boolean } = {},
): Uint8Array {
  const g = graphBuilder('kerf-pack');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const logits = scaledLogits(g, pixels, net);
  const shift = Array.from({ length: net.classCount }, (_, k) => (k === 0 ? net.goodShift : 0));
  const shifted = g.op('Add', [logits, g.floats(shift, [1, net.classCount, 1, 1])]);
  const { p: scores, entropy } = softmax(g, g.op('Mul', [shifted, g.scalar(1 / net.temperature)]));
  const doubt = g.op('Mul', [entropy, g.scalar(1 / Math.log(net.classCount))]);
  g.output('scores', scores, ['n', net.classCount, 'h', 'w']);
  g.output('doubt', g.op('Clip', [doubt, g.scalar(0), g.scalar(1)]), ['n', 1, 'h', 'w']);
  if (withLogits) g.output('channels', logits, ['n', net.classCount, 'h', 'w']);
  return g.encode();
}

/** The training graph: `pixels` [N,3,S,S], `y` [N,K,S,S] one-hot, `w` [N,1,S,S] weights of the pixels that sum to 1 (0 where
 *  there is no material), and each weight under its name. Outputs `loss` and the gradients `g:NAME` of
 *  cross entropy + `dice` × (1 - soft Dice of "any defect"), class 0 being good. */
export function netTrainingGraph(levels: readonly number[], classCount: number, dice: number): Uint8Array {
  const g = graphBuilder('kerf-net-training');
  const shapes = netShapes(levels, classCount);
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const y = g.input('y', ['n', classCount, 'h', 'w']);
  const weight = g.input('w', ['n', 1, 'h', 'w']);
  for (const [name, dims] of shapes) g.input(name, dims);
  const tape = graphTape(g);
  const logits = tape.doubleSmoothly(halfLogits(g, tape, pixels, { levels, classCount }, (name) => name));
  const { loss, slope } = classLoss(g, logits.node, { y, weight, classCount, dice });
  g.output('loss', loss, []);
  const gradients = tape.backward(logits, slope);
  for (const [name, dims] of shapes) g.output(`g:${name}`, gradients.get(name)!, dims);
  return g.encode();
}
