import { describe, expect, it } from 'vitest';
import { mostPossible } from '../../src/ui/state/most-possible.ts';
import { layoutOf, square } from './page-fixtures.ts';

const layout = (change: object) =>
  layoutOf([square(0, 0, 10)], { value: 0.4, bound: 0.5, boundBy: 'quality', ...change });

describe('how much more is possible', () => {
  it('is a share of what lies there, with what proves it', () => {
    const found = layout({});
    expect(mostPossible(found, found)).toEqual({ share: 0.25, by: 'quality' });
    // An alternative is weighed by the search's bound: its own layout has none.
    expect(mostPossible(layout({ value: 0.25, boundBy: null }), found)).toEqual({ share: 1, by: 'quality' });
    expect(mostPossible(layout({ value: 0.5 + 1e-12 }), found)?.share).toBe(0);
  });

  it('is not known while the search runs, nor of nothing', () => {
    const running = layout({ boundBy: null });
    expect(mostPossible(running, running)).toBeNull();
    expect(mostPossible(layout({ value: 0 }), layout({}))).toBeNull();
    expect(mostPossible(null, null)).toBeNull();
  });
});
