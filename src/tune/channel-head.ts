import type { Random } from '#domain/ports.ts';
import { classLoss } from './class-loss.ts';
import { graphTape } from './graph-tape.ts';
import type { GraphTape, Traced } from './graph-tape.ts';
import { wideLeatherChannels, WIDE_CHANNEL_COUNT, WIDE_STRIDE_PX } from './leather-channels.ts';
import { paddedTo } from './normality-graph.ts';
import { graphBuilder, textAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** A small net that says "defect or not" of each cell of the hand-made leather channels alone. Beside a net that sees
 *  pixels it errs elsewhere: together they are better than either (decision 31). */
export interface ChannelHead {
  /** Of the channels on the material it was trained on. */
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  /** By the names of `headShapes`. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

const HIDDEN: readonly number[] = [48, 24];
const POINT = { kernelPx: 1, stride: 1, padPx: 0 } as const;
const GRID_PX = 2;

/** Shapes of the weights [out,in,1,1] in order; each has a bias `NAME.b` [out] after it. */
export function headShapes(): ReadonlyMap<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  const sizes = [WIDE_CHANNEL_COUNT, ...HIDDEN, 2];
  for (let i = 1; i < sizes.length; i += 1) {
    shapes.set(`layer${i}`, [sizes[i]!, sizes[i - 1]!, 1, 1]);
    shapes.set(`layer${i}.b`, [sizes[i]!]);
  }
  return shapes;
}

/** He's start. */
export function startHead(random: Random): Map<string, Float32Array> {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return new Map(
    [...headShapes()].map(([name, dims]) => {
      const size = dims.reduce((a, b) => a * b, 1);
      const spread = dims.length === 1 ? 0 : Math.sqrt(2 / dims[1]!);
      return [name, Float32Array.from({ length: size }, () => (spread === 0 ? 0 : normal() * spread))];
    }),
  );
}

function logits(tape: GraphTape, standardised: Traced, nameOf: (name: string) => Node): Traced {
  const names = [...headShapes()].filter(([, dims]) => dims.length > 1);
  return names.reduce((x, [name, dims], i) => {
    const next = tape.conv(x, nameOf(name), nameOf(`${name}.b`), dims[0]!, POINT);
    return i === names.length - 1 ? next : tape.relu(next);
  }, standardised);
}

/** `x` [N,C,1,P], standardised channels of chance cells; `y` [N,2,1,P] one-hot; `w` [N,1,1,P] that sum to 1; each weight under
 *  its name. Outputs `loss`, the cross entropy, and the gradients `g:NAME`. */
export function headTrainingGraph(): Uint8Array {
  const g = graphBuilder('kerf-head-training');
  const x = g.input('x', ['n', WIDE_CHANNEL_COUNT, 1, 'p']);
  const y = g.input('y', ['n', 2, 1, 'p']);
  const weight = g.input('w', ['n', 1, 1, 'p']);
  const shapes = headShapes();
  for (const [name, dims] of shapes) g.input(name, dims);
  const tape = graphTape(g);
  const z = logits(tape, tape.constant(x, WIDE_CHANNEL_COUNT), (name) => name);
  const { loss, slope } = classLoss(g, z.node, { y, weight, classCount: 2, dice: 0 });
  g.output('loss', loss, []);
  const gradients = tape.backward(z, slope);
  for (const [name, dims] of shapes) g.output(`g:${name}`, gradients.get(name)!, dims);
  return g.encode();
}

/** The channels as output `channels` [N,C,H,W], for taking samples: each cell four times. */
export function headChannelsGraph(): Uint8Array {
  const g = graphBuilder('kerf-head-channels');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const { cells, cut } = onWholeCells(g, pixels);
  g.output('channels', cut(cells), ['n', WIDE_CHANNEL_COUNT, 'h', 'w']);
  return g.encode();
}

/** Appends the logit of "defect" [N,1,H,W]. */
export function appendHead(g: GraphBuilder, pixels: Node, head: ChannelHead): Node {
  const { cells, cut } = onWholeCells(g, pixels);
  const shapes = headShapes();
  const folded = standardisedInFirst(head);
  const z = logits(graphTape(g), { node: cells, channels: WIDE_CHANNEL_COUNT }, (name) =>
    g.floats(folded.get(name)!, shapes.get(name)!),
  );
  return cut(g.op('Conv', [z.node, g.floats([-1, 1], [1, 2, 1, 1])]));
}

/** Pixels padded to whole cells of the coarsest level, and what enlarges a map of cells to the pixels. */
function onWholeCells(g: GraphBuilder, pixels: Node): { cells: Node; cut: (map: Node) => Node } {
  const size2 = g.op('Slice', [g.op('Shape', [pixels]), g.integers([2]), g.integers([4]), g.integers([0])]);
  const cells = wideLeatherChannels(g, paddedTo(g, pixels, size2, WIDE_STRIDE_PX));
  const cut = (map: Node) => {
    const full = g.op('Resize', [map, '', g.floats([1, 1, GRID_PX, GRID_PX], [4])], [textAttribute('mode', 'linear')]);
    return g.op('Slice', [full, g.integers([0, 0]), size2, g.integers([2, 3])]);
  };
  return { cells, cut };
}

/** The weights with "minus mean, over deviation" in the first layer. */
function standardisedInFirst({ mean, deviation, weights }: ChannelHead): Map<string, Float32Array> {
  const folded = new Map(weights);
  const first = weights.get('layer1')!.slice();
  const bias = weights.get('layer1.b')!.slice();
  const size = mean.length;
  for (let out = 0; out < bias.length; out += 1)
    for (let c = 0; c < size; c += 1) {
      first[out * size + c]! /= deviation[c]!;
      bias[out]! -= first[out * size + c]! * mean[c]!;
    }
  return folded.set('layer1', first).set('layer1.b', bias);
}
