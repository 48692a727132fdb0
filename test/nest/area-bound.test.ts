import { describe, expect, it } from 'vitest';
import { areaBound } from '#nest/area-bound.ts';
import { readProblem } from '#nest/read-problem.ts';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

const squares = (quantity: number, more: object = {}) => piece('p', box(0, 0, 50, 50), { quantity, ...more });

describe('the bound by area', () => {
  it('counts whole sheets where all cost the same', () => {
    const read = readProblem(problem([sheet({ quantity: 5 })], [squares(9)]));
    expect(areaBound(read, [2500], [10000])).toBeCloseTo(1 + 2 / 5, 12);
  });

  it('is the share of the order that the stock could hold', () => {
    const read = readProblem(problem([sheet({ quantity: 2 })], [squares(16)]));
    expect(areaBound(read, [2500], [10000])).toBeCloseTo(0.5, 12);
  });

  it('cuts up the cheapest stock freely where prices differ', () => {
    const stock = [sheet({ id: 'a', cost: 4 }), sheet({ id: 'b', cost: 1 })];
    const read = readProblem(problem(stock, [squares(6)]));
    expect(areaBound(read, [2500], [10000, 10000])).toBeCloseTo(1 + (5 - 3) / 5, 12);
  });

  it('takes the most worth for its area', () => {
    const pieces = [squares(4, { value: 1 }), piece('q', box(0, 0, 100, 100), { value: 2 })];
    const read = readProblem(problem([sheet()], pieces, { objective: 'value' }));
    expect(areaBound(read, [2500, 10000], [10000])).toBeCloseTo(4 / 6, 12);
  });

  it('is never below what the search found', async () => {
    for (const quantity of [1, 3, 7, 11]) {
      const { result } = await nest(problem([sheet({ quantity: 3 })], [squares(quantity)]), { evaluations: 20_000 });
      expect(result.objective.bound).toBeGreaterThanOrEqual(result.objective.value);
    }
  });
});
