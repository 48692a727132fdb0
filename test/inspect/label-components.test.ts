import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelComponents } from '../../src/inspect/label-components.ts';

/** Spreads each pixel's number to its neighbours until nothing changes: slow, and nothing like runs. */
function bySpreading(mask: Uint8Array, w: number, h: number, isEight: boolean): number[] {
  const label = Array.from(mask, (v, i) => (v === 0 ? Infinity : i));
  for (let isMoving = true; isMoving;) {
    isMoving = false;
    for (let i = 0; i < label.length; i += 1) {
      if (label[i] === Infinity) continue;
      for (let dy = -1; dy <= 1; dy += 1)
        for (let dx = -1; dx <= 1; dx += 1) {
          const x = (i % w) + dx;
          const y = Math.floor(i / w) + dy;
          if (x < 0 || y < 0 || x >= w || y >= h || (!isEight && dx !== 0 && dy !== 0)) continue;
          const near = label[y * w + x]!;
          if (near >= label[i]!) continue;
          label[i] = near;
          isMoving = true;
        }
    }
  }
  const firsts = [...new Set(label.filter((v) => v !== Infinity))].sort((a, b) => a - b);
  return label.map((v) => firsts.indexOf(v) + 1);
}

test('components are those that touch, numbered in reading order, with their areas and boxes', () => {
  const masks = fc
    .tuple(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), fc.boolean())
    .chain(([w, h, isEight]) =>
      fc.record({
        w: fc.constant(w),
        h: fc.constant(h),
        isEight: fc.constant(isEight),
        mask: fc.array(fc.integer({ min: 0, max: 1 }), { minLength: w * h, maxLength: w * h }),
      }),
    );
  fc.assert(
    fc.property(masks, ({ w, h, isEight, mask }) => {
      const found = labelComponents(Uint8Array.from(mask), w, h, isEight);
      const expected = bySpreading(Uint8Array.from(mask), w, h, isEight);
      expect([...found.labels]).toEqual(expected);
      expect(found.count).toBe(Math.max(0, ...expected));
      for (let k = 1; k <= found.count; k += 1) {
        const own = expected.flatMap((v, i) => (v === k ? [i] : []));
        const xs = own.map((i) => i % w);
        const ys = own.map((i) => Math.floor(i / w));
        expect(found.areaPx[k]).toBe(own.length);
        const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
        expect([...found.boxes.subarray(4 * k, 4 * k + 4)]).toEqual(box);
      }
    }),
    { numRuns: 150 },
  );
});
