import { intAttribute, intsAttribute, textAttribute } from './onnx-graph.ts';
import type { GraphBuilder, Node } from './onnx-graph.ts';

/** A value with what is needed to send gradients back through it. */
export interface Traced {
  readonly node: Node;
  readonly channels: number;
}

export interface ConvSpec {
  readonly kernelPx: number;
  readonly stride: number;
  readonly padPx: number;
}

/** Records a small convolutional net on a graph, and appends its backward pass: ONNX Runtime has no autodiff here, so the
 *  gradients are ordinary operators of the same graph. Pictures are [N,C,H,W]. */
export interface GraphTape {
  /** A constant of the computation: no gradient goes into it. */
  constant(node: Node, channels: number): Traced;
  /** Convolution and bias; `weight` [out,in,k,k] and `bias` [out] are names of graph inputs or constants. */
  conv(x: Traced, weight: Node, bias: Node, outputs: number, spec: ConvSpec): Traced;
  relu(x: Traced): Traced;
  /** Mean of 2 x 2. */
  halve(x: Traced): Traced;
  /** Every pixel four times. */
  double(x: Traced): Traced;
  /** Bilinear, twice the size. */
  doubleSmoothly(x: Traced): Traced;
  join(a: Traced, b: Traced): Traced;
  /** Appends the backward pass from the gradient of `from`; gives the gradients of weights and biases by name. */
  backward(from: Traced, gradient: Node): ReadonlyMap<Node, Node>;
}

/** @param heightPx,widthPx size of the input, needed for the backward pass of convolutions */
export function graphTape(g: GraphBuilder): GraphTape {
  const steps: (() => void)[] = [];
  const gradients = new Map<Node, Node>();
  const ofParameters = new Map<Node, Node>();
  const isConstant = new Set<Node>();
  const add = (node: Node, gradient: Node) => {
    if (isConstant.has(node)) return;
    const known = gradients.get(node);
    gradients.set(node, known === undefined ? gradient : g.op('Add', [known, gradient]));
  };
  const traced = (node: Node, channels: number, back: (gradient: Node) => void): Traced => {
    steps.push(() => {
      const gradient = gradients.get(node);
      if (gradient !== undefined) back(gradient);
    });
    return { node, channels };
  };
  return {
    constant(node, channels) {
      isConstant.add(node);
      return { node, channels };
    },
    conv(x, weight, bias, outputs, spec) {
      const attributes = [
        intsAttribute('kernel_shape', spec.kernelPx, spec.kernelPx),
        intsAttribute('pads', spec.padPx, spec.padPx, spec.padPx, spec.padPx),
        intsAttribute('strides', spec.stride, spec.stride),
      ];
      const node = g.op('Conv', [x.node, weight, bias], attributes);
      return traced(node, outputs, (gradient) => {
        ofParameters.set(bias, g.op('ReduceSum', [gradient, g.integers([0, 2, 3])], [intAttribute('keepdims', 0)]));
        ofParameters.set(weight, weightGradient(g, x, gradient, outputs, spec));
        if (!isConstant.has(x.node)) add(x.node, g.op('ConvTranspose', [gradient, weight], attributes));
      });
    },
    relu(x) {
      const node = g.op('Relu', [x.node]);
      return traced(node, x.channels, (gradient) => {
        const open = g.op('Cast', [g.op('Greater', [node, g.scalar(0)])], [intAttribute('to', 1)]);
        add(x.node, g.op('Mul', [gradient, open]));
      });
    },
    halve(x) {
      return traced(meanOf2(g, x.node), x.channels, (gradient) =>
        add(x.node, g.op('Mul', [repeat2(g, gradient), g.scalar(0.25)])),
      );
    },
    double(x) {
      return traced(repeat2(g, x.node), x.channels, (gradient) =>
        add(x.node, g.op('Mul', [meanOf2(g, gradient), g.scalar(4)])),
      );
    },
    doubleSmoothly(x) {
      const node = g.op('Resize', [x.node, '', g.floats([1, 1, 2, 2], [4])], [textAttribute('mode', 'linear')]);
      return traced(node, x.channels, (gradient) => {
        // The adjoint of bilinear doubling, but for the picture's very rim.
        const line = [0.25, 0.75, 0.75, 0.25];
        const square = line.flatMap((a) => line.map((b) => a * b));
        const kernel = Array.from({ length: x.channels }, () => square).flat();
        add(
          x.node,
          g.op(
            'Conv',
            [gradient, g.floats(kernel, [x.channels, 1, 4, 4])],
            [intsAttribute('pads', 1, 1, 1, 1), intsAttribute('strides', 2, 2), intAttribute('group', x.channels)],
          ),
        );
      });
    },
    join(a, b) {
      const node = g.op('Concat', [a.node, b.node], [intAttribute('axis', 1)]);
      return traced(node, a.channels + b.channels, (gradient) => {
        const cut = (from: number, to: number) =>
          g.op('Slice', [gradient, g.integers([from]), g.integers([to]), g.integers([1])]);
        add(a.node, cut(0, a.channels));
        add(b.node, cut(a.channels, a.channels + b.channels));
      });
    },
    backward(from, gradient) {
      add(from.node, gradient);
      for (const step of steps.toReversed()) step();
      return ofParameters;
    },
  };
}

