import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Layout, NestResult } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import type { SearchRecord } from '#domain/search-record.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest, startNest } from '#nest/solve.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { blob, drawn, nestCase, USUAL } from '#synth/nest-case.ts';
import { sharedData, type BenchOptions } from './bench-section.ts';
import { median, type FigureTable } from './figures.ts';
import { THREADS } from './nest-run.ts';

const ROUNDS = 20;
const FINISHED_SECONDS = 8;
/** How long a search has run when a mark goes into it, and goes on then. */
const BEFORE_MS = 300;
const AFTER_MS = 1500;
/** Areas of the drawn defects in cm², the first and the last. */
const DEFECTS = [5, 100] as const;
const REPLAYED = ['strip/swim', 'strip/shirts', 'hides/Test4', 'hides/Test7'];

type Solver = ReturnType<typeof openNativeSolver>;

/** What a person at the screen waits for: the first layout, a mark that they drew, a stop. And whether what they saw can
 *  be found again. */
export async function bench(options: BenchOptions): Promise<readonly FigureTable[]> {
  const solver = openNativeSolver();
  const [first, stop] = await firstLayouts(solver, options);
  const finished = await defectsDrawn(solver, options, false);
  const running = await defectsDrawn(solver, options, true);
  return [
    {
      title: 'What a person waits for',
      about: `A drawn hide of 300 vertices and 60 defects, 500 pieces of 20 kinds, ${THREADS} threads, ${ROUNDS} rounds; ms from the call to what is heard of it. Defects of ${DEFECTS[0]} to ${DEFECTS[1]} cm² anywhere on a layout of ${FINISHED_SECONDS} s, each layout valid by \`kerf check\`'s judge. Kept: pieces that lie where they lay. Wanted: first layout 300 ms, stop 50, drawn defect 300 with 90 % kept.`,
      columns: ['what', 'median ms', 'worst ms', 'kept %, median', 'worst', 'pieces more in 1.5 s'],
      rows: [
        ['first layout', ...spanOf(first), '', '', ''],
        ['stop', ...spanOf(stop), '', '', ''],
        ['defect on a finished layout', ...finished],
        ['defect while it searches', ...running],
      ],
    },
    ...(await replayTable(solver, options)),
  ];
}

function spanOf(ms: readonly number[]): string[] {
  return [median(ms).toFixed(0), Math.max(...ms).toFixed(0)];
}

async function firstLayouts(solver: Solver, { signal }: BenchOptions): Promise<[number[], number[]]> {
  const firsts: number[] = [];
  const stops: number[] = [];
  for (let seed = 1; seed <= ROUNDS; seed += 1) {
    signal.throwIfAborted();
    const document = nestCase(USUAL, seed);
    const problem = readProblem(document);
    const stop = new AbortController();
    const begun = performance.now();
    let seen: number | null = null;
    const run = startNest(problem, {
      solver,
      seconds: 60,
      threads: THREADS,
      seed,
      signal: stop.signal,
      onProgress: ({ layouts }) => {
        if (piecesOf(layouts).length > 0) seen ??= performance.now() - begun;
      },
    });
    await wait(1000);
    const stoppedAt = performance.now();
    stop.abort();
    const result = await run.result;
    stops.push(performance.now() - stoppedAt);
    refuseInvalid(document, result);
    firsts.push(seen ?? Infinity);
  }
  return [firsts, stops];
}

/** Cells of a row. On a finished layout another search starts from it, as the station does; else the mark goes into the
 *  search that runs. */
