import { expect, test } from 'vitest';
import { uniformToMm } from '#domain/scan.ts';
import { frameStretches, lengthOf } from '#geometry/frame-contact.ts';

/** A table of 2000 x 1000 mm, half a millimetre a pixel. */
const FRAME = { widthPx: 4000, heightPx: 2000, toMm: uniformToMm(0.5, 2000) };

test('a hide lies on the rim of its picture along what the picture cuts off of it', () => {
  const outline = [
    [300, 0.3],
    [900, 0],
    [1200, 500],
    [2000, 700],
    [1999.6, 950],
    [700, 940],
  ] as const;
  const stretches = frameStretches(outline, FRAME);
  expect(stretches.map(([from]) => from)).toEqual([
    [300, 0.3],
    [2000, 700],
  ]);
  expect(lengthOf(stretches)).toBeCloseTo(850, 0);
});

test('a hide that ends a millimetre before the rim is whole, and so is one that a corner of touches it', () => {
  const near = [
    [1, 1],
    [1999, 1],
    [1999, 999],
    [1, 999],
  ] as const;
  expect(frameStretches(near, FRAME)).toEqual([]);
  const touching = [
    [0, 500],
    [1000, 20],
    [2000, 500],
    [1000, 980],
  ] as const;
  expect(frameStretches(touching, FRAME)).toEqual([]);
});

test('a picture that is all material is cut off nowhere', () => {
  const all = [
    [0, 0],
    [2000, 0],
    [2000, 1000],
    [0, 1000],
  ] as const;
  expect(frameStretches(all, FRAME)).toEqual([]);
});
