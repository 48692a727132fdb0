import { expect, test } from 'vitest';
import { halved } from '../../src/tune/halved-pictures.ts';
import { NO_MATERIAL } from '../../src/tune/training-picture.ts';

/** A picture of 2 x 2 pixels a block, one block beside the other, with an odd column and row that have no part in it. */
function picture(blocks: readonly (readonly number[])[]) {
  const [widthPx, heightPx] = [2 * blocks.length + 1, 3];
  const mask = new Uint8Array(widthPx * heightPx).fill(9);
  blocks.forEach((four, b) => four.forEach((kind, k) => (mask[Math.floor(k / 2) * widthPx + 2 * b + (k % 2)] = kind)));
  const rgb = Uint8Array.from({ length: 3 * mask.length }, (_, i) => 10 * (Math.floor(i / 3) % widthPx) + (i % 3));
  return { name: 'p', rgb, widthPx, heightPx, mmPerPx: 0.5, mask };
}

test('a halved picture has the means of four pixels and twice the millimetres', () => {
  const small = halved(
    picture([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]),
  );
  expect([small.widthPx, small.heightPx, small.mmPerPx]).toEqual([2, 1, 1]);
  expect([...small.rgb]).toEqual([5, 6, 7, 25, 26, 27]);
});

test.each([
  ['good where one pixel of four is a defect', [0, 3, 0, 0], 0],
  ['a defect where two are', [0, 3, 3, 0], 3],
  ['of the class that more of them have, wherever they stand', [1, 2, 2, 0], 2],
  ['no material where one is none', [3, 3, NO_MATERIAL, 3], NO_MATERIAL],
])('a pixel is %s', (_, four, kind) => {
  expect([...halved(picture([four, [0, 0, 0, 0]])).mask]).toEqual([kind, 0]);
});
