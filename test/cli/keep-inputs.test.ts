import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kerf } from './kerf.node.ts';

const folder = mkdtempSync(join(tmpdir(), 'kerf-inputs-'));

test('what a command reads is never written over: the picture of a scan, the order of a run', async () => {
  await kerf(['synth', 'hide', '--mm-per-px', '4', '--out', '.'], { cwd: folder });
  copyFileSync(join(folder, 'hide.png'), join(folder, 'scan.tif'));
  const picture = readFileSync(join(folder, 'scan.tif'));
  const scan = await kerf(['scan', 'scan.tif', '--mm-per-px', '4', '--out', '.'], { cwd: folder });
  expect(scan).toMatchObject({ code: 2, stderr: expect.stringContaining('CLI_OUT_IS_INPUT') });
  expect(readFileSync(join(folder, 'scan.tif'))).toEqual(picture);
  writeFileSync(join(folder, 'order.json'), 'mine');
  const run = await kerf(['run', 'hide.png', '--order', 'order.json', '--out', '.'], { cwd: folder });
  expect(run).toMatchObject({ code: 2, stderr: expect.stringMatching(/order\.json: this is read.*CLI_OUT_IS_INPUT/) });
  expect(readFileSync(join(folder, 'order.json'), 'utf8')).toBe('mine');
  for (const line of ['nest order.json --out order.json', 'cut order.json --machine simulated --out ./order.json'])
    expect(await kerf(line.split(' '), { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('CLI_OUT_IS_INPUT'),
    });
  expect(readFileSync(join(folder, 'order.json'), 'utf8')).toBe('mine');
});
