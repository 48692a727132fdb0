import ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/domain/seeded-random.ts';
import { calibrateFused } from '../../src/tune/calibrate-fused.ts';
import {
  appendHead,
  headChannelsGraph,
  headShapes,
  headTrainingGraph,
  startHead,
} from '../../src/tune/channel-head.ts';
import { WIDE_CHANNEL_COUNT } from '../../src/tune/leather-channels.ts';
import { graphBuilder } from '../../src/tune/onnx-graph.ts';
import { emptySample } from '../../src/tune/sample-pixels.ts';
import type { PixelSample } from '../../src/tune/sample-pixels.ts';
import { fitHead } from '../../src/tune/train-head.node.ts';

const one = { intraOpNumThreads: 1, logSeverityLevel: 3 } as const;
const open = (graph: Uint8Array) => ort.InferenceSession.create(graph, one);
const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function sampleOf(channels: number, rows: readonly (readonly [number, readonly number[]])[]): PixelSample {
  return {
    ...emptySample(channels),
    count: rows.length,
    values: Float32Array.from(rows.flatMap(([, values]) => values)),
    classes: Uint8Array.from(rows, ([kind]) => kind),
    weights: new Float32Array(rows.length).fill(1),
  };
}

describe('the head on hand-made channels', () => {
  test('has the gradient that differences give', async () => {
    const random = seededRandom(4);
    const session = await open(headTrainingGraph());
    const weights = startHead(random);
    const cells = 40;
    const x = Float32Array.from({ length: WIDE_CHANNEL_COUNT * cells }, () => normal(random));
    const y = new Float32Array(2 * cells);
    for (let p = 0; p < cells; p += 1) y[p + (p % 3 === 0 ? cells : 0)] = 1;
    const run = () =>
      session.run({
        x: new ort.Tensor('float32', x, [1, WIDE_CHANNEL_COUNT, 1, cells]),
        y: new ort.Tensor('float32', y, [1, 2, 1, cells]),
        w: new ort.Tensor('float32', new Float32Array(cells).fill(1 / cells), [1, 1, 1, cells]),
        ...Object.fromEntries(
          [...headShapes()].map(([k, dims]) => [k, new ort.Tensor('float32', weights.get(k)!, dims)]),
        ),
      });
    const out = await run();
    const loss = async () => ((await run())['loss']!.data as Float32Array)[0]!;
    for (const name of headShapes().keys()) {
      const gradient = out[`g:${name}`]!.data as Float32Array;
      const own = weights.get(name)!;
      const k = gradient.reduce((best, v, i) => (Math.abs(v) > Math.abs(gradient[best]!) ? i : best), 0);
      const was = own[k]!;
      own[k] = was + 5e-3;
      const above = await loss();
      own[k] = was - 5e-3;
      const below = await loss();
      own[k] = was;
      expect((above - below) / 1e-2 / gradient[k]!).toBeCloseTo(1, 1);
    }
    await session.release();
  });

  test('says in the graph of a pack what it learnt of the same channels, whatever the size of the picture', async () => {
    const random = seededRandom(5);
    const [width, height] = [96, 160];
    // Dark dots on grey: the channels at a dot are the defect.
    const pixels = Float32Array.from({ length: 3 * width * height }, (_, i) => {
      const [u, v] = [i % width, Math.floor(i / width) % height];
      return (u % 32) ** 2 + (v % 32) ** 2 < 30 ? 0.2 : 0.6 + 0.02 * normal(random);
    });
    const feeds = { pixels: new ort.Tensor('float32', pixels, [1, 3, height, width]) };
    const seen = await open(headChannelsGraph());
    const channels = (await seen.run(feeds))['channels']!.data as Float32Array;
    const plane = width * height;
    const isDot = (i: number) => pixels[i]! < 0.4;
    const at = (i: number) => Array.from({ length: WIDE_CHANNEL_COUNT }, (_, c) => channels[c * plane + i]!);
    const rows = [...Array(plane).keys()].map((i) => [isDot(i) ? 1 : 0, at(i)] as const);
    const head = await fitHead(sampleOf(WIDE_CHANNEL_COUNT, rows), 1);
    const g = graphBuilder('test');
    g.output('logit', appendHead(g, g.input('pixels', ['n', 3, 'h', 'w']), head), ['n', 1, 'h', 'w']);
    const pack = await open(g.encode());
    const logit = (await pack.run(feeds))['logit']!;
    expect(logit.dims).toEqual([1, 1, height, width]);
    const right = (logit.data as Float32Array).reduce((sum, z, i) => sum + Number(z > 0 === isDot(i)), 0);
    expect(right / plane).toBeGreaterThan(0.97);
    await seen.release();
    await pack.release();
  });
});

describe('fusing net, normality and head', () => {
  /** Pixels of good, and of two classes, by logits of a net that is twice too sure, a normality score, and a head. */
  const drawn = (normality: number, head: number) => {
    const random = seededRandom(6);
    return sampleOf(
      5,
      Array.from({ length: 6000 }, () => {
        const kind = Math.floor(random() * 3);
        const isDefect = kind > 0 ? 1 : 0;
        const net = [0, 1, 2].map((k) => 2 * (normal(random) + (k === kind ? 1 : 0)));
        return [kind, [...net, normal(random) + normality * isDefect, normal(random) + head * isDefect]] as const;
      }),
    );
  };

  test('takes from each what it knows, and cools what is too sure', () => {
    const c = calibrateFused(drawn(0.8, 1.2));
    // Of normal numbers apart by d and of spread 1 the log odds are d times the number: the weights, at temperature 2,
    // are twice that.
    expect(c.temperature).toBeGreaterThan(1.8);
    expect(c.temperature).toBeLessThan(2.2);
    expect(c.normalityWeight / c.temperature).toBeCloseTo(0.8, 1);
    expect(c.headWeight / c.temperature).toBeCloseTo(1.2, 1);
  });

  test('leaves out what knows nothing, and never turns a score round', () => {
    expect(calibrateFused(drawn(0, 1))).toMatchObject({ normalityWeight: 0 });
    expect(calibrateFused(drawn(1, 0))).toMatchObject({ headWeight: 0 });
    expect(calibrateFused(drawn(-1, -1))).toMatchObject({ normalityWeight: 0, headWeight: 0 });
  });
});
