import { performance } from 'node:perf_hooks';
import { describe, expect, it } from 'vitest';
import { explainNest } from '#nest/explain.ts';
import type { Explanation } from '#nest/explain.ts';
import { readProblem } from '#nest/read-problem.ts';
import { solveNest } from '#nest/solve.ts';
import type { Solver } from '#nest/solver.ts';
import { nestCase, USUAL } from '#synth/nest-case.ts';
import { box, piece, problem, sheet, solver } from './nest-cases.ts';

async function explained(document: unknown): Promise<Explanation> {
  const read = readProblem(document);
  const result = await solveNest(read, { solver, evaluations: 40_000 });
  return explainNest(read, result, { solver });
}

const why = async (document: unknown) => (await explained(document)).leftOut.map((l) => l.why);

describe('why a piece is left out', () => {
  it('is its size, its rotation, or its grade', async () => {
    expect(await why(problem([sheet()], [piece('p', box(0, 0, 180, 10))]))).toEqual(['size']);
    const plank = piece('p', box(0, 0, 120, 10), { rotation: 'fixed' });
    expect(await why(problem([sheet()], [plank]))).toEqual(['rotation']);
    const zones = [{ quality: 2, outline: box(40, 0, 20, 100) }];
    expect(await why(problem([sheet({ zones })], [piece('p', box(0, 0, 60, 60))]))).toEqual(['grade']);
  });

  it('is a lock that is in its way', async () => {
    const locked = [{ piece: 'in', x: 40, y: 40, rotation: 0, mirrored: false }];
    const pieces = [piece('in', box(0, 0, 20, 20)), piece('p', box(0, 0, 70, 70))];
    const { leftOut, costs } = await explained(problem([sheet({ locked })], pieces));
    expect(leftOut).toEqual([{ piece: 1, count: 1, why: 'lock', inPlaceOf: [] }]);
    expect(costs[0]).toMatchObject({ rule: 'lock', pieces: 1 });
    expect(costs[0]!.gain).toBeGreaterThan(0.5);
  });

  it('is what lies in its place and is worth more', async () => {
    const pieces = [piece('small', box(0, 0, 60, 60), { value: 5 }), piece('large', box(0, 0, 80, 80), { value: 9 })];
    const { leftOut } = await explained(problem([sheet()], pieces, { objective: 'value' }));
    expect(leftOut).toEqual([{ piece: 0, count: 1, why: 'worth', inPlaceOf: [{ piece: 1, count: 1 }] }]);
  });

  it('is that there is no room beside its own kind', async () => {
    expect(await why(problem([sheet()], [piece('p', box(0, 0, 60, 60), { quantity: 3 })]))).toEqual(['room']);
  });

  it('has no answer where nothing was left out', async () => {
    expect(await explained(problem([sheet()], [piece('p', box(0, 0, 60, 60))]))).toEqual({
      leftOut: [],
      costs: [],
      pairs: [],
    });
  });

  it('is said for a full hide of 500 pieces about as fast as a person asks', async () => {
    const read = readProblem(nestCase(USUAL));
    const result = await solveNest(read, { solver, evaluations: 150_000 });
    let evaluations = 0;
    const counted: Solver = {
      ...solver,
      start(asked, options) {
        const running = solver.start(asked, options);
        const outcome = running.outcome.then((o) => {
          evaluations += o.evaluations;
          return o;
        });
        return { ...running, outcome };
      },
    };
    const begun = performance.now();
    const { leftOut, costs } = await explainNest(read, result, { solver: counted });
    const seconds = (performance.now() - begun) / 1000;
    expect(leftOut.length).toBeGreaterThan(0);
    expect(costs.map((c) => c.rule)).toContain('grade');
    // A second on a quiet machine, by what it evaluates; other tests may hold both cores.
    expect(evaluations).toBeGreaterThan(20_000);
    expect(evaluations).toBeLessThan(260_000);
    expect(seconds).toBeLessThan(8);
  }, 15_000);
});
