import { expect, test } from 'vitest';
import { goodLook, materialsOf } from '../../src/tune/good-parts.ts';
import { drawLabelled, foldLabelled } from '../../src/tune/label-draws.ts';

const items = ['cut', 'hole'].flatMap((className) =>
  Array.from({ length: 43 }, (_, i) => ({ name: `${className}_${i}`, className })),
);

test('each picture is judged in exactly one fold and teaches in all others, neighbours in number together', () => {
  const judged = items.map(() => 0);
  for (let fold = 0; fold < 5; fold += 1) {
    const { teach, test: own } = foldLabelled(items, fold, 5);
    for (const i of own) judged[i]! += 1;
    expect([...teach, ...own].sort((a, b) => a - b)).toEqual(items.map((_, i) => i));
    // Two runs a class: at most four borders between judged and taught pictures of it.
    const isJudged = items.map((_, i) => own.includes(i));
    const borders = isJudged.filter((is, i) => i > 0 && items[i]!.className === 'cut' && is !== isJudged[i - 1]).length;
    expect(borders).toBeLessThanOrEqual(4);
  }
  expect(new Set(judged)).toEqual(new Set([1]));
});

test('no neighbour of a taught picture is judged when a few are drawn', () => {
  const { teach, test: own } = drawLabelled(items, 15, 3);
  const runOf = (i: number) => `${items[i]!.className} ${Math.floor((i % 43) / 5)}`;
  const taught = new Set(teach.map(runOf));
  expect(teach).toHaveLength(30);
  expect(own.filter((i) => taught.has(runOf(i)))).toEqual([]);
});

test('two hides of one colour are two materials where their grain differs, whatever their defects look like', () => {
  const widthPx = 32;
  const picture = (step: number, defect: number) => {
    const mask = new Uint8Array(widthPx * widthPx).fill(1, 0, 5 * widthPx);
    const rgb = new Uint8Array(3 * mask.length);
    for (let i = 0; i < mask.length; i += 1) {
      const v = mask[i] === 1 ? defect * (i % 3) : 120 + (i % 2 === 0 ? step : -step);
      rgb.fill(v, 3 * i, 3 * i + 3);
    }
    return goodLook({ rgb, mask, widthPx });
  };
  expect(materialsOf([picture(4, 0), picture(9, 0), picture(5, 100), picture(9, 80)])).toEqual([
    [0, 2],
    [1, 3],
  ]);
});
