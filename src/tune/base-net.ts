import op from 'onnx-proto';
import { netShapes, startNet } from './defect-net.ts';
import type { DefectNet } from './defect-net.ts';
import { seededRandom } from '#domain/seeded-random.ts';

/** The net in a pack's model.onnx as weights to start from, or null where the model holds no such net. The last layer,
 *  which names the classes, begins anew. */
export function netOfModel(model: Uint8Array, levels: readonly number[], classCount: number): DefectNet | null {
  const graph = op.onnx.ModelProto.decode(model).graph;
  const tensors = new Map((graph?.initializer ?? []).map((t) => [t.name ?? '', t]));
  // The net's convolutions are the ones with a bias, in the order of netShapes; what else has one comes behind them.
  const convs = (graph?.node ?? []).filter((n) => n.opType === 'Conv' && n.input?.length === 3);
  const start = startNet(levels, classCount, seededRandom(1));
  const weights = new Map(start.weights);
  const layers = [...netShapes(levels, classCount)].filter(([name]) => !name.endsWith('.b') && name !== 'classes');
  for (const [k, [name, dims]] of layers.entries()) {
    const [, weight, bias] = convs[k]?.input ?? [];
    const found = tensors.get(weight ?? '');
    const foundBias = tensors.get(bias ?? '');
    if (!found?.rawData || !foundBias?.rawData || found.dims?.map(Number).join() !== dims.join()) return null;
    weights.set(name, floats(found.rawData));
    weights.set(`${name}.b`, floats(foundBias.rawData));
  }
  return { ...start, weights };
}

function floats(raw: Uint8Array): Float32Array {
  return new Float32Array(raw.slice().buffer);
}
