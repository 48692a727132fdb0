import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { NestResult, Placement } from '#domain/nest-result.ts';
import type { Problem } from '#domain/problem.ts';
import { kerf } from './kerf.node.ts';

const square = (side: number) =>
  [
    [0, 0],
    [side, 0],
    [side, side],
    [0, side],
  ] as const;
const PROBLEM: Problem = {
  kerf: 1,
  sheets: [{ id: 'sheet', outline: square(300) }],
  pieces: [{ id: 'patch', outline: square(100), quantity: 2 }],
  spacing: 1,
};
const layoutOf = (...xs: number[]): NestResult => ({
  kerf: 1,
  layouts: [
    { material: 0, placements: xs.map((x): Placement => ({ piece: 0, x, y: 10, rotation: 0, mirrored: false })) },
  ],
  unplaced: [],
  stopped: 'complete',
  objective: { kind: 'sheets', value: 1, bound: 2 },
  seconds: 0,
  seed: 1,
  threads: 1,
  trace: [],
});

let dir = '';
const write = (name: string, document: unknown) => writeFile(join(dir, name), JSON.stringify(document));
const cut = (layout: string, ...more: string[]) =>
  kerf(['cut', layout, '--machine', 'simulated', '--out', 'job.dxf', ...more], { cwd: dir });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-cut-command-'));
  await write('problem.json', PROBLEM);
  await write('other.json', { ...PROBLEM, sheets: [{ id: 'small', outline: square(150) }] });
  await write('good.json', layoutOf(10, 120));
  await write('bad.json', layoutOf(10, 60));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('a layout that the check refuses is not written, and the breaches are named', async () => {
  const { code, stderr } = await cut('bad.json');
  expect(stderr).toMatch(/placements 0 and 1 overlap.*--force.*\[CLI_LAYOUT_NOT_VALID\]$/m);
  expect(code).toBe(1);
  expect(await readdir(dir)).not.toContain('job.dxf');
  const asJson = await cut('bad.json', '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    error: { code: 'CLI_LAYOUT_NOT_VALID', details: { faultCount: 1 } },
  });
});

test('nor is one with the problem of another', async () => {
  const { code, stderr } = await cut('good.json', '--problem', 'other.json');
  expect(stderr).toContain('[CLI_LAYOUT_NOT_VALID]');
  expect(code).toBe(1);
  expect(await readdir(dir)).not.toContain('job.dxf');
});

test('a valid one is written; with --force the other, and that is said', async () => {
  const valid = await cut('good.json');
  expect(valid).toMatchObject({ code: 0, stderr: '' });
  const before = await readFile(join(dir, 'job.dxf'), 'utf8');
  const forced = await cut('bad.json', '--force');
  expect(forced.code).toBe(0);
  expect(forced.stderr).toContain('forced: ');
  expect(await readFile(join(dir, 'job.dxf'), 'utf8')).not.toBe(before);
});

test('what a profile leaves to the control of the machine is said', async () => {
  await write('knife.json', { ...SIMULATED_MACHINE, id: 'knife', kind: 'dragKnife', overcut: 0.4 });
  const { code, stderr } = await kerf(['cut', 'good.json', '--machine', 'knife.json', '--out', 'knife.dxf'], {
    cwd: dir,
  });
  expect(stderr).toContain('overcut 0.4');
  expect(code).toBe(0);
});
