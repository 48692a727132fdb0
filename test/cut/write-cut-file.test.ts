import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { planCuts } from '#cut/plan-cuts.ts';
import { writeCutFile } from '#cut/write-cut-file.node.ts';
import { SIMULATED_MACHINE } from '#domain/machine.ts';
import type { Machine } from '#domain/machine.ts';
import { LAYOUT, ORDER, SHEET } from './cut-fixture.ts';

const plan = planCuts(LAYOUT, ORDER, SHEET, SIMULATED_MACHINE);
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kerf-cut-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each(['dxf', 'svg'] as const)('writes %s whole, with its hash, and leaves no other file', async (format) => {
  const file = join(folder, format, `job.${format}`);
  const machine: Machine = { ...SIMULATED_MACHINE, format };
  const written = await writeCutFile(plan, machine, file);
  const bytes = await readFile(file);
  expect(written).toEqual({ file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
  expect(await readdir(join(folder, format))).toEqual([`job.${format}`]);
  await writeCutFile(plan, machine, file);
  expect(await readFile(file)).toEqual(bytes);
});

it('writes nothing for a cut outside the machine, and keeps the file that was there', async () => {
  const file = join(folder, 'kept.dxf');
  await writeFile(file, 'before');
  const small: Machine = { ...SIMULATED_MACHINE, height: 100 };
  await expect(writeCutFile(plan, small, file)).rejects.toMatchObject({ code: 'CUT_OUTSIDE_MACHINE', fault: 'input' });
  expect(await readFile(file, 'utf8')).toBe('before');
});

it('says so where it cannot write, and where it does not know the format', async () => {
  await writeFile(join(folder, 'a-file'), '');
  await expect(writeCutFile(plan, SIMULATED_MACHINE, join(folder, 'a-file', 'job.dxf'))).rejects.toMatchObject({
    code: 'CUT_FILE_UNWRITABLE',
    fault: 'device',
  });
  const plotter: Machine = { ...SIMULATED_MACHINE, format: 'hpgl' };
  await expect(writeCutFile(plan, plotter, join(folder, 'job.plt'))).rejects.toMatchObject({
    code: 'CUT_FORMAT_UNKNOWN',
  });
  expect((await readdir(folder)).filter((name) => name.includes('job'))).toEqual([]);
});

it.skipIf(process.platform === 'win32')('takes the place of no device and no pipe', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  await expect(writeCutFile(plan, SIMULATED_MACHINE, pipe)).rejects.toMatchObject({
    code: 'CUT_FILE_UNWRITABLE',
    message: expect.stringContaining('found a device or a pipe') as string,
  });
  expect((await lstat(pipe)).isFIFO()).toBe(true);
});
