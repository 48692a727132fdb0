import { expect, it } from 'vitest';
import { labelledPieces } from '../../src/ui/state/labelled-pieces.ts';
import { layoutOf, square } from './page-fixtures.ts';

it('labels what was cut and is good, each by its number in the order of cutting', () => {
  const layout = layoutOf([0, 1, 2, 3].map((i) => square(100 * i, 0, 80)));
  const of = (cut: readonly number[], rejected: readonly number[]) =>
    labelledPieces(layout, cut, rejected).map(({ piece, number }) => [piece.placement, number]);
  expect(of([2, 0, 3], [])).toEqual([
    [2, 1],
    [0, 2],
    [3, 3],
  ]);
  expect(of([2, 0, 3], [0])).toEqual([
    [2, 1],
    [3, 3],
  ]);
  expect(of([2], [2])).toEqual([]);
});
