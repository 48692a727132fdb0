import { describe, expect, it } from 'vitest';
import { offeredFor, weigh } from '../../src/ui/state/weigh.ts';
import { layoutOf, square } from './page-fixtures.ts';

const layout = (change: object) =>
  layoutOf([square(0, 0, 10)], { kitCount: 3, bestLeftMm2: 2e5, cutLength: 5e4, ...change });

describe('layouts side by side', () => {
  const best = layout({});

  it('say what is gained and given up; a shorter cut is a gain', () => {
    const other = layout({ nestedYieldBp: 6900, bestLeftMm2: 2.5e5, cutLength: 4.8e4 });
    const of = (what: string) => weigh(best, other, true).find((one) => one.what === what)!;
    expect([of('yield').difference, of('yield').isGain]).toEqual([-100, false]);
    expect([of('left').difference, of('left').isGain]).toEqual([5e4, true]);
    expect([of('cut').difference, of('cut').isGain]).toEqual([-2000, true]);
    expect(of('kits').isGain).toBeNull();
    expect(weigh(best, other, false).some((one) => one.what === 'kits')).toBe(false);
  });

  it('are each offered for something else, as far as they gain', () => {
    const weighed = [
      layout({ kitCount: 4 }),
      layout({ bestLeftMm2: 3e5, cutLength: 4e4 }),
      layout({ bestLeftMm2: 2.8e5, cutLength: 4.5e4 }),
      layout({ bestLeftMm2: 2.7e5 }),
      layout({ nestedYieldBp: 6000 }),
    ].map((other) => weigh(best, other, true));
    expect(offeredFor(weighed)).toEqual(['kits', 'left', 'cut', 'left', 'yield']);
  });
});
