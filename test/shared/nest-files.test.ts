import { readFileSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest } from '#nest/solve.ts';
import { validateLayout, type Verdict } from '#nest/validate-layout.ts';
import { pythonOracle } from './python-oracle.ts';
import { judgeMany } from './second-judge.ts';
import { sharedDir } from './shared-dir.ts';

/** Seconds for one file; KERF_NEST_SECONDS gives the 5 or 60. */
const SECONDS = Number(process.env['KERF_NEST_SECONDS'] ?? 0.6);

const shared = sharedDir();

let python: string | null = null;
beforeAll(async () => {
  if (shared !== null) python = await pythonOracle();
}, 180_000);

function filesOf(kind: 'strip' | 'hides'): string[] {
  if (shared === null) return [];
  const dir = resolve(shared, 'data/nesting', kind);
  return readdirSync(dir)
    .filter((name) => name.endsWith('.json'))
    .map((name) => resolve(dir, name));
}

/** What the solver made of each file and what our judge said of it, for the other one. */
const made: { readonly file: string; readonly result: unknown; readonly placed: number }[] = [];

async function nestAndJudge(file: string): Promise<Verdict> {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const result = await solveNest(readProblem(document, file), {
    solver: openNativeSolver(),
    seconds: SECONDS,
    threads: 2,
  });
  const verdict = validateLayout(document, result);
  expect(verdict.faults).toEqual([]);
  expect(result.objective.value).toBeLessThanOrEqual(result.objective.bound);
  made.push({ file, result, placed: verdict.placed });
  return verdict;
}

describe.skipIf(shared === null)('every nesting file of the shared data', () => {
  it.each(filesOf('strip').map((f) => [f.split(/[\\/]/).at(-1)!, f]))(
    'has a valid and complete layout on its strip: %s',
    async (_, file) => expect(await nestAndJudge(file)).toMatchObject({ valid: true, complete: true }),
  );

  it.each(filesOf('hides').map((f) => [f.split(/[\\/]/).at(-1)!, f]))(
    'has a valid layout on its hides: %s',
    async (_, file) => expect(await nestAndJudge(file)).toMatchObject({ valid: true }),
  );

  it('and the second judge, in Python, finds no fault in any of them', async () => {
    expect(made).toHaveLength(filesOf('strip').length + filesOf('hides').length);
    if (python === null) return;
    const verdicts = await judgeMany(python, shared!, {
      instances: Object.fromEntries(made.map(({ file }) => [file, file])),
      cases: made.map(({ file, result }) => ({ instance: file, result })),
      tolerance: 1e-6,
    });
    expect(verdicts).toHaveLength(made.length);
    for (const [k, { file, placed }] of made.entries())
      expect(verdicts[k], file).toMatchObject({ valid: true, placed, faults: [] });
  });
});
