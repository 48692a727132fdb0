import op from 'onnx-proto';
import ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { shortGraph } from '../../src/inspect/short-graph.ts';
import { netOfModel } from '../../src/tune/base-net.ts';
import { calibrateLogits } from '../../src/tune/calibrate-logits.ts';
import { netPackGraph, netShapes, netTrainingGraph, startNet } from '../../src/tune/defect-net.ts';
import { emptySample } from '../../src/tune/sample-pixels.ts';

const levels = [4, 5];
const classCount = 3;
const side = 32;
const plane = side * side;
const shapes = netShapes(levels, classCount);
const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 } as const;

function picture(random: () => number): Float32Array {
  return Float32Array.from({ length: 3 * plane }, () => 0.4 + 0.2 * random());
}

describe('the training graph of the net', () => {
  test('gives the gradients that finite differences give', async () => {
    const random = seededRandom(3);
    const net = startNet(levels, classCount, random);
    for (const values of net.weights.values()) values.forEach((v, i) => (values[i] = v + (random() - 0.5) * 0.2));
    const session = await ort.InferenceSession.create(netTrainingGraph(levels, classCount, 0.5), oneThread);
    const pixels = picture(random);
    const y = new Float32Array(classCount * plane);
    const w = new Float32Array(plane);
    for (let i = 0; i < plane; i += 1) {
      y[Math.floor(random() * classCount) * plane + i] = 1;
      w[i] = random() < 0.1 ? 0 : 1 / plane;
    }
    const run = () => {
      const feeds: Record<string, ort.Tensor> = {
        pixels: new ort.Tensor('float32', pixels, [1, 3, side, side]),
        y: new ort.Tensor('float32', y, [1, classCount, side, side]),
        w: new ort.Tensor('float32', w, [1, 1, side, side]),
      };
      for (const [name, dims] of shapes) feeds[name] = new ort.Tensor('float32', net.weights.get(name)!, dims);
      return session.run(feeds);
    };
    const loss = async () => ((await run())['loss']!.data as Float32Array)[0]!;
    const out = await run();
    for (const name of shapes.keys()) {
      const values = net.weights.get(name)!;
      const gradient = out[`g:${name}`]!.data as Float32Array;
      const most = gradient.reduce((best, v, i) => (Math.abs(v) > Math.abs(gradient[best]!) ? i : best), 0);
      const own = values[most]!;
      const step = 2e-3;
      values[most] = own + step;
      const above = await loss();
      values[most] = own - step;
      const below = await loss();
      values[most] = own;
      // Bilinear doubling repeats the picture's rim, its adjoint here does not: a tenth at this size.
      const measured = (above - below) / (2 * step);
      expect(Math.abs(measured - gradient[most]!), name).toBeLessThan(0.12 * Math.abs(measured) + 4e-4);
    }
  });
});

describe('the pack graph of the net', () => {
  test('gives probabilities of one sum, and hardly minds a brighter or flatter picture', async () => {
    const random = seededRandom(5);
    const net = startNet(levels, classCount, random);
    net.weights.get('classes')!.forEach((_, i, all) => (all[i] = random() - 0.5));
    const session = await ort.InferenceSession.create(netPackGraph(net), oneThread);
    const pixels = picture(random);
    const scoresOf = async (values: Float32Array) =>
      (await session.run({ pixels: new ort.Tensor('float32', values, [1, 3, side, side]) }))['scores']!
        .data as Float32Array;
    const scores = await scoresOf(pixels);
    for (let i = 0; i < plane; i += 17) {
      const sum = scores[i]! + scores[plane + i]! + scores[2 * plane + i]!;
      expect(sum).toBeCloseTo(1, 4);
    }
    const brighter = await scoresOf(pixels.map((v) => v + 0.1));
    let farthest = 0;
    brighter.forEach((v, i) => (farthest = Math.max(farthest, Math.abs(v - scores[i]!))));
    expect(farthest).toBeLessThan(1e-3);
  });
});

