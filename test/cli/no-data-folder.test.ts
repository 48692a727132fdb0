import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDir } from '../station/small-station.ts';
import { kerf } from './kerf.node.ts';

test('a data folder that is not there is told as that, and none is made', async () => {
  await using dir = await temporaryDir();
  const [none, empty, out] = ['none', 'empty', 'out'].map((name) => join(dir.path, name)) as [string, string, string];
  await mkdir(empty);
  const asked: readonly string[][] = [
    ['report'],
    ['hide', 'H-7'],
    ['stock'],
    ['station', 'backup', '--out', out],
    ['nest', '--stock', '--order', 'order.json', '--out', out],
  ];
  for (const words of asked) {
    const ran = await kerf([...words, '--data', none]);
    expect([ran.code, ran.stderr], words.join(' ')).toEqual([
      2,
      expect.stringContaining(`${none}: found no such folder, expected the data folder of a station.`) as string,
    ]);
    expect(ran.stderr).toContain('[STORE_NO_DATA_FOLDER]');
  }
  const ran = await kerf(['report', '--data', empty]);
  expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('found no kerf.sqlite in it') as string]);
  expect(await readdir(dir.path)).toEqual(['empty']);
  expect(await readdir(empty)).toEqual([]);
}, 60_000);
