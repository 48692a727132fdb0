import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeProblem } from '#nest/encode-problem.ts';
import { openNativeSolver } from '#nest/native-solver.node.ts';
import { readProblem } from '#nest/read-problem.ts';
import type { SearchOptions } from '#nest/solver.ts';
import { drawnHide, solver } from './nest-cases.ts';

const options: SearchOptions = {
  seconds: null,
  evaluations: 2000,
  threads: 1,
  seed: 1,
  signal: null,
  record: null,
  onReport: () => undefined,
};

describe('the native door', () => {
  it('names platform, remedy and the loader’s reason when there is no binary', () => {
    expect(() => openNativeSolver('../../native/not-there.node')).toThrow(
      expect.objectContaining({
        code: 'NEST_SOLVER_MISSING',
        fault: 'device',
        message: expect.stringMatching(
          new RegExp(`${process.platform}-${process.arch}: .*not-there.*node native/build.mjs`),
        ) as string,
      }),
    );
  });

  it('refuses a problem cut short, lengthened, or with a number that is none, and does not panic', async () => {
    const good = encodeProblem(readProblem(drawnHide()));
    const code = (e: unknown) => (e as { code?: string }).code;
    for (const length of [0, 1, 5, 17, 60, good.length - 1]) {
      const error = await solver.search(good.slice(0, length), options).catch(code);
      expect([length, error]).toEqual([length, 'NEST_PROBLEM_MALFORMED']);
    }
    const longer = Float64Array.from([...good, 1]);
    expect(await solver.search(longer, options).catch(code)).toBe('NEST_PROBLEM_MALFORMED');
    for (let k = 0; k < good.length; k += 29) {
      const broken = good.slice();
      broken[k] = NaN;
      expect(await solver.search(broken, options).catch(code)).toBe('NEST_PROBLEM_MALFORMED');
    }
  });

  it('answers odd numbers with a result or a code, never a crash', async () => {
    const good = encodeProblem(readProblem(drawnHide()));
    for (let k = 1; k < good.length; k += 17) {
      for (const value of [-3, 0, 1e9, 0.5]) {
        const broken = good.slice();
        broken[k] = value;
        const outcome = await solver
          .search(broken, { ...options, evaluations: 40 })
          .then(() => 'solved')
          .catch((e: unknown) => (e as { code?: string }).code);
        expect(outcome).toMatch(/^(solved|NEST_(?!SOLVER_BROKE))/);
      }
    }
  });

  it('keeps what its hand-written types promise', async () => {
    const outcome = await solver.search(encodeProblem(readProblem(drawnHide())), options);
    expect(outcome.placements.length % 7).toBe(0);
    expect(outcome.trace.length % 5).toBe(0);
    expect(outcome.bound).toBe(1);
    expect(outcome.boundBy).toBe('area');
    expect(outcome.fitsAlone.length).toBe(4);
    const rust = readFileSync(new URL('../../native/napi/src/lib.rs', import.meta.url), 'utf8');
    const types = readFileSync(new URL('../../native/kerf-native.d.ts', import.meta.url), 'utf8');
    const fields = [...rust.matchAll(/^ {4}pub (\w+): /gm)].map((m) => m[1]!);
    expect(fields.length).toBeGreaterThan(10);
    for (const name of fields) {
      expect(types).toContain(`  ${name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())}`);
    }
  });
});
