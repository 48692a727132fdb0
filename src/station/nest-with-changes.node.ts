import { KerfError } from '#domain/kerf-error.ts';
import type { Layout, NestResult } from '#domain/nest-result.ts';
import { orderedQuantities } from '#domain/ordered-quantity.ts';
import type { Problem } from '#domain/problem.ts';
import { readProblem } from '#nest/read-problem.ts';
import { startNest, type NestProgress, type NestRun } from '#nest/solve.ts';
import type { Solver } from '#nest/solver.ts';
import type { NestQuestion } from './rooms.ts';

/** One search, whose problem may change under it. A change goes into the running search; only where that refuses it, or
 *  has ended meanwhile, another is started from its layout. Resolves with the answer to the latest problem. */
export async function nestWithChanges(question: NestQuestion, solver: Solver): Promise<NestResult> {
  const { seconds, threads, seed, signal, onLayout, onStarted, onRecord } = question;
  const trace: NestResult['trace'][number][] = [];
  const problems = [question.problem];
  const latest = () => problems.length - 1;
  let layouts = question.start?.layouts;
  let onChange: (problem: Problem) => void = () => undefined;
  onStarted?.((problem) => {
    problems.push(problem);
    onChange(problem);
  });

  for (;;) {
    const base = latest();
    const ended = new AbortController();
    const run = startNest(readProblem(problems[base]), {
      solver,
      seconds,
      threads,
      seed,
      signal: AbortSignal.any([signal, ended.signal]),
      ...(layouts ? { start: layouts } : {}),
      ...(onRecord ? { onRecord } : {}),
      onProgress: (at) => {
        layouts = at.layouts;
        trace.push({ seconds: at.seconds, evaluations: at.evaluations, value: at.value });
        const changes = base + at.edits;
        onLayout(resultSoFar(problems[changes]!, at, { seed, threads, trace: [...trace] }), changes);
      },
    });
    let isWithAll = true;
    let defect: { readonly cause: unknown } | null = null;
    let done = base;
    let edits: Promise<void> = Promise.resolve();
    onChange = (problem) => {
      const edited = edits.then(async () => {
        await become(run, problem);
        done += 1;
      });
      edits = edited.catch((cause: unknown) => {
        isWithAll = false;
        ended.abort();
        // What cannot be read at all is said by the next start; thrown here, while nobody waits, it would end the process.
        if (!(cause instanceof KerfError)) defect ??= { cause };
      });
    };
    const result = await run.result;
    await edits;
    if (defect) throw (defect as { readonly cause: unknown }).cause;
    if (isWithAll || signal.aborted) {
      onLayout(result, done);
      return result;
    }
    layouts = result.layouts;
  }
}

async function become(run: NestRun, problem: Problem): Promise<void> {
  await run.edit({ kind: 'become', problem: readProblem(problem) });
}

function resultSoFar(
  problem: Problem,
  at: NestProgress,
  run: Pick<NestResult, 'seed' | 'threads' | 'trace'>,
): NestResult {
  return {
    kerf: 1,
    layouts: at.layouts,
    unplaced: notYetPlaced(problem, at.layouts),
    stopped: 'time',
    // The bound is known at the end only; no layout is worth more than the whole order.
    objective: { kind: problem.objective ?? 'sheets', value: at.value, bound: Math.max(1, at.value) },
    seconds: at.seconds,
    ...run,
  };
}

function notYetPlaced(problem: Problem, layouts: readonly Layout[]): NestResult['unplaced'] {
  const placed = new Map<number, number>();
  for (const { piece } of layouts.flatMap((layout) => layout.placements))
    placed.set(piece, (placed.get(piece) ?? 0) + 1);
  return orderedQuantities(problem).flatMap((wanted, index) => {
    const count = wanted - (placed.get(index) ?? 0);
    return count > 0 ? [{ piece: index, count, reason: 'NEST_NOT_PLACED_YET' }] : [];
  });
}
