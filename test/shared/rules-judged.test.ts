import { expect, it } from 'vitest';
import { seededRandom } from '#domain/seeded-random.ts';
import { validateLayout } from '#nest/validate-layout.ts';
import { nest } from '../nest/nest-cases.ts';
import { ruleCases } from '../nest/rule-cases.ts';
import type { Placed } from './box-placer.ts';
import { damages } from './damages.ts';
import { pythonOracle } from './python-oracle.ts';
import { expectSame, judgeMany, TOLERANCE } from './second-judge.ts';
import { sharedDir } from './shared-dir.ts';

const shared = sharedDir();

it.skipIf(shared === null)(
  'the second judge finds nothing wrong with a solved layout of any rule, and the same as ours with one that was spoilt',
  async () => {
    const python = await pythonOracle();
    if (python === null) return;
    const random = seededRandom(77);
    const solved = [];
    for (const { name, known, telling } of ruleCases()) {
      for (const [which, { problem }] of Object.entries({ known, telling }))
        solved.push({ name: `${name} ${which}`, problem, ...(await nest(problem, { evaluations: 30_000 })) });
    }
    const cases = solved.flatMap(({ name, problem, result }) => {
      const [layout] = result.layouts;
      const move = layout?.placements[0];
      if (!layout || !move) return [{ name, problem, damage: 'none', result: result as unknown as Placed }];
      const spoilt = Object.entries(damages).map(([damage, spoil]) => {
        const moves = spoil(random, { move, other: layout.placements.at(-1)!, side: 100 });
        const placements = [...moves, ...layout.placements.slice(1)];
        return { name, problem, damage, result: { layouts: [{ ...layout, placements }, ...result.layouts.slice(1)] } };
      });
      return [{ name, problem, damage: 'none', result: result as unknown as Placed }, ...spoilt];
    });
    const instances = Object.fromEntries(solved.map(({ name, problem }) => [name, problem]));
    const verdicts = await judgeMany(python, shared!, {
      instances,
      cases: cases.map(({ name, result }) => ({ instance: name, result })),
      tolerance: TOLERANCE,
    });
    expect(verdicts).toHaveLength(cases.length);
    let invalid = 0;
    for (const [k, { name, problem, damage, result }] of cases.entries()) {
      const theirs = verdicts[k]!;
      const where = `${name}, damage "${damage}"`;
      if (damage === 'none') expect([where, 'faults' in theirs && theirs.faults]).toEqual([where, []]);
      if ('valid' in theirs && !theirs.valid) invalid += 1;
      try {
        expectSame(() => validateLayout(problem, result), theirs, JSON.stringify(problem).includes('"path"'));
      } catch (error) {
        throw new Error(`${where}: ${String(error)}`, { cause: error });
      }
    }
    expect(invalid).toBeGreaterThan(solved.length * 4);
  },
  120_000,
);
