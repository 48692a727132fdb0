import op from 'onnx-proto';

const onnx = op.onnx;
type Attribute = op.onnx.IAttributeProto;

/** A value of the graph under construction: the name of a tensor. */
export type Node = string;

/** Dimensions of a graph input or output; a string is a dimension left open. */
export type Dims = readonly (number | string)[];

export interface GraphBuilder {
  /** Appends one operator with a single output and gives its name. */
  op(type: string, inputs: readonly Node[], attributes?: readonly Attribute[]): Node;
  /** Appends one operator with `count` outputs. */
  opMany(type: string, inputs: readonly Node[], count: number, attributes?: readonly Attribute[]): Node[];
  floats(data: ArrayLike<number>, dims: readonly number[]): Node;
  integers(data: readonly number[]): Node;
  scalar(value: number): Node;
  input(name: string, dims: Dims): Node;
  /** Declares `value` as the output `name`. */
  output(name: string, value: Node, dims: Dims): void;
  /** The serialised model; the same calls give the same bytes. */
  encode(): Uint8Array;
}

export const intsAttribute = (name: string, ...ints: number[]): Attribute => ({ name, type: 7, ints });
export const intAttribute = (name: string, i: number): Attribute => ({ name, type: 2, i });
export const textAttribute = (name: string, s: string): Attribute => ({
  name,
  type: 3,
  s: new TextEncoder().encode(s),
});

const FLOAT = 1;
const INT64 = 7;
/** The last opset in which Reduce* still take their axes as attributes; every execution provider of ours runs it. */
const OPSET = 17;

/** Builds an ONNX model node by node. Names are numbered in the order of the calls. */
export function graphBuilder(graphName: string): GraphBuilder {
  const nodes: op.onnx.INodeProto[] = [];
  const initializers: op.onnx.ITensorProto[] = [];
  const inputs: op.onnx.IValueInfoProto[] = [];
  const outputs: op.onnx.IValueInfoProto[] = [];
  const constants = new Map<string, Node>();
  let count = 0;

  const valueInfo = (name: string, dims: Dims): op.onnx.IValueInfoProto => ({
    name,
    type: {
      tensorType: {
        elemType: FLOAT,
        shape: { dim: dims.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })) },
      },
    },
  });
  const constant = (bytes: Uint8Array, dims: readonly number[], dataType: number): Node => {
    const key = `${dataType}:${dims.join(',')}:${bytes.length <= 64 ? bytes.join(',') : `#${count}`}`;
    const known = constants.get(key);
    if (known !== undefined) return known;
    const name = `k${count++}`;
    initializers.push({ name, dims: [...dims], dataType, rawData: bytes });
    constants.set(key, name);
    return name;
  };

  const builder: GraphBuilder = {
    op: (type, ins, attributes = []) => builder.opMany(type, ins, 1, attributes)[0]!,
    opMany(type, ins, outputCount, attributes = []) {
      const id = count++;
      const output = Array.from({ length: outputCount }, (_, i) => (outputCount === 1 ? `v${id}` : `v${id}_${i}`));
      nodes.push({ opType: type, name: `n${id}`, input: [...ins], output, attribute: [...attributes] });
      return output;
    },
    floats: (data, dims) => constant(new Uint8Array(Float32Array.from(data).buffer), dims, FLOAT),
    integers: (data) => constant(new Uint8Array(BigInt64Array.from(data, BigInt).buffer), [data.length], INT64),
    scalar: (value) => builder.floats([value], []),
    input(name, dims) {
      inputs.push(valueInfo(name, dims));
      return name;
    },
    output(name, value, dims) {
      nodes.push({ opType: 'Identity', name: `out_${name}`, input: [value], output: [name], attribute: [] });
      outputs.push(valueInfo(name, dims));
    },
    encode() {
      const model = onnx.ModelProto.create({
        irVersion: 8,
        producerName: 'kerf',
        opsetImport: [{ domain: '', version: OPSET }],
        graph: { name: graphName, node: nodes, initializer: initializers, input: inputs, output: outputs },
      });
      return onnx.ModelProto.encode(model).finish();
    },
  };
  return builder;
}