describe('a net that sees twice', () => {
  const random = seededRandom(11);
  const once = startNet(levels, classCount, random);
  for (const values of once.weights.values()) values.forEach((_, i) => (values[i] = random() - 0.5));
  const logitsOf = async (net: typeof once, pixels: Float32Array, [high, wide]: readonly [number, number]) => {
    const session = await ort.InferenceSession.create(netPackGraph(net, { withLogits: true }), oneThread);
    const out = await session.run({ pixels: new ort.Tensor('float32', pixels, [1, 3, high, wide]) });
    return out['channels']!.data as Float32Array;
  };

  test('says the mean of what it says of the picture and of the picture at half its size', async () => {
    const long = 2 * side;
    const pixels = Float32Array.from({ length: 3 * long * long }, () => 0.4 + 0.2 * random());
    const small = Float32Array.from({ length: 3 * plane }, (_, i) => {
      const [c, y, x] = [Math.floor(i / plane), Math.floor(i / side) % side, i % side];
      const at = (v: number, u: number) => pixels[(c * long + 2 * y + v) * long + 2 * x + u]!;
      return (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4;
    });
    const twice = await logitsOf({ ...once, seesTwice: true }, pixels, [long, long]);
    const fine = await logitsOf(once, pixels, [long, long]);
    const coarse = await logitsOf(once, small, [side, side]);
    const along = (at: number) => Math.min(side - 1, Math.max(0, at));
    /** Between the centres of the small picture's pixels. */
    const doubled = (c: number, y: number, x: number) => {
      const near = (v: number, u: number) => coarse[c * plane + along(v) * side + along(u)]!;
      const [v, u] = [Math.floor((y - 1) / 2), Math.floor((x - 1) / 2)];
      const [b, a] = [y % 2 === 0 ? 0.75 : 0.25, x % 2 === 0 ? 0.75 : 0.25];
      return (
        (1 - b) * ((1 - a) * near(v, u) + a * near(v, u + 1)) + b * ((1 - a) * near(v + 1, u) + a * near(v + 1, u + 1))
      );
    };
    let farthest = 0;
    for (let i = 0; i < twice.length; i += 1) {
      const [c, y, x] = [Math.floor(i / (long * long)), Math.floor(i / long) % long, i % long];
      farthest = Math.max(farthest, Math.abs(twice[i]! - (fine[i]! + doubled(c, y, x)) / 2));
    }
    expect(farthest).toBeLessThan(1e-4);
  });

  test.each([
    [32, 32],
    [96, 160],
  ] as const)('answers for every pixel of %d x %d', async (high, wide) => {
    const pixels = Float32Array.from({ length: 3 * high * wide }, () => random());
    const logits = await logitsOf({ ...once, seesTwice: true }, pixels, [high, wide]);
    expect(logits).toHaveLength(classCount * high * wide);
    expect(logits.every(Number.isFinite)).toBe(true);
  });

  test('is cut before its last doubling as one that sees once, so that marks come from its logits', () => {
    const bytes = netPackGraph({ ...once, seesTwice: true });
    const model = op.onnx.ModelProto.decode(bytes);
    const short = shortGraph({ ...model, graph: model.graph! }, 'scores')!;
    expect(short.step).toBe(2);
  });
});

describe.each([false, true])('the net of a pack as a start (it sees twice: %s)', (seesTwice) => {
  const random = seededRandom(9);
  const base = { ...startNet(levels, classCount, random), seesTwice };
  for (const values of base.weights.values()) values.forEach((_, i) => (values[i] = random() - 0.5));
  const pack = { model: netPackGraph(base), classNames: ['good', 'hole', 'cut'] };

  test('brings all of the body, and of the last layer the classes that both know, wherever they stand', () => {
    const own = netOfModel(pack, levels, ['good', 'cut', 'line', 'hole'])!;
    expect(own.classCount).toBe(4);
    for (const [name, values] of base.weights)
      if (!name.startsWith('classes')) expect(own.weights.get(name)).toEqual(values);
    const row = ({ weights }: typeof base, k: number) => [
      ...weights.get('classes')!.subarray(k * levels[0]!, (k + 1) * levels[0]!),
      weights.get('classes.b')![k],
    ];
    for (const [to, from] of [
      [0, 0],
      [1, 2],
      [3, 1],
    ] as const)
      expect(row(own, to)).toEqual(row(base, from));
    // A class that the pack does not know begins small and without a bias of its own.
    expect(row(own, 2).at(-1)).toBe(0);
    expect(Math.max(...row(own, 2).map((v) => Math.abs(v!)))).toBeLessThan(0.3);
    expect(row(own, 2)).not.toEqual(row(base, 2));
  });

  test('is none where its levels are others', () => {
    expect(netOfModel(pack, [4, 6], pack.classNames)).toBeNull();
    expect(netOfModel(pack, [4, 5, 6], pack.classNames)).toBeNull();
  });
});

describe('calibrating logits', () => {
  test('finds the temperature and the shift by which the logits were spoilt', () => {
    const random = seededRandom(9);
    const sample = emptySample(2);
    sample.count = 20_000;
    sample.values = new Float32Array(2 * sample.count);
    sample.classes = new Uint8Array(sample.count);
    sample.weights = new Float32Array(sample.count).fill(1);
    for (let i = 0; i < sample.count; i += 1) {
      const logit = 6 * random() - 3;
      sample.classes[i] = random() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
      sample.values[2 * i + 1] = 2 * logit + 1;
    }
    const found = calibrateLogits(sample);
    expect(found.temperature).toBeCloseTo(2, 0);
    expect(found.goodShift).toBeCloseTo(1, 0);
  });
});
