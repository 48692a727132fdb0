import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scoreNames } from '#inspect/score-names.ts';
import { openScoreWriter } from '#inspect/write-scores.node.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'kerf-scores-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const namesOf = (...names: string[]) => scoreNames(names.map((name) => ({ name })));

test('each class has its picture, whatever it is called, and none outside of the folder or in another’s place', async () => {
  const names = ['good', '../../EVIL', 'doubt', 'mask', 'defect', 'cut'];
  const size = { widthPx: 8, heightPx: 8 };
  const out = join(dir, 'a', 'b');
  const classes = names.map((name) => ({ name }));
  const writer = await openScoreWriter({ dir: out, classes, working: size, input: size });
  // Class c has the value 1000 (c + 1), doubt 500.
  const scores = new Uint16Array(64 * names.length).map((_, i) => 1000 * (Math.floor(i / 64) + 1));
  const plan = { leftPx: 0, topPx: 0, ...size, readWidthPx: 8, readHeightPx: 8 };
  await writer.onTile(plan, { scores, doubt: new Uint16Array(64).fill(500), ...size });
  await writer.finish();
  await writer.close();
  expect(await readdir(dir, { recursive: true }).then((all) => all.sort())).toEqual(
    [
      ...['a', 'a/b'],
      ...['class-1', 'class-2', 'class-3', 'class-4', 'cut', 'defect', 'doubt', 'good', 'mask'].map(
        (name) => `a/b/${name}.png`,
      ),
    ].map((path) => path.replaceAll('/', process.platform === 'win32' ? '\\' : '/')),
  );
  const levelOf = async (name: string) => {
    const { data } = await sharp(join(out, `${name}.png`))
      .toColourspace('grey16')
      .raw({ depth: 'ushort' })
      .toBuffer({
        resolveWithObject: true,
      });
    return new Uint16Array(data.buffer, data.byteOffset, 1)[0];
  };
  const said = { good: 1000, 'class-1': 2000, 'class-4': 5000, cut: 6000, doubt: 500, defect: 65535 - 1000 };
  for (const [name, level] of Object.entries(said)) expect([name, await levelOf(name)]).toEqual([name, level]);
});

test('names are the classes’ own where files may be called so, and none is used twice', () => {
  expect(namesOf('good', 'hole', 'Löcher', '污渍 2', 'open seam')).toEqual([
    'good',
    'hole',
    'Löcher',
    '污渍 2',
    'open seam',
  ]);
  expect(namesOf('good', 'Hole', 'hole', 'class-1', 'a/b', 'nul', '.x', 'x.', '', 'x'.repeat(81))).toEqual([
    ...['good', 'Hole'],
    ...[2, 3, 4, 5, 6, 7, 8, 9].map((i) => `class-${i}`),
  ]);
});

test('the one class of a taught pack is any defect', () => {
  expect(namesOf('good', 'defect')).toEqual(['good', 'defect']);
  expect(namesOf('good', 'defect', 'cut')).toEqual(['good', 'class-1', 'cut']);
});
