import { describe, expect, it } from 'vitest';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

const squares = (quantity: number, more: object = {}) => piece('p', box(0, 0, 50, 50), { quantity, ...more });

async function boundOf(document: unknown): Promise<number> {
  const { result } = await nest(document, { evaluations: 2_000 });
  return result.objective.bound;
}

describe('the bound by area', () => {
  it('counts whole sheets where all cost the same', async () => {
    expect(await boundOf(problem([sheet({ quantity: 5 })], [squares(9)]))).toBeCloseTo(1 + 2 / 5, 12);
  });

  it('is the share of the order that the stock could hold', async () => {
    expect(await boundOf(problem([sheet({ quantity: 2 })], [squares(16)]))).toBeCloseTo(0.5, 8);
  });

  it('cuts up the cheapest stock freely where prices differ', async () => {
    const stock = [sheet({ id: 'a', cost: 4 }), sheet({ id: 'b', cost: 1 })];
    expect(await boundOf(problem(stock, [squares(6)]))).toBeCloseTo(1 + (5 - 3) / 5, 8);
  });

  it('takes the most worth for its area', async () => {
    const pieces = [squares(4, { value: 1 }), piece('q', box(0, 0, 100, 100), { value: 2 })];
    expect(await boundOf(problem([sheet()], pieces, { objective: 'value' }))).toBeCloseTo(4 / 6, 8);
  });

  it('counts for a piece that needs the best only leather of the best', async () => {
    const zones = [{ quality: 2, outline: box(0, 0, 100, 50) }];
    const graded = (quality: number) => problem([sheet({ zones, quantity: 3 })], [squares(4, { quality })]);
    expect(await boundOf(graded(4))).toBeCloseTo(1 + 1 / 3, 12);
    expect(await boundOf(graded(2))).toBeCloseTo(1 + 2 / 3, 12);
    const poor = sheet({ baseQuality: 2, zones: [{ quality: 4, outline: box(0, 0, 25, 100) }] });
    expect(await boundOf(problem([poor], [squares(2)]))).toBeCloseTo(0.5, 8);
  });

  it('lets the part of a piece that needs nothing lie over a hole', async () => {
    const holed = sheet({ holes: [box(0, 0, 100, 60)], quantity: 2 });
    const careless = squares(4, { zones: [{ quality: 0, outline: box(0, 0, 50, 40) }] });
    expect(await boundOf(problem([holed], [squares(2)]))).toBeCloseTo(1, 8);
    expect(await boundOf(problem([holed], [careless]))).toBeCloseTo(1.5, 12);
  });

  it('counts whole kits', async () => {
    const kit = (id: string, width: number) => piece(id, box(0, 0, width, 50), { kit: 'k' });
    const kits = [{ id: 'k', quantity: 4 }];
    const shoes = problem([sheet()], [kit('left', 60), kit('right', 30)], { objective: 'kits', kits });
    const { result } = await nest(shoes, { evaluations: 2_000 });
    // Area is enough for 2.2 of 4.
    expect(result.objective).toMatchObject({ bound: 0.5, boundBy: 'area' });
  });

  it('says what proves it', async () => {
    const zones = [{ quality: 2, outline: box(0, 0, 100, 50) }];
    const graded = await nest(problem([sheet({ zones, quantity: 3 })], [squares(4, { quality: 4 })]), {
      evaluations: 2_000,
    });
    expect(graded.result.objective.boundBy).toBe('quality');
    const strip = (side: number) =>
      problem([], [piece('p', box(0, 0, side, side), { quantity: 5, rotation: 'fixed' })], {
        objective: 'strip',
        stripHeight: 100,
      });
    const { result } = await nest(strip(60), { evaluations: 2_000 });
    // No two squares of 60 lie above each other: the truth is .6.
    expect(result.objective.boundBy).toBe('rows');
    expect(result.objective.bound).toBeGreaterThan(0.6);
    expect(result.objective.bound).toBeLessThan(0.66);
    const halves = await nest(strip(50), { evaluations: 2_000 });
    expect(halves.result.objective).toMatchObject({ bound: 1, boundBy: 'area' });
  });

  it('is never below what the search found', async () => {
    for (const quantity of [1, 3, 7, 11]) {
      const { result } = await nest(problem([sheet({ quantity: 3 })], [squares(quantity)]), { evaluations: 20_000 });
      expect(result.objective.bound).toBeGreaterThanOrEqual(result.objective.value);
    }
  });
});
