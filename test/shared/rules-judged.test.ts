import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import type { NestResult } from '#domain/nest-result.ts';
import { nest } from '../nest/nest-cases.ts';
import { ruleCases } from '../nest/rule-cases.ts';
import { pythonOracle, runPython } from './python-oracle.ts';
import { sharedDir } from './shared-dir.ts';

const shared = sharedDir();

it.skipIf(shared === null)(
  'the second judge finds nothing wrong with a solved layout of any rule, and the same objective',
  async () => {
    const python = await pythonOracle();
    if (python === null) return;
    const cases = ruleCases().flatMap(({ name, known, telling }) => [
      { name: `${name} known`, ...known },
      { name: `${name} telling`, ...telling },
    ]);
    const results: NestResult[] = [];
    for (const { problem } of cases) results.push((await nest(problem, { evaluations: 30_000 })).result);
    const input = {
      tools: resolve(shared!, 'tools'),
      instances: Object.fromEntries(cases.map(({ name, problem }) => [name, problem])),
      cases: cases.map(({ name }, k) => ({ instance: name, result: results[k] })),
      tolerance: 1e-6,
    };
    const run = await runPython(python, [resolve(import.meta.dirname, 'judge-many.py')], JSON.stringify(input));
    const verdicts = run.stdout
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { faults?: string[]; claimed_objective_differs?: boolean | null });
    expect(verdicts).toHaveLength(cases.length);
    for (const [k, { faults, claimed_objective_differs: differs }] of verdicts.entries()) {
      expect([cases[k]!.name, faults, differs ?? false]).toEqual([cases[k]!.name, [], false]);
    }
  },
  120_000,
);