async function defectsDrawn(solver: Solver, { signal }: BenchOptions, isRunning: boolean): Promise<string[]> {
  const document = nestCase(USUAL);
  const finished = await solveNest(readProblem(document), { solver, seconds: FINISHED_SECONDS, threads: THREADS });
  const next = drawn(99);
  const ms: number[] = [];
  const kept: number[] = [];
  const later: number[] = [];
  for (let k = 0; k < ROUNDS; k += 1) {
    signal.throwIfAborted();
    const areaMm2 = 100 * (DEFECTS[0] + ((DEFECTS[1] - DEFECTS[0]) * k) / (ROUNDS - 1));
    const outline = blob([500 + 1800 * next(), 500 + 1200 * next()], areaMm2, 12, next);
    const changed = withDefect(document, outline);
    const stop = new AbortController();
    let latest: readonly Layout[] = finished.layouts;
    let begun = performance.now();
    const first = Promise.withResolvers<readonly Layout[]>();
    const run = startNest(readProblem(isRunning ? document : changed), {
      solver,
      seconds: 60,
      threads: THREADS,
      start: finished.layouts,
      signal: stop.signal,
      onProgress: ({ layouts }) => {
        first.resolve(layouts);
        latest = layouts;
      },
    });
    if (isRunning) await wait(BEFORE_MS);
    const before = latest;
    if (isRunning) begun = performance.now();
    const edit = { kind: 'become' as const, problem: readProblem(changed) };
    const after = isRunning ? (await run.edit(edit)).layouts : await first.promise;
    ms.push(performance.now() - begun);
    await wait(AFTER_MS);
    stop.abort();
    const result = await run.result;
    refuseInvalid(changed, result);
    refuseInvalid(changed, { ...result, layouts: after, objective: { ...result.objective, value: 0 } });
    kept.push(100 * sharedShare(before, after));
    later.push(piecesOf(result.layouts).length - piecesOf(after).length);
  }
  return [...spanOf(ms), median(kept).toFixed(1), Math.min(...kept).toFixed(1), `+${median(later).toFixed(0)}`];
}

function withDefect(document: Problem, outline: Ring): Problem {
  const [hide] = document.sheets ?? [];
  if (!hide) throw new Error('nest-live: the drawn problem has no sheet');
  return { ...document, sheets: [{ ...hide, zones: [...(hide.zones ?? []), { quality: 0, outline }] }] };
}

function piecesOf(layouts: readonly Layout[]) {
  return layouts.flatMap((layout) => layout.placements);
}

/** Share of the pieces that lie where they lay. */
function sharedShare(before: readonly Layout[], after: readonly Layout[]): number {
  const nameOf = (p: { piece: number; x: number; y: number }) => `${p.piece} ${p.x.toFixed(6)} ${p.y.toFixed(6)}`;
  const places = new Set(piecesOf(after).map(nameOf));
  const pieces = piecesOf(before);
  return pieces.filter((p) => places.has(nameOf(p))).length / pieces.length;
}

function refuseInvalid(document: Problem, result: NestResult): void {
  const { faults } = validateLayout(document, result);
  if (faults.length > 0) throw new Error(`nest-live: a layout is not valid: ${faults.slice(0, 3).join('; ')}`);
}

/** Searches by time, gone again from what they met. */
async function replayTable(solver: Solver, { root, isQuick, signal }: BenchOptions): Promise<readonly FigureTable[]> {
  const data = sharedData(root);
  if (data === null) return [];
  const rows: string[][] = [];
  for (const name of REPLAYED)
    for (const seconds of isQuick ? [5] : [5, 20]) {
      signal.throwIfAborted();
      const file = join(data, 'nesting', `${name}.json`);
      const problem = readProblem(JSON.parse(await readFile(file, 'utf8')), file);
      const told: SearchRecord[] = [];
      const onRecord = (record: SearchRecord) => told.push(record);
      const once = await solveNest(problem, { solver, seconds, threads: THREADS, seed: 1, onRecord });
      const [record] = told;
      if (!record) throw new Error(`nest-live: ${name} told no record`);
      const begun = performance.now();
      const again = await solveNest(problem, { solver, record });
      const took = (performance.now() - begun) / 1000;
      const isSame = JSON.stringify(once.layouts) === JSON.stringify(again.layouts);
      const kilobytes = JSON.stringify(record).length / 1024;
      rows.push([basename(name), String(seconds), isSame ? 'yes' : 'NO', kilobytes.toFixed(0), took.toFixed(1)]);
    }
  return [
    {
      title: 'Searches by time, found again',
      about: `${THREADS} threads, seed 1: searched by time, and again from the record of what each thread met (docs/decisions/0052). Found: the same layout, placement for placement.`,
      columns: ['file', 'seconds', 'found', 'record kB', 'seconds to find'],
      rows,
    },
  ];
}
