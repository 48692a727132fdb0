import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closeMask } from '../../src/inspect/mask-spread.ts';
import { closedRuns, runsOf, type Runs } from '../../src/inspect/mask-runs.ts';

const masks = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 14 }), fc.integer({ min: 0, max: 30 }))
  .chain(([w, h, percent]) =>
    fc.record({
      w: fc.constant(w),
      h: fc.constant(h),
      mask: fc
        .array(fc.integer({ min: 0, max: 99 }), { minLength: w * h, maxLength: w * h })
        .map((chances) => Uint8Array.from(chances, (v) => (v < percent ? 1 : 0))),
    }),
  );

function painted({ begin, end, firstOfRow }: Runs, w: number, h: number): number[] {
  const out = new Uint8Array(w * h);
  for (let y = 0; y < h; y += 1)
    for (let r = firstOfRow[y]!; r < firstOfRow[y + 1]!; r += 1) out.fill(1, y * w + begin[r]!, y * w + end[r]!);
  return [...out];
}

test('runs hold the pixels that are set and no others, wherever a mask lies in memory', () => {
  fc.assert(
    fc.property(masks, fc.integer({ min: 0, max: 3 }), ({ w, h, mask }, shift) => {
      const moved = new Uint8Array(mask.length + shift).subarray(shift);
      moved.set(mask);
      const runs = runsOf(moved, w, h);
      expect(painted(runs, w, h)).toEqual([...mask]);
      for (let y = 0; y < h; y += 1)
        for (let r = runs.firstOfRow[y]! + 1; r < runs.firstOfRow[y + 1]!; r += 1)
          expect(runs.begin[r]!).toBeGreaterThan(runs.end[r - 1]!);
    }),
    { numRuns: 200 },
  );
});

test('closed runs are the closed mask, at the borders too', () => {
  fc.assert(
    fc.property(masks, fc.integer({ min: 0, max: 3 }), ({ w, h, mask }, r) => {
      const expected = r === 0 ? mask : closeMask(mask, w, h, r);
      expect(painted(closedRuns(runsOf(mask, w, h), w, h, r), w, h)).toEqual([...expected]);
    }),
    { numRuns: 300 },
  );
});
