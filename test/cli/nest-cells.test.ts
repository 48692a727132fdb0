import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nestCells, type NestCell } from '../../src/cli/bench/nest-cells.ts';
import { longFigures, longTable } from '../../src/cli/bench/nest-long.ts';
import { raceOf } from '../../src/cli/bench/nest-run.ts';
import { raceTable, stripTable } from '../../src/cli/bench/nest-strips.ts';

const cell = (yieldPct: number, after3Pct: number | null = 98): NestCell => ({
  placed: 5,
  wanted: 5,
  materials: 1,
  complete: true,
  yieldPct,
  peakMb: 60,
  after3Pct,
  wallSeconds: 10,
});

beforeEach(async () => {
  vi.stubEnv('KERF_BENCH_CELLS', join(await mkdtemp(join(tmpdir(), 'kerf-cells-')), 'cells.json'));
});
afterEach(() => vi.unstubAllEnvs());

test('a cell that was measured is not measured again, one of another seed or solver is', async () => {
  let runs = 0;
  const run = () => Promise.resolve(cell((runs += 1)));
  const key = { solver: 'a 1', problem: 'swim', seconds: 10, threads: 2, seed: 1 };
  expect((await nestCells().measured(key, run)).yieldPct).toBe(1);
  expect((await nestCells().measured(key, run)).yieldPct).toBe(1);
  expect((await nestCells().measured({ ...key, seed: 2 }, run)).yieldPct).toBe(2);
  expect((await nestCells().measured({ ...key, solver: 'a 2' }, run)).yieldPct).toBe(3);
  expect(Object.keys(JSON.parse(await readFile(nestCells().file, 'utf8')) as object)).toHaveLength(3);
});

test('a run that fails leaves no cell', async () => {
  const key = { solver: 'a', problem: 'swim', seconds: 10, threads: 2, seed: 1 };
  await expect(nestCells().measured(key, () => Promise.reject(new Error('invalid')))).rejects.toThrow('invalid');
  expect((await nestCells().measured(key, () => Promise.resolve(cell(7)))).yieldPct).toBe(7);
});

test('medians, spreads and the difference stand side by side, and means below', () => {
  const rows = [
    { strip: 'one', bySolver: [[80, 82, 81].map((v) => cell(v)), [84, 83, 85].map((v) => cell(v, null))] },
    { strip: 'two', bySolver: [[90, 92, 91].map((v) => cell(v)), [84, 83, 85].map((v) => cell(v, null))] },
  ];
  const table = stripTable(10, 3, 'sparrow', rows);
  expect(table.rows[0]).toEqual(['one', '81.00', '2.00', '84.00', '2.00', '-3.00', '98.0', '60']);
  expect(table.rows[2]).toEqual(['mean of 2', '86.00', '', '84.00', '', '+2.00', '98.0', '']);
});

test('without the peer its columns are left out, and an incomplete layout counts nothing', () => {
  const rows = [{ strip: 'one', bySolver: [[{ ...cell(80), complete: false }]] }];
  const table = stripTable(10, 1, null, rows);
  expect(table.columns).toEqual(['strip', 'Kerf', 'spread', 'at 3 s', 'peak MB']);
  expect(table.rows[0]!.slice(0, 3)).toEqual(['one', '0.00', '0.00']);
  expect(table.about).toContain('not installed');
});

test('a step of the trace is its finder’s, and the last gain wins', () => {
  const step = (value: number, by: string) => ({ seconds: 1, evaluations: 1, value, by });
  const trace = [step(0.5, 'construct'), step(0.7, 'shrink'), step(0.75, 'squeeze'), step(0.75, 'close')];
  const race = raceOf(trace);
  expect(race.wonBy).toBe('squeeze');
  expect(race.addedPct!['shrink']).toBeCloseTo(20);
  expect(raceOf([{ seconds: 1, evaluations: 1, value: 0.5 }])).toEqual({});
  const other = { ...cell(80), addedPct: { construct: 50, shrink: 30 }, wonBy: 'shrink' };
  const table = raceTable(10, [{ strip: 'one', bySolver: [[{ ...cell(75), ...race }, other, cell(80)], []] }]);
  expect(table.rows[0]).toEqual(['one', '50.000 (0)', '25.000 (1)', '2.500 (1)', '0.000 (0)']);
  expect(table.rows[1]![0]).toBe('all');
});

test('long runs stand beside the published means: those of the longest count, what was not measured is said', () => {
  const runs = (short: readonly number[], long: readonly number[], peer: readonly number[] = []) => [
    { seconds: 600, own: short, peer: [] },
    { seconds: 1200, own: long, peer },
  ];
  const table = longFigures([
    { strip: 'albano', runs: runs([89.9], [89.4, 89.5], [89.6]) },
    { strip: 'fu', runs: runs([91], [92.2, 92.4]) },
    { strip: 'swim', runs: runs([78], []) },
    { strip: 'mao', runs: runs([], []) },
  ]);
  const unknown = 'not measured';
  expect(table.rows.map((row) => row.slice(1, 7))).toEqual([
    ['89.90 (1)', unknown, '89.45 (2)', '89.60 (1)', '89.48', '-0.03'],
    ['91.00 (1)', unknown, '92.30 (2)', unknown, '92.23', '+0.07'],
    ['78.00 (1)', unknown, unknown, unknown, '78.26', '-0.26'],
    [unknown, unknown, unknown, unknown, '86.14', ''],
  ]);
  expect(table.about).toContain(
    'after 600 s on 1 of 3, after 1200 s on 1 of 2 (where sparrow ran here as well Kerf 0 of 1, sparrow 1 of 1)',
  );
});

test('a strip that nothing is published for is refused by name, and so are runs of another length, before anything is measured', async () => {
  const options = {
    root: new URL('../..', import.meta.url).pathname,
    isQuick: false,
    isFull: false,
    only: ['albano', 'gardeyn4'],
    seconds: null,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    note: () => undefined,
  };
  await expect(longTable(options, tmpdir(), ['strip/albano.json', 'strip/gardeyn4.json'])).rejects.toMatchObject({
    code: 'CLI_UNKNOWN_STRIP',
    message: expect.stringContaining('found "gardeyn4", expected albano') as string,
  });
  const half = { ...options, only: null, seconds: 300 };
  await expect(longTable(half, tmpdir(), ['strip/albano.json'])).rejects.toMatchObject({
    code: 'CLI_BAD_OPTION',
    message: expect.stringContaining('found 300, expected 600 or 1200') as string,
  });
});
