import { expect, test } from 'vitest';
import type { Ring } from '#domain/ring.ts';
import { seededRandom } from '#domain/seeded-random.ts';
import { drawHair } from '#synth/draw-hair.ts';

const SIDE = 100;
const square: Ring = [
  [30, 30],
  [70, 30],
  [70, 70],
  [30, 70],
];

test.each([
  ['counter-clockwise', square],
  ['clockwise', square.toReversed()],
])('hair stands outwards of a rim that runs %s', (_, outline) => {
  const rgb = new Uint8Array(3 * SIDE * SIDE).fill(200);
  const paper = { rgb, widthPx: SIDE, heightPx: SIDE, mmPerPx: 1 };
  drawHair(paper, outline, { perMm: 2, colour: [40, 30, 20] }, seededRandom(1));
  let [inside, outside] = [0, 0];
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    if (rgb[3 * i] === 200) continue;
    const [u, v] = [i % SIDE, Math.floor(i / SIDE)];
    if (u > 31 && u < 68 && v > 31 && v < 68) inside += 1;
    else outside += 1;
  }
  expect(inside).toBe(0);
  expect(outside).toBeGreaterThan(500);
});
