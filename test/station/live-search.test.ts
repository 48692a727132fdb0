import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import type { NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import type { Solver } from '#nest/solver.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { startSearch, type LiveSearch } from '#station/live-search.node.ts';
import { nestWithChanges } from '#station/nest-with-changes.node.ts';
import { nestCase, blob, drawn, USUAL } from '#synth/nest-case.ts';
import { SMALL_ORDER, smallRooms } from './small-rooms.ts';

/** The native solver, counting the searches that are started. */
function countingSolver(): { solver: Solver; starts: () => number } {
  const native = openNativeSolver();
  let starts = 0;
  const start: Solver['start'] = (problem, options) => {
    starts += 1;
    return native.start(problem, options);
  };
  return { solver: { start, search: (problem, options) => start(problem, options).outcome }, starts: () => starts };
}

/** What a person draws: one more mark on the hide. */
function withMark(problem: Problem, next: () => number): Problem {
  const [hide] = problem.sheets!;
  const outline = blob([500 + 1800 * next(), 400 + 1400 * next()], 500 + 9500 * next(), 9, next);
  return { ...problem, sheets: [{ ...hide!, zones: [...(hide!.zones ?? []), { quality: 0, outline }] }] };
}

/** Layouts as they come, for whoever waits for the next. */
function followed(search: LiveSearch) {
  let seen: (result: NestResult) => void = () => undefined;
  const end = search.follow((result) => seen(result));
  return { end, next: () => new Promise<NestResult>((resolve) => (seen = resolve)) };
}

const QUESTION = { seconds: 30, threads: 2, seed: 1, start: undefined };

test('marks drawn under a search go into it: it is not started again, and a valid layout comes at once', async () => {
  const { solver, starts } = countingSolver();
  const next = drawn(11);
  let problem: Problem = { ...nestCase(USUAL), objective: 'value' };
  const search = startSearch({ nest: (question) => nestWithChanges(question, solver) }, 'j1', { problem, ...QUESTION });
  let layouts = followed(search);
  await layouts.next();
  const waits: number[] = [];
  for (let k = 0; k < 7; k += 1) {
    problem = withMark(problem, next);
    const before = performance.now();
    search.change(problem);
    layouts = followed(search);
    const first = await layouts.next();
    waits.push(performance.now() - before);
    expect(validateLayout(problem, first).faults).toEqual([]);
    expect(first.layouts[0]!.placements.length).toBeGreaterThan(20);
  }
  search.stop();
  const result = await layouts.end;
  expect(validateLayout(problem, result).faults).toEqual([]);
  expect(starts()).toBe(1);
  const median = waits.toSorted((a, b) => a - b)[3]!;
  // 300 ms on a quiet machine; other tests may hold both cores.
  expect(median).toBeLessThan(1_500);
}, 60_000);

test('a change that the running search refuses starts another from its layout', async () => {
  const { solver, starts } = countingSolver();
  const first: Problem = { ...nestCase({ ...USUAL, pieces: 60 }), objective: 'value' };
  const search = startSearch({ nest: (question) => nestWithChanges(question, solver) }, 'j1', {
    problem: first,
    ...QUESTION,
    seconds: 3,
  });
  const layouts = followed(search);
  await layouts.next();
  // One kind of piece more is no change of the same problem.
  const more: Problem = { ...first, pieces: [...first.pieces, { ...first.pieces[0]!, id: 'more' }] };
  search.change(more);
  const result = await followed(search).end;
  expect(validateLayout(more, result).faults).toEqual([]);
  expect(starts()).toBe(2);
}, 30_000);

test('a change that no solver can read ends the search with its code, and nothing else', async () => {
  const problem: Problem = { ...nestCase({ ...USUAL, pieces: 60 }), objective: 'value' };
  let change: (problem: Problem) => void = () => undefined;
  const shown = Promise.withResolvers<void>();
  const { signal } = new AbortController();
  const nested = nestWithChanges(
    { ...QUESTION, problem, signal, onLayout: () => shown.resolve(), onStarted: (begun) => (change = begun) },
    openNativeSolver(),
  );
  await shown.promise;
  const zone = {
    quality: 0,
    outline: [
      [5e7, 0],
      [6e7, 0],
      [6e7, 9],
    ] as const,
  };
  change({ ...problem, sheets: [{ ...problem.sheets![0]!, zones: [zone] }] });
  await expect(nested).rejects.toMatchObject({ code: 'NEST_COORDINATE_TOO_LARGE' });
}, 30_000);

test('rooms that take no changes are asked again by whoever follows', async () => {
  const sheets = [
    {
      id: 'hide',
      outline: [
        [0, 0],
        [400, 0],
        [400, 400],
        [0, 400],
      ] as const,
    },
  ];
  const search = startSearch(smallRooms(), 'j1', { problem: { ...SMALL_ORDER, sheets }, ...QUESTION });
  expect(search.isChangeable()).toBe(false);
  search.change({ ...SMALL_ORDER, sheets });
  expect(await search.follow(() => undefined)).toBeNull();
});
