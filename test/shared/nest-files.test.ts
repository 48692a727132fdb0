import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest } from '#nest/solve.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { pythonOracle, runPython } from './python-oracle.ts';
import { sharedDir } from './shared-dir.ts';

/** Seconds for one file; KERF_NEST_SECONDS gives the 5 or 60. */
const SECONDS = Number(process.env['KERF_NEST_SECONDS'] ?? 0.8);

const shared = sharedDir();
const folder = mkdtempSync(join(tmpdir(), 'kerf-nest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

interface Judged {
  readonly valid: boolean;
  readonly complete: boolean;
  readonly placed: number;
  readonly faults: readonly string[];
}

async function nestAndJudge(file: string): Promise<Judged> {
  const document: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const result = await solveNest(readProblem(document, file), {
    solver: openNativeSolver(),
    seconds: SECONDS,
    threads: 2,
  });
  const ours = validateLayout(document, result);
  expect(ours.faults).toEqual([]);
  expect(result.objective.value).toBeLessThanOrEqual(result.objective.bound);
  if (python === null) return ours;
  const path = join(folder, 'result.json');
  writeFileSync(path, JSON.stringify(result));
  const tool = resolve(shared!, 'tools/check_layout.py');
  const said = await runPython(python, [tool, file, path, '--tolerance', '1e-6']);
  const theirs = JSON.parse(said.stdout) as Judged;
  expect(theirs.faults).toEqual([]);
  expect(theirs.placed).toBe(ours.placed);
  return theirs;
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
});
