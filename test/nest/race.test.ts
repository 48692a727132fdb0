import { describe, expect, it } from 'vitest';
import { box, nest, piece, problem, sheet } from './nest-cases.ts';

/** More than the sheet holds, of sizes that fill it in many ways. */
const crowded = () =>
  problem(
    [sheet({ outline: box(0, 0, 400, 300) })],
    [
      piece('a', box(0, 0, 130, 90), { quantity: 4 }),
      piece('b', box(0, 0, 110, 70), { quantity: 4 }),
      piece('c', box(0, 0, 150, 40), { quantity: 4 }),
    ],
    { objective: 'value' },
  );

describe('the race on a sheet', () => {
  it('is the same race each time, with one thread and with several, and its trace says which start led', async () => {
    const starts = new Set<number>();
    const strategies = new Set<string | undefined>();
    for (const threads of [1, 2]) {
      const run = async () => (await nest(crowded(), { evaluations: 240_000 * threads, threads })).result;
      const result = await run();
      expect(await run()).toEqual(result);
      for (const { start, by } of result.trace) {
        strategies.add(by);
        if (start !== undefined) starts.add(start);
      }
    }
    // Of two workers each has four starts; what no start found is the first layout.
    expect([...starts].every((start) => start <= 8)).toBe(true);
    expect(starts.size).toBeGreaterThan(1);
    expect(strategies).toContain('exchange');
  });

  it('has no other starts beside a layout that was given', async () => {
    const { result: first } = await nest(crowded(), { evaluations: 10_000 });
    const { result } = await nest(crowded(), { evaluations: 240_000, start: first.layouts });
    expect(result.objective.value).toBeGreaterThan(first.objective.value);
    expect(result.trace.map((step) => step.start)).toEqual(result.trace.map(() => undefined));
  });
});
