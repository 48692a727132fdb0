import { afterAll, expect, test } from 'vitest';
import { noProbabilities, wrongSize } from '../../src/inspect/check-answer.ts';
import { packOfModel } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { graphBuilder, intsAttribute } from '../../src/tune/onnx-graph.ts';
import { untrainedCard } from './untrained-card.ts';

const closing: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(closing.map((s) => s.close())));

/** A pack that says the same of every pixel; `reducedBy` 2 gives half the size. */
async function saying({
  scores = [0.1, 0.9],
  reducedBy = { scores: 1, doubt: 1 },
}: {
  scores?: readonly [number, number];
  reducedBy?: { scores: number; doubt: number };
}) {
  const g = graphBuilder('said');
  const pixels = g.input('pixels', ['n', 3, 'h', 'w']);
  const said = (values: readonly number[], by: number) => {
    const sides = [intsAttribute('kernel_shape', by, by), intsAttribute('strides', by, by)];
    const x = by === 1 ? pixels : g.op('AveragePool', [pixels], sides);
    const none = g.floats(new Float32Array(3 * values.length), [values.length, 3, 1, 1]);
    return g.op('Conv', [x, none, g.floats(values, [values.length])]);
  };
  g.output('scores', said(scores, reducedBy.scores), ['n', 2, 'h', 'w']);
  g.output('doubt', said([0.2], reducedBy.doubt), ['n', 1, 'h', 'w']);
  const model = g.encode();
  const classes = [{ name: 'good' }, { name: 'defect', threshold: 0.5 }];
  const card = untrainedCard(model, { id: 'said', tilePx: 64, overlapPx: 16, mmPerPx: 1, classes });
  const segmenter = await openSegmenter(packOfModel('said', card, model), { provider: 'cpu', workers: 1 });
  closing.push(segmenter);
  return segmenter;
}

const tile = { rgb: new Uint8Array(3 * 64 * 64).fill(128), widthPx: 64, heightPx: 64, rimPx: 16 };

test.each([
  ['half the size', { reducedBy: { scores: 2, doubt: 1 } }, 'scores is 1 x 2 x 32 x 32, expected 1 x 2 x 64 x 64'],
  ['logits', { scores: [2, 5] as const }, 'scores holds 2.00, expected probabilities of 0 to 1'],
  ['more than all', { scores: [1.2, -0.2] as const }, 'scores holds 1.20, expected probabilities of 0 to 1'],
  ['too little altogether', { scores: [0.1, 0.2] as const }, 'sum is 0.300'],
])('a model that answers %s has failed on the tile, asked for marks or for scores', async (_, pack, reason) => {
  const segmenter = await saying(pack);
  for (const answer of [segmenter.mark(tile), segmenter.segment(tile)])
    await expect(answer).rejects.toMatchObject({
      ...{ code: 'INSPECT_MODEL_FAILED', fault: 'device' },
      message: expect.stringContaining(reason) as unknown,
    });
});

test('a doubt of another size has failed where it is asked for', async () => {
  const segmenter = await saying({ reducedBy: { scores: 1, doubt: 2 } });
  await expect(segmenter.segment(tile)).rejects.toThrow('doubt is 1 x 1 x 32 x 32, expected 1 x 1 x 64 x 64');
});

test('probabilities of the tile’s size are an answer', async () => {
  const segmenter = await saying({ scores: [0.1254, 0.875] });
  expect((await segmenter.mark(tile)).defect.every((v) => v === 223)).toBe(true);
  expect((await segmenter.segment(tile)).scores[32 * 32]).toBe(Math.floor(0.875 * 65535 + 0.5));
});

test('the sum of one pixel of many is seen, and what is no number in one class of many', () => {
  const [plane, classCount] = [5000, 7];
  const values = new Float32Array(plane * classCount).fill(1 / classCount);
  expect(noProbabilities(values, classCount)).toBeNull();
  expect(noProbabilities(values.with(plane * 3 + 17, 0.2), classCount)).toContain('sum is 1.06');
  expect(noProbabilities(values.with(plane * 3 + 17, -0.1), classCount)).toContain('holds -0.1');
  expect(noProbabilities(values.with(plane * 3 + 17, 100), classCount)).toContain('holds 100');
  for (const v of [NaN, Infinity, -Infinity])
    expect(noProbabilities(values.with(plane * 3 + 17, v), classCount)).toContain('not finite');
});

test('a size is as expected or said', () => {
  expect(wrongSize([1, 2, 64, 64], [1, 2, 64, 64])).toBeNull();
  expect(wrongSize([1, 2, 64], [1, 2, 64, 64])).toBe('is 1 x 2 x 64, expected 1 x 2 x 64 x 64');
  expect(wrongSize([1, 3, 64, 64], [1, 2, 64, 64])).toContain('1 x 3');
});
