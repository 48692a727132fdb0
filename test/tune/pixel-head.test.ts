import ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { adam } from '../../src/tune/adam.ts';
import { headTrainingGraph } from '../../src/tune/pixel-head.ts';

const sizes = [5, 7, 6, 4];
const pixels = 40;

async function setUp() {
  const random = seededRandom(3);
  const uniform = (n: number) => Float32Array.from({ length: n }, () => random() * 2 - 1);
  const session = await ort.InferenceSession.create(headTrainingGraph(sizes, 0.7), { intraOpNumThreads: 1 });
  const x = uniform(sizes[0]! * pixels);
  const y = new Float32Array(sizes.at(-1)! * pixels);
  for (let p = 0; p < pixels; p += 1) y[Math.floor(random() * 4) * pixels + p] = 1;
  const w = Float32Array.from({ length: pixels }, () => random());
  const total = w.reduce((a, b) => a + b, 0);
  const parameters = sizes.slice(1).flatMap((out, l) => [uniform(out * sizes[l]!), uniform(out)]);
  const run = async () => {
    const feeds: Record<string, ort.Tensor> = {
      x: new ort.Tensor('float32', x, [1, sizes[0]!, 1, pixels]),
      y: new ort.Tensor('float32', y, [1, sizes.at(-1)!, 1, pixels]),
      w: new ort.Tensor(
        'float32',
        w.map((v) => v / total),
        [1, 1, 1, pixels],
      ),
    };
    parameters.forEach((v, k) => {
      const l = k >> 1;
      feeds[`${k % 2 === 0 ? 'w' : 'b'}${l}`] = new ort.Tensor(
        'float32',
        v,
        k % 2 === 0 ? [sizes[l + 1]!, sizes[l]!, 1, 1] : [sizes[l + 1]!],
      );
    });
    const out = await session.run(feeds);
    return {
      loss: (out['loss']!.data as Float32Array)[0]!,
      gradients: parameters.map((_, k) => out[`g_${k % 2 === 0 ? 'w' : 'b'}${k >> 1}`]!.data as Float32Array),
    };
  };
  return { run, parameters };
}

describe('the training graph of a head', () => {
  test('gives the gradients that finite differences give', async () => {
    const { run, parameters } = await setUp();
    const { gradients } = await run();
    for (let k = 0; k < parameters.length; k += 1)
      for (let i = 0; i < parameters[k]!.length; i += 5) {
        const own = parameters[k]![i]!;
        const step = 4e-3;
        parameters[k]![i] = own + step;
        const above = (await run()).loss;
        parameters[k]![i] = own - step;
        const below = (await run()).loss;
        parameters[k]![i] = own;
        expect(Math.abs((above - below) / (2 * step) - gradients[k]![i]!)).toBeLessThan(2e-3);
      }
  });

  test('learns: fifty steps of Adam lower the loss', async () => {
    const { run, parameters } = await setUp();
    const optimiser = adam(parameters.map((p) => p.length));
    const before = (await run()).loss;
    for (let step = 0; step < 50; step += 1) optimiser.step(parameters, (await run()).gradients, 0.02);
    expect((await run()).loss).toBeLessThan(before * 0.8);
  });
});
