import op from 'onnx-proto';
import { made, partsOf } from './short-graph.ts';

type Model = op.onnx.IModelProto & { readonly graph: op.onnx.IGraphProto };
type Node = op.onnx.INodeProto;

/** A pack's graph without its look at the picture at half its size, or null where it takes none: Mul(Add(own, Slice(small, …,
 *  Slice(Shape(own)))), 1/2), as `kerf tune` writes it, becomes `own`. For pictures that are coarse already: what the small look
 *  would see of them, no net has learnt. */
export function withoutSecondLook(model: Model): Model | null {
  const { graph } = model;
  const parts = partsOf(graph);
  for (const mean of graph.node ?? []) {
    const isMean = mean.opType === 'Mul' && isHalf(parts.constant.get(mean.input?.[1] ?? ''));
    const [own, cut] = (isMean ? made(parts, mean.input?.[0], 'Add') : null)?.input ?? [];
    const sides = made(parts, made(parts, cut, 'Slice')?.input?.[2], 'Slice');
    if (own === undefined || made(parts, sides?.input?.[0], 'Shape')?.input?.[0] !== own) continue;
    const [two] = mean.output ?? [];
    const node = (graph.node ?? []).map((n) =>
      n.input?.includes(two!)
        ? op.onnx.NodeProto.create({ ...n, input: n.input.map((name) => (name === two ? own : name)) })
        : n,
    );
    return { ...model, graph: reached({ ...graph, node }) };
  }
  return null;
}

function isHalf(constant: op.onnx.ITensorProto | undefined): boolean {
  const bytes = constant?.rawData;
  return (
    bytes?.length === 4 &&
    (constant?.dims ?? []).length === 0 &&
    new Float32Array(new Uint8Array(bytes).buffer)[0] === 0.5
  );
}

/** The graph without what none of its outputs needs. */
function reached(graph: op.onnx.IGraphProto): op.onnx.IGraphProto {
  const needed = new Set((graph.output ?? []).map((o) => o.name ?? ''));
  const node: Node[] = [];
  for (const n of (graph.node ?? []).toReversed()) {
    if (!n.output?.some((name) => needed.has(name))) continue;
    node.unshift(n);
    for (const name of n.input ?? []) needed.add(name);
  }
  return { ...graph, node, initializer: (graph.initializer ?? []).filter((t) => needed.has(t.name ?? '')) };
}
