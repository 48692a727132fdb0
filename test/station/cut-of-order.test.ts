import { describe, expect, test } from 'vitest';
import { cutOfOrder, type HideOfOrder } from '#station/cut-of-order.ts';

const hide = (id: string, good: number | null, follows: string | null = null, cutBefore = 0): HideOfOrder => ({
  job: { id, follows, cutBefore: follows === null ? null : { placements: [], pieces: { patch: cutBefore } } },
  good: good === null ? null : new Map([['patch', good]]),
});
const cut = (hides: readonly HideOfOrder[], before?: string) => {
  const found = cutOfOrder(hides, before);
  return [found.pieces.get('patch') ?? 0, found.hideCount];
};

describe('what is cut of an order', () => {
  test('is the good pieces of each hide; of one that nobody has said anything of, none', () => {
    expect(cut([])).toEqual([0, 0]);
    expect(cut([hide('b', 12), hide('a', null)])).toEqual([12, 1]);
    expect(cut([hide('b', 7), hide('a', 4)])).toEqual([11, 2]);
  });

  test('is of a hide that was gone on with what each job on it has cut, once the last of them counts', () => {
    const second = hide('b', null, 'a', 3);
    expect(cut([second, hide('a', null)])).toEqual([0, 0]);
    expect(cut([hide('c', 5, 'b', 7), second, hide('a', null)])).toEqual([12, 1]);
  });

  test('goes by what was accepted of a job, not by what was said when its sheet was gone on with', () => {
    // Three of "a" were said to be cut, and two are good; then four of "b", and all are good.
    expect(cut([hide('c', 5, 'b', 7), hide('b', null, 'a', 3), hide('a', 2)])).toEqual([5 + 4 + 2, 1]);
    expect(cut([hide('c', 5, 'b', 7), hide('b', 3, 'a', 3), hide('a', null)])).toEqual([5 + 3 + 3, 1]);
    // The last one was rejected by the cutter, or is under way: what is accepted counts all the same.
    expect(cut([hide('c', null, 'b', 7), hide('b', null, 'a', 3), hide('a', 2)])).toEqual([2, 1]);
  });

  test("is without the jobs whose sheet is gone on with: they are in that job's own sum", () => {
    const others = [hide('b', 3, 'a', 3), hide('a', 2), hide('0', 12)];
    expect(cut(others, 'b')).toEqual([12, 1]);
    expect(cut([hide('c', null, 'b', 7), ...others], 'b')).toEqual([12, 1]);
    expect(cut(others)).toEqual([17, 2]);
  });

  test("gives an order no pieces that another one's job has cut, and ends where jobs follow each other in a ring", () => {
    expect(cut([hide('b', 9, 'of-another-order', 3)])).toEqual([9, 1]);
    expect(cut([hide('b', 9, 'a', 3), hide('a', null, 'b', 0)])[0]).toBeGreaterThanOrEqual(9);
  });
});
