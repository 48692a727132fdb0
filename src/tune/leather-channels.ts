import { intAttribute, intsAttribute, textAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** Levels of the pyramid: the same nine filters at full, half and quarter size. */
const LEVELS = 3;
const PER_LEVEL = 9;
/** Channels that `leatherChannels` gives. */
/** Height and width of the input must be a multiple of this (two halvings, then pools by 4 and 2). */
export const LEATHER_STRIDE_PX = 32;
/** Beyond this distance a pixel has next to no influence (2 sigma of the widest average). */
export const LEATHER_SUPPORT_PX = 64;

const LINE_DIRECTIONS = 8;

/** Appends the hand-made leather channels to a graph: `pixels` [N,3,H,W], sRGB in [0,1], becomes [N,38,H,W].
 *
 *  Per level, sigma 1 there: local contrast (smoothed minus mean, over deviation), tone against a wide mean, log
 *  gradient energy, coherence, Hessian ridge bright and dark, long line filter bright and dark over eight directions,
 *  log variance of the residual; then a and b minus their wide mean; then per level the wide mean of log energy,
 *  coherence and log variance: what grain is usual here, so that coarse grain is not taken for defects. Coarser levels are the same small filters on a
 *  halved picture, not larger filters: a large filter at full size costs 30 times as much.
 *  Borders repeat their last value, so that a tile's rim shows no edge. */
export function leatherChannels(g: GraphBuilder, pixels: Node): Node {
  const [lightness, green, blue] = labFromSrgb(g, pixels);
  const perLevel: Node[][] = [];
  let level = lightness;
  for (let i = 0; i < LEVELS; i += 1) {
    if (i > 0) level = pool(g, level, 2);
    perLevel.push(levelChannels(g, level));
  }
  const full = perLevel.map((channels, i) => enlarge(g, concat(g, channels), 2 ** i));
  const chroma = [green, blue].map((c) => {
    const small = pool(g, c, 8);
    return g.op('Sub', [blur(g, c, 1, 1), enlarge(g, blur(g, small, 2, 1), 8)]);
  });
  // Each level's texture averaged to a grid of 16 px, where sigma 1.5 is 24 px of the picture.
  const texture = perLevel.map((channels, i) => {
    const three = concat(g, [channels[2]!, channels[3]!, channels[8]!]);
    return enlarge(g, blur(g, pool(g, three, 16 / 2 ** i), 1.5, 3), 16);
  });
  return concat(g, [...full, ...chroma, ...texture]);
}

/** Levels and channels of `wideLeatherChannels`. */
const WIDE_LEVELS = 4;
export const WIDE_CHANNEL_COUNT = WIDE_LEVELS * PER_LEVEL + 2 + WIDE_LEVELS * 3;
/** Sides of its input are multiples of this. */
export const WIDE_STRIDE_PX = 64;

/** The same channels with a fourth level, on a grid of 2 px: `pixels` [N,3,H,W] becomes [N,50,H/2,W/2]. For telling labelled
 *  defects: of a small net on these the mean F1 of the classes was .678 on three folds of real-256, .664 without the
 *  fourth level, .666 without it at every pixel. */
export function wideLeatherChannels(g: GraphBuilder, pixels: Node): Node {
  const [lightness, green, blue] = labFromSrgb(g, pixels);
  const perLevel: Node[][] = [];
  let level = lightness;
  for (let i = 0; i < WIDE_LEVELS; i += 1) {
    if (i > 0) level = pool(g, level, 2);
    perLevel.push(levelChannels(g, level));
  }
  const onGrid = perLevel.map((channels, i) => {
    const own = concat(g, channels);
    return i === 0 ? pool(g, own, 2) : enlarge(g, own, 2 ** (i - 1));
  });
  const chroma = [green, blue].map((c) => {
    const tone = pool(g, blur(g, c, 1, 1), 2);
    return g.op('Sub', [tone, enlarge(g, blur(g, pool(g, c, 8), 2, 1), 4)]);
  });
  const texture = perLevel.map((channels, i) => {
    const three = concat(g, [channels[2]!, channels[3]!, channels[8]!]);
    return enlarge(g, blur(g, pool(g, three, 16 / 2 ** i), 1.5, 3), 8);
  });
  return concat(g, [...onGrid, ...chroma, ...texture]);
}

/** CIELAB of sRGB by D65 (IEC 61966-2-1 and CIE 15); L / 1, a / 1, b / 1, each [N,1,H,W]. */
export function labFromSrgb(g: GraphBuilder, pixels: Node): [Node, Node, Node] {
  const clipped = g.op('Clip', [pixels, g.scalar(0), g.scalar(1)]);
  const low = g.op('Mul', [clipped, g.scalar(1 / 12.92)]);
  const high = g.op('Pow', [
    g.op('Mul', [g.op('Add', [clipped, g.scalar(0.055)]), g.scalar(1 / 1.055)]),
    g.scalar(2.4),
  ]);
  const linear = g.op('Where', [g.op('Greater', [clipped, g.scalar(0.04045)]), high, low]);
  const xyz = [
    [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
    [0.2126729, 0.7151522, 0.072175],
    [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
  ];
  const relative = g.op('Conv', [linear, g.floats(xyz.flat(), [3, 3, 1, 1])]);
  const root = g.op('Pow', [g.op('Max', [relative, g.scalar(1e-6)]), g.scalar(1 / 3)]);
  const straight = g.op('Add', [g.op('Mul', [relative, g.scalar(7.787037)]), g.scalar(16 / 116)]);
  const f = g.op('Where', [g.op('Greater', [relative, g.scalar(0.008856452)]), root, straight]);
  const mixed = g.op('Conv', [
    f,
    g.floats([0, 116, 0, 500, -500, 0, 0, 200, -200], [3, 3, 1, 1]),
    g.floats([-16, 0, 0], [3]),
  ]);
  const parts = g.opMany('Split', [mixed], 3, [intAttribute('axis', 1)]);
  return [parts[0]!, parts[1]!, parts[2]!];
}

function levelChannels(g: GraphBuilder, level: Node): Node[] {
  const smooth = blur(g, level, 1, 1);
  const mean4 = pool(g, level, 4);
  const local = enlarge(g, blur(g, mean4, 1.5, 1), 4);
  // Squares of differences, not the difference of squares: that loses all digits on even leather.
  const apart = g.op('Sub', [level, local]);
  const variance = enlarge(g, blur(g, pool(g, g.op('Mul', [apart, apart]), 4), 1.5, 1), 4);
  const deviation = g.op('Add', [g.op('Sqrt', [variance]), g.scalar(0.5)]);
  const contrast = g.op('Div', [g.op('Sub', [smooth, local]), deviation]);
  const tone = g.op('Sub', [smooth, enlarge(g, blur(g, pool(g, mean4, 2), 1.5, 1), 8)]);

  const [gx, gy, xx, yy, xy] = derivatives(g, smooth);
  const products = concat(g, [g.op('Mul', [gx, gx]), g.op('Mul', [gx, gy]), g.op('Mul', [gy, gy])]);
  const tensor = g.opMany('Split', [blur(g, products, 2, 3)], 3, [intAttribute('axis', 1)]);
  const energy = g.op('Add', [g.op('Add', [tensor[0]!, tensor[2]!]), g.scalar(1e-3)]);
  const coherence = g.op('Div', [gap(g, tensor[0]!, tensor[2]!, tensor[1]!), energy]);

  const trace = g.op('Add', [xx, yy]);
  const spread = gap(g, xx, yy, xy);
  const darkRidge = g.op('Relu', [g.op('Add', [trace, spread])]);
  const brightRidge = g.op('Relu', [g.op('Sub', [spread, trace])]);

  const lines = g.op('Conv', [padded(g, level, lineRadius), lineKernels(g)]);
  const darkLine = g.op('ReduceMax', [lines], [intsAttribute('axes', 1)]);
  const brightLine = g.op('ReduceMin', [lines], [intsAttribute('axes', 1)]);

  const residual = g.op('Sub', [level, smooth]);
  const roughness = g.op('Log', [g.op('Add', [blur(g, g.op('Mul', [residual, residual]), 2, 1), g.scalar(1e-3)])]);
  return [contrast, tone, g.op('Log', [energy]), coherence, darkRidge, brightRidge, darkLine, brightLine, roughness];
}

/** sqrt((a - c)² + 4 b²): the difference of the eigenvalues of [[a, b], [b, c]]. */
function gap(g: GraphBuilder, a: Node, c: Node, b: Node): Node {
  const d = g.op('Sub', [a, c]);
  const inside = g.op('Add', [g.op('Mul', [d, d]), g.op('Mul', [g.op('Mul', [b, b]), g.scalar(4)])]);
  return g.op('Sqrt', [inside]);
}

function derivatives(g: GraphBuilder, smooth: Node): [Node, Node, Node, Node, Node] {
  const sobelX = [1, 0, -1, 2, 0, -2, 1, 0, -1].map((v) => v / 8);
  const sobelY = [1, 2, 1, 0, 0, 0, -1, -2, -1].map((v) => v / 8);
  const xx = [1, -2, 1, 2, -4, 2, 1, -2, 1].map((v) => v / 8);
  const yy = [1, 2, 1, -2, -4, -2, 1, 2, 1].map((v) => v / 8);
  const xy = [1, 0, -1, 0, 0, 0, -1, 0, 1].map((v) => v / 8);
  const kernels = g.floats([sobelX, sobelY, xx, yy, xy].flat(), [5, 1, 3, 3]);
  const all = g.opMany('Split', [g.op('Conv', [padded(g, smooth, 1), kernels])], 5, [intAttribute('axis', 1)]);
  return [all[0]!, all[1]!, all[2]!, all[3]!, all[4]!];
}

/** Second derivative across, Gaussian three times as long along: answers to lines, hardly to spots. */
const lineRadius = 6;
function lineKernels(g: GraphBuilder): Node {
  const side = 2 * lineRadius + 1;
  const all: number[] = [];
  for (let d = 0; d < LINE_DIRECTIONS; d += 1) {
    const angle = (d * Math.PI) / LINE_DIRECTIONS;
    const kernel: number[] = [];
    for (let y = -lineRadius; y <= lineRadius; y += 1)
      for (let x = -lineRadius; x <= lineRadius; x += 1) {
        const along = x * Math.cos(angle) + y * Math.sin(angle);
        const across = -x * Math.sin(angle) + y * Math.cos(angle);
        kernel.push((across ** 2 - 1) * Math.exp(-(across ** 2) / 2) * Math.exp(-(along ** 2) / 18));
      }
    const mean = kernel.reduce((a, b) => a + b, 0) / kernel.length;
    const weight = kernel.reduce((a, b) => a + Math.abs(b - mean), 0);
    for (const v of kernel) all.push((v - mean) / weight);
  }
  return g.floats(all, [LINE_DIRECTIONS, 1, side, side]);
}

function padded(g: GraphBuilder, x: Node, r: number): Node {
  return g.op('Pad', [x, g.integers([0, 0, r, r, 0, 0, r, r])], [textAttribute('mode', 'edge')]);
}

/** Separable Gaussian, cut at 2.5 sigma. */
function blur(g: GraphBuilder, x: Node, sigma: number, channels: number): Node {
  const r = Math.ceil(2.5 * sigma);
  const raw = Array.from({ length: 2 * r + 1 }, (_, i) => Math.exp(-((i - r) ** 2) / (2 * sigma ** 2)));
  const total = raw.reduce((a, b) => a + b, 0);
  const kernel = Array.from({ length: channels }, () => raw.map((v) => v / total)).flat();
  const across = g.floats(kernel, [channels, 1, 1, 2 * r + 1]);
  const down = g.floats(kernel, [channels, 1, 2 * r + 1, 1]);
  const group = [intAttribute('group', channels)];
  return g.op('Conv', [g.op('Conv', [padded(g, x, r), across], group), down], group);
}

function pool(g: GraphBuilder, x: Node, factor: number): Node {
  return g.op(
    'AveragePool',
    [x],
    [intsAttribute('kernel_shape', factor, factor), intsAttribute('strides', factor, factor)],
  );
}

function enlarge(g: GraphBuilder, x: Node, factor: number): Node {
  if (factor === 1) return x;
  return g.op('Resize', [x, '', g.floats([1, 1, factor, factor], [4])], [textAttribute('mode', 'linear')]);
}

function concat(g: GraphBuilder, parts: readonly Node[]): Node {
  return g.op('Concat', parts, [intAttribute('axis', 1)]);
}
