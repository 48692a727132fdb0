import op from 'onnx-proto';

/** A pack's graph that stops at the logits: what follows them at every pixel and for every class is two fifths of the time,
 *  and most pixels are good beyond doubt. */
export interface ShortGraph {
  readonly model: Uint8Array;
  /** Name of its one output, logits [N,K,H/step,W/step]. */
  readonly logits: string;
  /** 2: the pack doubles its logits bilinearly (half-pixel centres, borders repeat) before the softmax; 1: it does not. */
  readonly step: 1 | 2;
}

type Graph = op.onnx.IGraphProto;
type Node = op.onnx.INodeProto;

/** Cuts a graph before its softmax, or null where `scores` is no softmax over the classes that is known here: such a pack is
 *  asked for its scores. Softmax of the doubled logits is what the whole graph says. */
export function shortGraph(model: op.onnx.IModelProto & { readonly graph: Graph }, scores: string): ShortGraph | null {
  const { graph } = model;
  const parts = partsOf(graph);
  const top = logitsOf(parts, scores);
  if (top === null) return null;
  const doubled = beforeDoubling(parts, top);
  const node = nodesFor(graph, parts, top, doubled);
  const used = new Set(node.flatMap((n) => n.input ?? []));
  const output = graph.output?.find((o) => o.name === scores);
  const short = op.onnx.ModelProto.create({
    ...model,
    graph: {
      ...graph,
      node,
      initializer: (graph.initializer ?? []).filter((t) => used.has(t.name ?? '')),
      output: [{ name: top, type: { tensorType: { ...output?.type?.tensorType, shape: null } } }],
      valueInfo: [],
    },
  });
  return { model: op.onnx.ModelProto.encode(short).finish(), logits: top, step: doubled === null ? 1 : 2 };
}

/** A graph's nodes by what they make, and its constants. */
export interface Parts {
  readonly maker: ReadonlyMap<string, Node>;
  readonly constant: ReadonlyMap<string, op.onnx.ITensorProto>;
}

export function partsOf(graph: Graph): Parts {
  const maker = new Map<string, Node>();
  for (const node of graph.node ?? []) for (const name of node.output ?? []) maker.set(name, node);
  return { maker, constant: new Map((graph.initializer ?? []).map((t) => [t.name ?? '', t])) };
}

/** The maker of a value if it is an operator of that kind; names that Identity passes on are followed. */
export function made(parts: Parts, name: string | undefined, kind: string): Node | null {
  let node = parts.maker.get(name ?? '');
  while (node?.opType === 'Identity') node = parts.maker.get(node.input?.[0] ?? '');
  return node?.opType === kind ? node : null;
}

/** What the softmax is of: Div(Exp(Sub(x, ReduceMax(x))), ReduceSum(that)), as `kerf tune` writes it. */
function logitsOf(parts: Parts, scores: string): string | null {
  const share = made(parts, scores, 'Div');
  const powers = made(parts, share?.input?.[0], 'Exp');
  const sum = made(parts, share?.input?.[1], 'ReduceSum');
  const below = made(parts, powers?.input?.[0], 'Sub');
  const most = made(parts, below?.input?.[1], 'ReduceMax');
  const logits = below?.input?.[0];
  const isSoftmax =
    logits !== undefined && sum?.input?.[0] === powers?.output?.[0] && most?.input?.[0] === logits && isAxis1(most);
  return isSoftmax ? logits : null;
}

function isAxis1(node: Node): boolean {
  const axes = node.attribute?.find((a) => a.name === 'axes')?.ints?.map(Number) ?? [];
  return axes.length === 1 && axes[0] === 1;
}

/** The doubling that the logits come from by way of nothing but constants a class, added or multiplied: a bilinear mean of
 *  such sums is the sum of the mean. */
function beforeDoubling(parts: Parts, logits: string): Node | null {
  for (let node = parts.maker.get(logits); node; node = parts.maker.get(node.input?.[0] ?? '')) {
    if (node.opType === 'Resize') return isDoubling(parts, node) ? node : null;
    const by = parts.constant.get(node.input?.[1] ?? '');
    const isOneAClass = by !== undefined && (by.dims ?? []).every((d, i) => i === 1 || Number(d) === 1);
    if ((node.opType !== 'Add' && node.opType !== 'Mul') || !isOneAClass) return null;
  }
  return null;
}

function isDoubling(parts: Parts, node: Node): boolean {
  const texts = new Map((node.attribute ?? []).map((a) => [a.name, new TextDecoder().decode(a.s ?? new Uint8Array())]));
  const scales = parts.constant.get(node.input?.[2] ?? '')?.rawData;
  if (texts.get('mode') !== 'linear' || texts.has('coordinate_transformation_mode') || !scales) return false;
  return [...new Float32Array(new Uint8Array(scales).buffer)].join() === '1,1,2,2';
}

/** What the logits need, in the graph's order; without the doubling, if any. */
function nodesFor(graph: Graph, parts: Parts, logits: string, doubling: Node | null): Node[] {
  const wanted = new Set<Node>();
  const ask = [logits];
  for (let name = ask.pop(); name !== undefined; name = ask.pop()) {
    const node = parts.maker.get(name);
    if (!node || wanted.has(node)) continue;
    wanted.add(node);
    ask.push(...(node.input ?? []));
  }
  const doubled = doubling?.output?.[0];
  return (graph.node ?? [])
    .filter((n) => wanted.has(n) && n !== doubling)
    .map((n) => {
      if (doubled === undefined || !n.input?.includes(doubled)) return n;
      return op.onnx.NodeProto.create({
        ...n,
        input: n.input.map((name) => (name === doubled ? (doubling?.input?.[0] ?? name) : name)),
      });
    });
}
