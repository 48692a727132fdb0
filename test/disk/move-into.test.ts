import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveInto } from '../../src/disk/move-into.node.ts';

test('files take the place of their namesakes; what else lies in a folder of the same name stays', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kerf-move-'));
  const [from, to] = [join(root, 'from'), join(root, 'to')];
  for (const [path, text] of [
    ['from/scan/scan.tif', 'new'],
    ['from/layout.json', 'new'],
    ['to/scan/scan.tif', 'old'],
    ['to/scan/of-mine/picture.png', 'mine'],
    ['to/layout.json', 'old'],
  ] as const) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await moveInto(from, to);
  const text = (path: string) => readFileSync(join(to, path), 'utf8');
  expect(['scan/scan.tif', 'layout.json', 'scan/of-mine/picture.png'].map(text)).toEqual(['new', 'new', 'mine']);
  expect(readdirSync(join(from, 'scan'))).toEqual([]);
});

test('a folder is not taken away for a file of its name', async () => {
  const root = mkdtempSync(join(tmpdir(), 'kerf-move-'));
  mkdirSync(join(root, 'to', 'layout.json', 'of-mine'), { recursive: true });
  mkdirSync(join(root, 'from'));
  writeFileSync(join(root, 'from', 'layout.json'), '{}');
  await expect(moveInto(join(root, 'from'), join(root, 'to'))).rejects.toMatchObject({ syscall: 'rename' });
  expect(readdirSync(join(root, 'to', 'layout.json'))).toEqual(['of-mine']);
});
