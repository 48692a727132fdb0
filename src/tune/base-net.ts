import op from 'onnx-proto';
import { seededRandom } from '#domain/seeded-random.ts';
import { netShapes, startNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';

/** The net in a pack's model.onnx as weights to start from, or null where the model holds no such net. In the last layer a
 *  class that both know by the same name, "good" above all, keeps what the pack knew of it; the others begin anew. */
export function netOfModel(
  base: { readonly model: Uint8Array; readonly classNames: readonly string[] },
  levels: readonly number[],
  classNames: readonly string[],
): DefectNet | null {
  const graph = op.onnx.ModelProto.decode(base.model).graph;
  const tensors = new Map((graph?.initializer ?? []).map((t) => [t.name ?? '', t]));
  // The net's convolutions are the ones with a bias, in the order of netShapes; what else has one comes behind them.
  const convs = (graph?.node ?? []).filter((n) => n.opType === 'Conv' && n.input?.length === 3);
  const start = startNet(levels, classNames.length, seededRandom(1));
  const weights = new Map(start.weights);
  const layers = [...netShapes(levels, base.classNames.length)].filter(([name]) => !name.endsWith('.b'));
  for (const [k, [name, dims]] of layers.entries()) {
    const [, weight, bias] = convs[k]?.input ?? [];
    const found = tensors.get(weight ?? '');
    const foundBias = tensors.get(bias ?? '');
    if (!found?.rawData || !foundBias?.rawData || found.dims?.map(Number).join() !== dims.join()) return null;
    const known = { weight: floats(found.rawData), bias: floats(foundBias.rawData) };
    if (name !== 'classes') {
      weights.set(name, known.weight);
      weights.set(`${name}.b`, known.bias);
      continue;
    }
    const inputs = dims[1]!;
    const own = weights.get(name)!;
    const ownBias = weights.get(`${name}.b`)!;
    for (const [to, className] of classNames.entries()) {
      const from = base.classNames.indexOf(className);
      if (from < 0) continue;
      own.set(known.weight.subarray(from * inputs, (from + 1) * inputs), to * inputs);
      ownBias[to] = known.bias[from]!;
    }
  }
  return { ...start, weights };
}

/** The bytes of a Buffer lie in a larger one, and its own `slice` does not copy: a plain array does. */
function floats(raw: Uint8Array): Float32Array {
  return new Float32Array(new Uint8Array(raw).buffer);
}
