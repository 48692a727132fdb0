import { describe, expect, it } from 'vitest';
import { validateLayout } from '#nest/validate-layout.ts';
import { nest, placementsOf } from './nest-cases.ts';
import { ignoring, ruleCases } from './rule-cases.ts';
import type { RuleCase } from './rule-cases.ts';

/** Enough for every one of these small problems; most are complete long before. */
const EVALUATIONS = 150_000;

function countsOf(problem: RuleCase['known']['problem'], result: Parameters<typeof placementsOf>[0]) {
  const ids = ((problem['pieces'] ?? []) as { id: string }[]).map((p) => p.id);
  const counts: Record<string, number> = {};
  for (const { piece } of placementsOf(result)) {
    const id = ids[piece] ?? String(piece);
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

async function solved(document: unknown) {
  return nest(document, { evaluations: EVALUATIONS });
}

describe.each(ruleCases())('$name: $says', ({ known, telling }) => {
  it.each([
    ['the best that is known by hand', known],
    ['the best where the rule decides', telling],
  ])('%s is found, and valid', async (_, { problem, best }) => {
    const { result, verdict } = await solved(problem);
    expect(verdict.faults).toEqual([]);
    expect(result.objective.value).toBeCloseTo(best.value, 4);
    expect(countsOf(problem, result)).toEqual(best.placed);
    expect(verdict.claimed_objective_differs ?? false).toBe(false);
    expect(result.objective.bound).toBeGreaterThanOrEqual(best.value - 1e-9);
  });

  it('a solver that ignores the rule gets it wrong', async () => {
    const { result } = await solved(ignoring(telling));
    const verdict = validateLayout(telling.problem, result);
    const isSame = JSON.stringify(countsOf(telling.problem, result)) === JSON.stringify(telling.best.placed);
    const isAsGood = (verdict.objective?.value ?? Infinity) > telling.best.value - 1e-6;
    expect(verdict.valid && isSame && isAsGood, JSON.stringify(result.layouts)).toBe(false);
  });
});
