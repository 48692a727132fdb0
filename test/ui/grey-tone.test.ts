import { expect, test } from 'vitest';
import { greyPixels, greyTable } from '../../src/ui/canvas/grey-tone.ts';

test('greying gives each pixel what the table has for its lightness, and leaves what is seen through', () => {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, v) => 255 - v);
  const pixels = Uint8ClampedArray.of(0, 0, 0, 255, 255, 255, 255, 128, 255, 0, 0, 255);
  greyPixels(pixels, table);
  // Red alone is 218/1024 of white.
  const red = 255 - Math.floor((218 * 255) / 1024);
  expect([...pixels]).toEqual([255, 255, 255, 255, 0, 0, 0, 128, red, red, red, 255]);
});

test('leather of whatever lightness ends about as light as the look asks, with its grain', () => {
  for (const mean of [0.15, 0.5, 0.8])
    for (const [tone, light] of [
      ['light', 0.86],
      ['dark', 0.2],
    ] as const) {
      const table = greyTable(mean, tone);
      expect(Math.abs(table[Math.round(255 * mean)]! / 255 - light)).toBeLessThan(0.02);
      expect(table[Math.round(255 * mean * 0.7)]!).toBeLessThan(table[Math.round(255 * mean)]!);
    }
});
