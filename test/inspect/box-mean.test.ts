import fc from 'fast-check';
import { expect, test } from 'vitest';
import { boxMean } from '../../src/inspect/box-mean.ts';
import { medianOf } from '#domain/median-of.ts';

test('means over squares are those of the counted cells alone, NaN where there are none', () => {
  const grids = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })).chain(([w, h]) =>
    fc.record({
      w: fc.constant(w),
      h: fc.constant(h),
      cells: fc.array(fc.record({ value: fc.integer({ min: -50, max: 50 }), isCounted: fc.boolean() }), {
        minLength: w * h,
        maxLength: w * h,
      }),
    }),
  );
  fc.assert(
    fc.property(grids, fc.integer({ min: 0, max: 4 }), ({ w, h, cells }, reach) => {
      const isCounted = Uint8Array.from(cells, (c) => (c.isCounted ? 1 : 0));
      const mean = boxMean(isCounted, w, h, reach);
      // Two planes: the second must not hold what the first left.
      for (const sign of [1, -2]) {
        const got = mean(Float32Array.from(cells, (c) => sign * c.value));
        for (let i = 0; i < got.length; i += 1) {
          const near = cells.filter(
            (c, j) =>
              c.isCounted &&
              Math.abs((j % w) - (i % w)) <= reach &&
              Math.abs(Math.floor(j / w) - Math.floor(i / w)) <= reach,
          );
          const sum = near.reduce((total, c) => total + sign * c.value, 0);
          if (near.length === 0) expect(got[i]).toBeNaN();
          else expect(got[i]).toBeCloseTo(sum / near.length, 4);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('the median is what stands in the middle of what is known, without sorting it', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }), fc.constant(NaN)), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, (list) => {
      const known = list.filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
      const expected = known[known.length >> 1] ?? 0;
      // 0 and -0 are one value here.
      expect(medianOf(list) === expected).toBe(true);
    }),
    { numRuns: 300 },
  );
});
