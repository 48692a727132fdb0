import { describe, expect, it } from 'vitest';
import { mostPossible } from '../../src/ui/state/most-possible.ts';
import { layoutOf, square } from './page-fixtures.ts';

const layout = (change: object) =>
  layoutOf([square(0, 0, 10)], {
    ...{ value: 0.4, bound: 0.5, boundBy: 'quality', nestedYieldBp: 6000 },
    ...change,
  });

describe('how much more is possible', () => {
  it('is in points of the yield that stands above it, with what proves it', () => {
    const found = layout({});
    // A quarter more of 60.0 %: up to 75.0 %.
    expect(mostPossible(found, found)).toEqual({ gainBp: 1500, by: 'quality' });
    // An alternative is weighed by the search's bound: its own layout has none.
    const other = layout({ value: 0.25, nestedYieldBp: 3750, boundBy: null });
    expect(mostPossible(other, found)).toEqual({ gainBp: 3750, by: 'quality' });
    expect(mostPossible(layout({ value: 0.5 + 1e-12 }), found)?.gainBp).toBe(0);
  });

  it('is never more than the leather has', () => {
    // 73.4 % of the leather, and the area for a bound: 26.6 points, not 36.2 % more.
    const found = layout({ value: 0.734, bound: 1, nestedYieldBp: 7340, boundBy: 'area' });
    expect(mostPossible(found, found)!.gainBp).toBeCloseTo(2660, 6);
    // Kits have another measure: one kit of four is there, and covers half of the leather.
    const kits = layout({ value: 0.25, bound: 1, nestedYieldBp: 5000, boundBy: 'order' });
    expect(mostPossible(kits, kits)?.gainBp).toBe(5000);
  });

  it('is not known while the search runs, nor of nothing', () => {
    const running = layout({ boundBy: null });
    expect(mostPossible(running, running)).toBeNull();
    expect(mostPossible(layout({ value: 0 }), layout({}))).toBeNull();
    expect(mostPossible(null, null)).toBeNull();
  });
});