export function meanOf2(g: GraphBuilder, x: Node): Node {
  return g.op('AveragePool', [x], [intsAttribute('kernel_shape', 2, 2), intsAttribute('strides', 2, 2)]);
}

function repeat2(g: GraphBuilder, x: Node): Node {
  return g.op(
    'Resize',
    [x, '', g.floats([1, 1, 2, 2], [4])],
    [
      textAttribute('mode', 'nearest'),
      textAttribute('coordinate_transformation_mode', 'asymmetric'),
      textAttribute('nearest_mode', 'floor'),
    ],
  );
}

/** dW [out,in,k,k]: for each place in the kernel the product of gradient and shifted input, summed over pictures and
 *  pixels, as one matrix product a picture. */
function weightGradient(g: GraphBuilder, x: Traced, gradient: Node, outputs: number, spec: ConvSpec): Node {
  const { kernelPx: k, stride, padPx } = spec;
  const flat = g.op('Reshape', [gradient, g.integers([0, outputs, -1])]);
  const shifted: Node[] = [];
  const padded = padPx === 0 ? x.node : g.op('Pad', [x.node, g.integers([0, 0, padPx, padPx, 0, 0, padPx, padPx])]);
  for (let i = 0; i < k; i += 1)
    for (let j = 0; j < k; j += 1) {
      if (k === 1) {
        shifted.push(x.node);
        continue;
      }
      // Ends count from behind: the last place of the kernel ends where the padded picture does.
      const end = (at: number) => (at === k - 1 ? FAR : at - (k - 1));
      shifted.push(
        g.op('Slice', [
          padded,
          g.integers([i, j]),
          g.integers([end(i), end(j)]),
          g.integers([2, 3]),
          g.integers([stride, stride]),
        ]),
      );
    }
  const columns = k === 1 ? shifted[0]! : g.op('Concat', shifted, [intAttribute('axis', 1)]);
  const places = g.op('Reshape', [columns, g.integers([0, k * k * x.channels, -1])]);
  const product = g.op('MatMul', [flat, g.op('Transpose', [places], [intsAttribute('perm', 0, 2, 1)])]);
  const sum = g.op('ReduceSum', [product, g.integers([0])], [intAttribute('keepdims', 0)]);
  const byPlace = g.op('Reshape', [sum, g.integers([outputs, k, k, x.channels])]);
  return g.op('Transpose', [byPlace], [intsAttribute('perm', 0, 3, 1, 2)]);
}

/** Beyond any picture. */
const FAR = 1_000_000;
