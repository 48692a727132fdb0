import { expect, test } from 'vitest';
import { countedCuts } from '#domain/counted-cuts.ts';

const ORDER = [4, 0, 2];

test('what was cut is what the cutter counted, in its order, and the next one may be begun', () => {
  expect(countedCuts({ state: 'cancelled', cutCount: 1 }, ORDER)).toEqual({ cut: [4], begun: 0 });
  expect(countedCuts({ state: 'failed', cutCount: 3 }, ORDER)).toEqual({ cut: ORDER, begun: null });
});

test('all of a job that is done was cut, whatever was counted; nothing of one that never counted', () => {
  expect(countedCuts({ state: 'done', cutCount: null }, ORDER)).toEqual({ cut: ORDER, begun: null });
  expect(countedCuts({ state: 'cancelled', cutCount: null }, ORDER)).toEqual({ cut: [], begun: 4 });
  expect(countedCuts({ state: 'done', cutCount: null }, [])).toEqual({ cut: [], begun: null });
});
