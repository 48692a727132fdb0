import { afterAll, expect, test } from 'vitest';
import op from 'onnx-proto';
import { loadPack, packOfModel } from '../../src/inspect/load-pack.node.ts';
import { openSegmenter } from '../../src/inspect/onnx-segmenter.node.ts';
import { isAllFinite, marksOfAnswer } from '../../src/inspect/mark-pixels.ts';
import type { TileMarks } from '../../src/inspect/segmenter.ts';
import { drawLeatherTile } from '../../src/synth/draw-leather-tile.ts';
import { packPath } from '../../src/cli/pack-path.ts';
import { smallPack } from './small-pack.ts';

const closing: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(closing.map((s) => s.close())));

/** Marks by the cut graph beside those of the whole graph's scores, on one tile with a rim. */
async function bothWays(path: string) {
  const pack = await loadPack(path);
  const segmenter = await openSegmenter(pack, { provider: 'cpu', workers: 1 });
  closing.push(segmenter);
  const { rgb, widthPx, heightPx } = drawLeatherTile({ seed: 5, sizePx: 256, mmPerPx: 0.5, kinds: ['cut', 'hole'] });
  const tile = { rgb, widthPx, heightPx, rimPx: 32 };
  const marks = await segmenter.mark(tile);
  const scores = await segmenter.segment(tile);
  return { pack, marks, scores, asked: marksOfAnswer(scores, pack.card.classes.length) };
}

test.each([
  ['leather-base', packPath('leather-base')],
  ['a small untrained pack', smallPack()],
  ['one that looks at half the size as well', smallPack({ seesTwice: true })],
])('the marks of %s are its scores, from a graph that ends at the logits', async (_, path) => {
  const { pack, marks, scores, asked } = await bothWays(path);
  expect(pack.short).toMatchObject({ step: 2 });
  expect([marks.widthPx, marks.heightPx]).toEqual([192, 192]);
  const scoreOf = (kind: number, i: number) => scores.scores[kind * marks.defect.length + i]!;
  // Classes of like probability may change places.
  const isOther = marks.kind.filter(
    (kind, i) =>
      marks.defect[i]! > 1 && kind !== asked.kind[i] && Math.abs(scoreOf(kind, i) - scoreOf(asked.kind[i]!, i)) > 2,
  );
  expect(isOther).toHaveLength(0);
  expect(worstGap(marks, asked)).toBeLessThanOrEqual(1);
  expect(Math.max(...marks.defect)).toBeGreaterThan(100);
});

test('a pack that looks at half the size as well looks once where that is asked for, in marks and in scores', async () => {
  const { rgb, widthPx, heightPx } = drawLeatherTile({ seed: 7, sizePx: 192, mmPerPx: 0.5, kinds: ['hole'] });
  const answers = async (path: string, isSeenOnce: boolean) => {
    const segmenter = await openSegmenter(await loadPack(path), { provider: 'cpu', workers: 1 });
    closing.push(segmenter);
    const tile = { rgb, widthPx, heightPx, rimPx: 0, isSeenOnce };
    return [await segmenter.mark(tile), await segmenter.segment(tile)] as const;
  };
  const [once, twice] = [smallPack(), smallPack({ seesTwice: true })];
  expect(await answers(twice, true)).toEqual(await answers(once, false));
  expect(await answers(once, true)).toEqual(await answers(once, false));
  expect([(await loadPack(once)).once, (await loadPack(twice)).once === null]).toEqual([null, false]);
  const [marks, scores] = await answers(twice, false);
  const [onceMarks, onceScores] = await answers(once, false);
  expect(marks.defect).not.toEqual(onceMarks.defect);
  expect(scores.scores).not.toEqual(onceScores.scores);
});

test('a pack whose end is not known is asked for its scores', async () => {
  const pack = await loadPack(smallPack());
  const segmenter = await openSegmenter({ ...pack, short: null }, { provider: 'cpu', workers: 1 });
  closing.push(segmenter);
  const { rgb, widthPx, heightPx } = drawLeatherTile({ seed: 6, sizePx: 96, mmPerPx: 0.5, kinds: ['hole'] });
  const tile = { rgb, widthPx, heightPx, rimPx: 0 };
  const marks = await segmenter.mark(tile);
  const asked = marksOfAnswer(await segmenter.segment(tile), pack.card.classes.length);
  expect(worstGap(marks, asked)).toBeLessThanOrEqual(1);
});

test.each([NaN, Infinity])(
  'a model that answers %s has failed on the tile, asked for marks or for scores',
  async (value) => {
    const pack = await loadPack(smallPack());
    const model = op.onnx.ModelProto.decode(pack.model);
    // What is added to the logits, a number a class.
    const added = model.graph!.initializer!.find((t) => t.dims!.length === 1 && Number(t.dims![0]) === 3)!;
    const numbers = new Float32Array(Uint8Array.from(added.rawData!).buffer);
    added.rawData = new Uint8Array(numbers.with(0, value).buffer);
    const broken = packOfModel(pack.dir, pack.card, op.onnx.ModelProto.encode(model).finish());
    const segmenter = await openSegmenter(broken, { provider: 'cpu', workers: 1 });
    closing.push(segmenter);
    const tile = { rgb: new Uint8Array(3 * 64 * 64).fill(128), widthPx: 64, heightPx: 64, rimPx: 0 };
    for (const answer of [segmenter.mark(tile), segmenter.segment(tile)])
      await expect(answer).rejects.toMatchObject({
        ...{ code: 'INSPECT_MODEL_FAILED', fault: 'device' },
        message: expect.stringContaining('is not finite') as unknown,
      });
  },
);

test('one number that is none among many is seen', () => {
  const values = new Float32Array(1000).fill(1e30);
  expect(isAllFinite(values)).toBe(true);
  for (const v of [NaN, Infinity, -Infinity]) expect(isAllFinite(values.with(777, v))).toBe(false);
});

/** Farthest of the marks from those that were asked for in scores; what these hold for less than a 64th may be told as nothing. */
function worstGap(marks: TileMarks, asked: TileMarks): number {
  return marks.defect.reduce((worst, v, i) => {
    const wanted = asked.defect[i]!;
    return v === 0 && wanted < 255 / 64 + 1 ? worst : Math.max(worst, Math.abs(v - wanted));
  }, 0);
}
