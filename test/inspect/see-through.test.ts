import { describe, expect, test } from 'vitest';
import { wholeHide } from '../../src/inspect/see-through.ts';

const widthPx = 60;
const heightPx = 40;
type Colour = readonly [number, number, number];

/** A picture of one colour with boxes of others: [left, top, right, bottom, colour]. */
function picture(ground: Colour, ...boxes: readonly (readonly [number, number, number, number, Colour])[]) {
  const rgb = new Uint8Array(3 * widthPx * heightPx);
  for (let i = 0; i < widthPx * heightPx; i += 1) rgb.set(ground, 3 * i);
  for (const [x0, y0, x1, y1, colour] of boxes)
    for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) rgb.set(colour, 3 * (y * widthPx + x));
  return { rgb, widthPx, heightPx };
}
const openPx = (p: ReturnType<typeof picture>) => wholeHide(p).mask.reduce((sum, v) => sum + (1 - v), 0);

const BROWN: Colour = [150, 110, 75];
const PALE_BLUE: Colour = [165, 215, 235];

describe('a picture that is all material', () => {
  test('is open where a colour is seen that its leather has in no light', () => {
    expect(openPx(picture(BROWN, [20, 10, 30, 18, PALE_BLUE]))).toBe(80);
  });

  test('is whole under glare, shade and dark stains, and where the leather is red', () => {
    const marks = [
      [5, 5, 15, 15, [245, 244, 242]],
      [20, 5, 30, 15, [30, 24, 20]],
      [35, 5, 45, 15, [90, 74, 60]],
    ] as const;
    expect(openPx(picture(BROWN, ...marks))).toBe(0);
    expect(openPx(picture([190, 60, 60], ...marks))).toBe(0);
  });

  test('is whole where it is grey: no hue is foreign to it', () => {
    expect(openPx(picture([130, 130, 132], [20, 10, 30, 18, PALE_BLUE]))).toBe(0);
  });

  test('has no opening at its border, where table would be seen beside it', () => {
    expect(openPx(picture(BROWN, [0, 10, 8, 18, PALE_BLUE]))).toBe(0);
  });
});
