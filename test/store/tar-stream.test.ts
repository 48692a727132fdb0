import { execFile } from 'node:child_process';
import { mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tarStream } from '#store/tar-stream.node.ts';
import { temporaryDir } from '../station/small-station.ts';

const AT = '2026-11-22T20:00:00.000Z';

test('another program unpacks every name that a disk takes, and every length', async () => {
  await using dir = await temporaryDir();
  const names = [
    'plain.json',
    'orders/Größe 42.dxf',
    // Below a hundred letters, above a hundred bytes.
    `orders/${'皮'.repeat(40)}.csv`,
    `orders/${'n'.repeat(200)}.svg`,
    `${'f'.repeat(90)}/${'n'.repeat(90)}`,
    `${'f'.repeat(150)}/${'n'.repeat(100)}`,
    `${'f'.repeat(200)}/n`,
    `${'f'.repeat(60)}/${'g'.repeat(60)}/${'h'.repeat(60)}`,
    'two\nlines',
  ];
  const from = join(dir.path, 'from');
  for (const [k, name] of names.entries()) {
    await mkdir(dirname(join(from, name)), { recursive: true });
    // Empty, a block, one byte more.
    await writeFile(join(from, name), 'x'.repeat([0, 512, 513][k % 3] ?? 0));
  }
  const file = await open(join(dir.path, 'all.tar'), 'w');
  for await (const chunk of tarStream(from, names, AT)) await file.writeFile(chunk);
  await file.close();
  const to = join(dir.path, 'to');
  await mkdir(to);
  const { stderr } = await promisify(execFile)('tar', ['-xf', join(dir.path, 'all.tar'), '-C', to]);
  expect(stderr).toBe('');
  for (const name of names) expect(await readFile(join(to, name)), name).toEqual(await readFile(join(from, name)));
  const python = 'import sys,tarfile; print(len(tarfile.open(sys.argv[1]).getmembers()))';
  const { stdout } = await promisify(execFile)('python3', ['-c', python, join(dir.path, 'all.tar')]);
  expect(Number(stdout)).toBe(names.length);
});

test('a file of 8 GB or more says its length where the header has no room for it', async () => {
  await using dir = await temporaryDir();
  const size = 8 * 1024 ** 3;
  await writeFile(join(dir.path, 'large'), '');
  await truncate(join(dir.path, 'large'), size);
  const stream = tarStream(dir.path, ['large'], AT);
  const [, records] = [await stream.next(), await stream.next()];
  await stream.return(undefined);
  expect(new TextDecoder().decode(records.value as Uint8Array)).toBe(`19 size=${size}\n`);
});
