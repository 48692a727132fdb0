import { describe, expect, test } from 'vitest';
import { openings, withoutSpecks } from '../../src/inspect/openings.ts';

const widthPx = 40;
const heightPx = 30;

/** A hide with a rim of table round it and rectangles cut out: [left, top, right, bottom]. */
function hideWith(...cuts: readonly (readonly [number, number, number, number])[]) {
  const mask = new Uint8Array(widthPx * heightPx);
  for (let y = 2; y < heightPx - 2; y += 1) for (let x = 2; x < widthPx - 2; x += 1) mask[y * widthPx + x] = 1;
  for (const [x0, y0, x1, y1] of cuts)
    for (let y = y0; y < y1; y += 1) for (let x = x0; x < x1; x += 1) mask[y * widthPx + x] = 0;
  return { mask, widthPx, heightPx };
}
const count = (mask: Uint8Array) => mask.reduce((a, b) => a + b, 0);

describe('openings of a hide', () => {
  test('are where the table is seen through it, not where it is seen round it', () => {
    const open = openings(hideWith([10, 10, 14, 13], [0, 5, 4, 8]));
    expect(count(open)).toBe(12);
  });

  test('that are small must be a defect to the model too, or they are specks of the table’s colour', () => {
    const hide = hideWith([10, 10, 13, 13], [20, 10, 23, 13]);
    const kept = withoutSpecks(hide, 1, (x) => (x < 16 ? 0.9 : 0.1));
    expect(openings(kept)).toEqual(openings(hideWith([10, 10, 13, 13])));
    expect(withoutSpecks(hide, 1, () => 0.9)).toBe(hide);
  });

  test('that are large stay whatever the model says', () => {
    const hide = hideWith([10, 10, 20, 20]);
    expect(withoutSpecks(hide, 1, () => 0)).toBe(hide);
  });

  test('that are large but nowhere wide are a web of pores unless the model says otherwise', () => {
    const web = hideWith([5, 10, 35, 12], [5, 15, 35, 17], [18, 10, 20, 17]);
    expect(count(openings(withoutSpecks(web, 1, () => 0)))).toBe(0);
    expect(withoutSpecks(web, 1, () => 0.9)).toBe(web);
  });

  test('leave the rim of the hide as it is', () => {
    const hide = hideWith([0, 5, 4, 8]);
    expect(withoutSpecks(hide, 1, () => 0)).toBe(hide);
  });
});
