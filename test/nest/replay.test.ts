import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { KerfError } from '#domain/kerf-error.ts';
import type { Layout } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { searchRecordSchema, type SearchRecord } from '#domain/search-record.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest, startNest } from '#nest/solve.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { box, drawnHide, piece, problem, sheet, solver } from './nest-cases.ts';

/** A search by time on two threads takes another way each time; its record leads the same way again. */

/** More than fits: the starts of both threads race. */
const crowded = (): Problem => ({
  ...sampleOrder(),
  sheets: [sheet({ outline: box(0, 0, 700, 500), holes: [box(300, 200, 60, 40)] })],
  objective: 'value',
});

/** Sheets in many copies whose costs are no multiples of each other, and remnants that cost nothing. */
const stock = (): Problem =>
  problem(
    Array.from({ length: 12 }, (_, k) =>
      sheet({
        id: `s${k}`,
        outline: box(0, 0, 100 + 7 * k, 90),
        quantity: 200,
        cost: k < 2 ? 0 : 1 + k * 0.0713,
        ...(k < 2 ? { outline: box(0, 0, 40 + 9 * k, 50), quantity: 3 } : {}),
      }),
    ),
    [piece('p', box(0, 0, 31, 29), { quantity: 80 }), piece('q', box(0, 0, 17, 44), { quantity: 40 })],
  );

async function recorded(document: Problem, options: { seconds: number; signal?: AbortSignal }) {
  const told: SearchRecord[] = [];
  const result = await solveNest(readProblem(document), {
    solver,
    threads: 2,
    seed: 5,
    ...options,
    onRecord: (record) => told.push(record),
  });
  expect(told.length).toBe(1);
  // Through the file.
  return { result, record: searchRecordSchema.parse(JSON.parse(JSON.stringify(told[0]))) };
}

async function again(document: Problem, record: SearchRecord): Promise<{ last: readonly Layout[]; seen: string[] }> {
  const seen: string[] = [];
  const { layouts } = await solveNest(readProblem(document), {
    solver,
    record,
    onProgress: (at) => seen.push(JSON.stringify(at.layouts)),
  });
  return { last: layouts, seen };
}

describe('the record of a search by time', () => {
  it.each<[string, Problem]>([
    ['value', crowded()],
    ['sheets', { ...drawnHide(), objective: 'sheets' }],
    // What is looked at of the stock counts in the budget as well.
    ['a stock of copies and remnants', stock()],
    [
      'strip',
      problem(
        [],
        Array.from({ length: 8 }, (_, k) => piece(`p${k}`, box(0, 0, 13 + k, 29 - 2 * k), { quantity: 4 })),
        {
          objective: 'strip',
          stripHeight: 90,
        },
      ),
    ],
  ])('finds its layout again, placement for placement: %s', async (_, document) => {
    const { result, record } = await recorded(document, { seconds: 0.5 });
    expect((await again(document, record)).last).toEqual(result.layouts);
  });

  it('finds what a stopped search had found', async () => {
    const stop = new AbortController();
    const running = recorded(crowded(), { seconds: 60, signal: stop.signal });
    await wait(400);
    stop.abort();
    const { result, record } = await running;
    expect(result.stopped).toBe('aborted');
    expect((await again(crowded(), record)).last).toEqual(result.layouts);
  });

  it('finds every layout that was shown, after an edit too, and from where the edit left it', async () => {
    const shown: { edits: number; layouts: string }[] = [];
    const told: SearchRecord[] = [];
    const stop = new AbortController();
    const first = Promise.withResolvers<void>();
    const run = startNest(readProblem(crowded()), {
      solver,
      threads: 2,
      seconds: 60,
      signal: stop.signal,
      onProgress: ({ edits, layouts }) => {
        shown.push({ edits, layouts: JSON.stringify(layouts) });
        first.resolve();
      },
      onRecord: (record) => told.push(record),
    });
    // On a busy machine the first layout may take as long.
    await first.promise;
    await wait(200);
    const [hide] = crowded().sheets!;
    const drawn = { ...crowded(), sheets: [{ ...hide!, holes: [...hide!.holes!, box(80, 90, 40, 30)] }] };
    await run.edit({ kind: 'become', problem: readProblem(drawn) });
    await wait(400);
    stop.abort();
    const result = await run.result;
    const { last, seen } = await again(drawn, told[0]!);
    expect(last).toEqual(result.layouts);
    expect(told[0]?.start.length).toBeGreaterThan(0);
    const after = shown.filter((s) => s.edits === 1);
    expect(after.length).toBeGreaterThan(0);
    for (const { layouts } of after) expect(seen).toContain(layouts);
  });

  it('is refused in words when it is broken', async () => {
    const { record } = await recorded(crowded(), { seconds: 0.4 });
    const broken = { ...record, met: record.met.slice(0, -2) };
    const error = await again(crowded(), broken).catch((cause: unknown) => cause);
    expect(error instanceof KerfError && error.code).toBe('NEST_RECORD_UNREADABLE');
  });

  it('stops within a moment when it is replayed', async () => {
    const { record } = await recorded(crowded(), { seconds: 1 });
    const abort = new AbortController();
    const running = solveNest(readProblem(crowded()), { solver, record, signal: abort.signal });
    await wait(50);
    const begun = performance.now();
    abort.abort();
    expect((await running).stopped).toBe('aborted');
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});
