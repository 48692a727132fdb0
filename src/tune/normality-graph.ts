import { LEAST_DISTANCE } from './gaussian-model.ts';
import type { ChannelBlock, GaussianModel } from './gaussian-model.ts';
import { leatherChannels, LEATHER_STRIDE_PX } from './leather-channels.ts';
import { appendCurve } from './monotone-curve.ts';
import type { MonotoneCurve } from './monotone-curve.ts';
import { graphBuilder, intAttribute, intsAttribute, textAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** Channels that the Gaussian is made of: the nine of three pyramid levels, and a and b. What grain is usual here (the
 *  channels behind them) is left out: with it the best F1 on real leather fell from .341 to .317. */
export const NORMALITY_CHANNELS = 29;

/** Each pyramid level for itself, then colour. What the coarsest level says is held down: its filters see a strong defect
 *  far beyond its rim. Of six drawn materials the mean best F1 was .61 without and .64 with it, of five real ones the
 *  same. */
export const NORMALITY_BLOCKS: readonly ChannelBlock[] = [
  { from: 0, to: 9, weight: 1 },
  { from: 9, to: 18, weight: 1 },
  { from: 18, to: 27, weight: 1, most: 1.2 },
  { from: 27, to: 29, weight: 0.5 },
];

/** Cells of the features' grid, in pixels of the reduced picture. */
export const GRID_PX = 2;

/** How much the picture is reduced before the channels see it. */
export type ReducedBy = 1 | 2;

/** What a taught pack is made of. */
export interface NormalityModel {
  readonly reducedBy: ReducedBy;
  readonly gaussian: GaussianModel;
  /** Where a score counts as standing out: what lies round something that stands out far more is taken back (`withoutHalo`).
   *  Null: nothing is. */
  readonly standsOutFrom: number | null;
  /** From score to the logit of "defect". */
  readonly curve: MonotoneCurve;
}

/** Pixels of the picture that one vector of features stands for, along a side. */
export function cellPx(reducedBy: ReducedBy): number {
  return reducedBy * GRID_PX;
}

/** `pixels` [N,3,H,W] to features [N,29,H/cell,W/cell]. H and W must be multiples of 32 times `reducedBy`. */
function appendFeatures(g: GraphBuilder, pixels: Node, reducedBy: ReducedBy): Node {
  const reduced = reducedBy === 1 ? pixels : averaged(g, pixels, reducedBy);
  const all = leatherChannels(g, reduced);
  const own = g.op('Slice', [all, g.integers([0]), g.integers([NORMALITY_CHANNELS]), g.integers([1])]);
  return averaged(g, own, GRID_PX);
}

function averaged(g: GraphBuilder, x: Node, factor: number): Node {
  return g.op(
    'AveragePool',
    [x],
    [intsAttribute('kernel_shape', factor, factor), intsAttribute('strides', factor, factor)],
  );
}

/** The features alone, for teaching. */
export function featureGraph(reducedBy: ReducedBy): Uint8Array {
  const g = graphBuilder('kerf-normality-features');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  g.output('features', appendFeatures(g, pixels, reducedBy), ['n', NORMALITY_CHANNELS, 'gh', 'gw']);
  return g.encode();
}

/** Appends P(defect) [N,1,H,W] of the model. The whitening is one 1 x 1 convolution, the distances are sums of squares. */
export function appendNormality(g: GraphBuilder, pixels: Node, model: NormalityModel): Node {
  return g.op('Sigmoid', [appendNormalityLogit(g, pixels, model)]);
}

export function appendNormalityLogit(g: GraphBuilder, pixels: Node, model: NormalityModel): Node {
  const { reducedBy, gaussian, curve } = model;
  const { size, mean, whiten } = gaussian;
  const size2 = g.op('Slice', [g.op('Shape', [pixels]), g.integers([2]), g.integers([4]), g.integers([0])]);
  const whole = reducedBy === 1 ? pixels : paddedTo(g, pixels, size2, LEATHER_STRIDE_PX * reducedBy);
  const features = appendFeatures(g, whole, reducedBy);
  const bias = new Float64Array(size);
  for (let a = 0; a < size; a += 1) for (let b = 0; b < size; b += 1) bias[a]! -= whiten[a * size + b]! * mean[b]!;
  const white = g.op('Conv', [features, g.floats(whiten, [size, size, 1, 1]), g.floats(bias, [size])]);
  const { blocks } = gaussian;
  const means = blocks.flatMap(({ from, to }) =>
    Array.from({ length: size }, (_, c) => (c >= from && c < to ? 1 / (to - from) : 0)),
  );
  const squares = g.op('Conv', [g.op('Mul', [white, white]), g.floats(means, [blocks.length, size, 1, 1])]);
  const logs = g.op('Log', [g.op('Add', [g.op('Sqrt', [squares]), g.scalar(LEAST_DISTANCE)])]);
  const weights = blocks.map((block) => block.weight);
  const most = blocks.map((block) => block.most ?? UNHELD);
  const held = g.op('Min', [logs, g.floats(most, [1, blocks.length, 1, 1])]);
  const score = smoothed(g, g.op('Conv', [held, g.floats(weights, [1, blocks.length, 1, 1])]));
  const kept = model.standsOutFrom === null ? score : withoutHalo(g, score, model.standsOutFrom);
  const factor = cellPx(reducedBy);
  const full = g.op('Resize', [kept, '', g.floats([1, 1, factor, factor], [4])], [textAttribute('mode', 'linear')]);
  const cut = reducedBy === 1 ? full : g.op('Slice', [full, g.integers([0, 0]), size2, g.integers([2, 3])]);
  return appendCurve(g, cut, curve);
}

/** A logarithm that no distance reaches. */
const UNHELD = 1e3;

/** Scores are averaged over neighbouring cells with these weights, across and down (sigma .8 of a cell). Mean best F1 with
 *  sigma .5, .8, 1.2: six drawn close-ups of clean grained leather, masks as people draw them, .685, .698, .706; seven real
 *  materials with masks 4 px wide .467, .464, .457; twelve drawn ones .616, .614, .613. */
export const SMOOTHING: readonly number[] = [0.0219, 0.2285, 0.4992, 0.2285, 0.0219];

function smoothed(g: GraphBuilder, score: Node): Node {
  const kernel = SMOOTHING.flatMap((down) => SMOOTHING.map((across) => down * across));
  const side = SMOOTHING.length;
  const r = side >> 1;
  const padded = g.op('Pad', [score, g.integers([0, 0, r, r, 0, 0, r, r])], [textAttribute('mode', 'edge')]);
  return g.op('Conv', [padded, g.floats(kernel, [1, 1, side, side])]);
}

/** Reach of a halo, cells: wide filters see a strong defect from so far. */
export const HALO_CELLS = 4;
/** What stands out less than this share of the most within reach is halo. */
export const HALO_SHARE = 0.85;

/** Scores with the halos of strong defects taken back: below the share of how far the most within reach stands out, a
 *  score falls by what it lacks, but not below `from`: a faint part of a defect beside a strong one still ranks over good
 *  material. Mean best F1 without halos taken back, with shares of .5, .85: on five real materials .467, .489, .495, on six
 *  drawn ones .56, .60, .63; overlap area (AUPRO) on the real ones .86, .85, .86, and .83 when scores may fall on. */
function withoutHalo(g: GraphBuilder, score: Node, from: number): Node {
  const side = 2 * HALO_CELLS + 1;
  const pads = intsAttribute('pads', HALO_CELLS, HALO_CELLS, HALO_CELLS, HALO_CELLS);
  const most = g.op('MaxPool', [score], [intsAttribute('kernel_shape', side, side), pads]);
  const over = (x: Node) => g.op('Relu', [g.op('Sub', [x, g.scalar(from)])]);
  const wanted = g.op('Mul', [over(most), g.scalar(HALO_SHARE)]);
  const lowered = g.op('Sub', [score, g.op('Relu', [g.op('Sub', [wanted, over(score)])])]);
  return g.op('Max', [lowered, g.op('Min', [score, g.scalar(from)])]);
}

/** Repeats the right and lower border until both sides are multiples of `multiple`. */
export function paddedTo(g: GraphBuilder, x: Node, size2: Node, multiple: number): Node {
  const most = g.integers([multiple]);
  const lacking = g.op('Mod', [g.op('Sub', [most, g.op('Mod', [size2, most])]), most]);
  const pads = g.op('Concat', [g.integers([0, 0, 0, 0, 0, 0]), lacking], [intAttribute('axis', 0)]);
  return g.op('Pad', [x, pads], [textAttribute('mode', 'edge')]);
}

/** The graph of a taught pack: `pixels` [N,3,H,W] to `scores` [N,2,H,W] (good, defect) and `doubt` [N,1,H,W]; H and W
 *  multiples of 32. */
export function normalityGraph(model: NormalityModel): Uint8Array {
  const g = graphBuilder('kerf-pack');
  const defect = appendNormality(g, g.input('pixels', ['n', 3, 'h', 'w']), model);
  const good = g.op('Sub', [g.scalar(1), defect]);
  g.output('scores', g.op('Concat', [good, defect], [intAttribute('axis', 1)]), ['n', 2, 'h', 'w']);
  g.output('doubt', binaryDoubt(g, good, defect), ['n', 1, 'h', 'w']);
  return g.encode();
}

/** Entropy of two probabilities over its greatest. */
function binaryDoubt(g: GraphBuilder, good: Node, defect: Node): Node {
  const term = (p: Node) => g.op('Mul', [p, g.op('Log', [g.op('Max', [p, g.scalar(1e-9)])])]);
  const entropy = g.op('Mul', [g.op('Add', [term(good), term(defect)]), g.scalar(-1 / Math.LN2)]);
  return g.op('Clip', [entropy, g.scalar(0), g.scalar(1)]);
}
