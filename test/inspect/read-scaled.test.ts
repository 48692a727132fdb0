import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pixelsInMemory } from '../../src/inspect/pixel-source.ts';
import { readScaled } from '../../src/inspect/read-scaled.ts';

const noise = (count: number, seed: number) =>
  Uint8Array.from({ length: count }, (_, i) => (Math.imul(i + seed, 2_654_435_761) >>> 13) & 255);

test('a picture read at half its size is the mean of four pixels each, mirrored where it ends', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ w: fc.integer({ min: 1, max: 20 }), h: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ leftPx: fc.integer({ min: -9, max: 9 }), topPx: fc.integer({ min: -9, max: 9 }) }),
      fc.integer(),
      async ({ w, h }, at, seed) => {
        const rgb = noise(2 * w * 2 * h * 3, seed);
        const rect = { ...at, widthPx: 12, heightPx: 10 };
        const seen = await readScaled(pixelsInMemory(rgb, 2 * w, 2 * h), 2, rect);
        const mirrored = (p: number, size: number) => {
          const q = ((p % (2 * size)) + 2 * size) % (2 * size);
          return q < size ? q : 2 * size - 1 - q;
        };
        const wanted = Array.from(seen, (_, i) => {
          const x = mirrored(rect.leftPx + (Math.floor(i / 3) % rect.widthPx), w);
          const y = mirrored(rect.topPx + Math.floor(i / 3 / rect.widthPx), h);
          const of = (dx: number, dy: number) => rgb[3 * ((2 * y + dy) * 2 * w + 2 * x + dx) + (i % 3)]!;
          return Math.round((of(0, 0) + of(1, 0) + of(0, 1) + of(1, 1)) / 4);
        });
        expect([...seen]).toEqual(wanted);
      },
    ),
  );
});

test('exactly half and all but half say the same of an even picture and nearly the same of a ramp', async () => {
  const ramp = (w: number) => Uint8Array.from({ length: w * w * 3 }, (_, i) => Math.floor((i / 3) % w) * 2);
  const rect = { leftPx: 10, topPx: 10, widthPx: 20, heightPx: 20 };
  const halved = await readScaled(pixelsInMemory(ramp(100), 100, 100), 2, rect);
  const general = await readScaled(pixelsInMemory(ramp(101), 101, 101), 2, rect);
  const gap = halved.map((v, i) => Math.abs(v - general[i]!));
  expect(Math.max(...gap)).toBeLessThanOrEqual(2);
});
