import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kerf } from './kerf.node.ts';

const box = (side: number) => [
  [0, 0],
  [side, 0],
  [side, side],
  [0, side],
];

test('a search goes by the limits of its problem, where no option says otherwise', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kerf-limits-'));
  const problem = {
    kerf: 1,
    sheets: [{ id: 's', outline: box(100) }],
    pieces: [{ id: 'p', outline: box(30), quantity: 10 }],
    limits: { seconds: 0.3, threads: 1, seed: 7 },
  };
  await writeFile(join(folder, 'problem.json'), JSON.stringify(problem));
  const nested = async (...more: string[]) => {
    const out = join(folder, 'result.json');
    expect((await kerf(['nest', join(folder, 'problem.json'), ...more, '--out', out])).code).toBe(0);
    return JSON.parse(await readFile(out, 'utf8')) as { seconds: number; threads: number; seed: number };
  };
  const byLimits = await nested();
  expect(byLimits).toMatchObject({ threads: 1, seed: 7 });
  // Ten seconds are the default.
  expect(byLimits.seconds).toBeGreaterThan(0.25);
  expect(byLimits.seconds).toBeLessThan(5);
  expect(await nested('--seed', '3', '--threads', '2', '--evaluations', '500')).toMatchObject({ threads: 2, seed: 3 });
}, 60_000);
