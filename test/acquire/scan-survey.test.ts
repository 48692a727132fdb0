import { expect, test } from 'vitest';
import { surveyWhole } from '#acquire/scan-survey.ts';
import { seededRandom } from '#domain/seeded-random.ts';

const [WIDTH, HEIGHT] = [320, 240];

/** A grey table with noise and brown leather where `isHide` says so, 8 mm a pixel. */
function laid(isHide: (x: number, y: number) => boolean) {
  const random = seededRandom(5);
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let i = 0; i < WIDTH * HEIGHT; i += 1) {
    const colour = isHide(i % WIDTH, Math.floor(i / WIDTH)) ? [120, 75, 45] : [150, 155, 160];
    rgb.set(
      colour.map((level) => level + 8 * (random() - 0.5)),
      3 * i,
    );
  }
  return surveyWhole({
    overview: { rgb, widthPx: WIDTH, heightPx: HEIGHT },
    mmPerPx: 8,
    ...{ minX: 0, minY: 0, markers: [] },
  });
}

test.each([
  ['half', (x: number) => x < 160],
  ['70 %', (x: number) => x < 224],
  ['three sides', (x: number, y: number) => Math.hypot((x - 160) / 200, (y - 150) / 140) < 1],
])('leather over %s of the table reaches over the edge: it is no arm', (_, isHide) => {
  expect(laid(isHide).map(({ kind }) => kind)).toEqual(['rim']);
});

test('a hide that ends three pixels before the edge reaches over none', () => {
  expect(laid((x, y) => Math.hypot((x - 160) / 157, (y - 120) / 117) < 1)).toEqual([]);
});
