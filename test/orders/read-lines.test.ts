import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLines } from '#orders/read-lines.node.ts';
import { temporaryDir } from '../station/small-station.ts';
import { codeOf } from '../station/small-steps.ts';

async function* stream(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(part);
}

test('order lines come from a file, from a folder that holds one, or from the standard input', async () => {
  await using dir = await temporaryDir();
  const [map, lines] = [join(dir.path, 'map.json'), join(dir.path, 'lines.csv')];
  await writeFile(map, '{}');
  await writeFile(join(dir.path, 'blatt.dxf'), 'a drawing');
  const read = (given: string, encoding = 'utf-8', ...parts: readonly Uint8Array[]) =>
    readLines(given, { encoding, but: [map], stdin: stream(...parts), signal: new AbortController().signal });
  expect(await codeOf(read(dir.path))).toBe('ORDERS_FILE_UNREADABLE');
  await writeFile(lines, 'id,quantity\n');
  const ofFile = { text: 'id,quantity\n', where: 'lines.csv', folder: dir.path };
  expect(await read(lines)).toEqual(ofFile);
  // The mapping that lies beside is no file of lines.
  expect(await read(dir.path)).toEqual(ofFile);
  await writeFile(join(dir.path, 'more.csv'), '');
  await expect(read(dir.path)).rejects.toThrow('lines.csv, more.csv');
  // A character cut in two by the pipe, in the encoding of the mapping.
  const utf8 = Buffer.from('größe\n');
  expect((await read('-', 'utf-8', utf8.subarray(0, 3), utf8.subarray(3))).text).toBe('größe\n');
  expect((await read('-', 'windows-1252', Buffer.from('gr\xf6\xdfe', 'latin1'))).text).toBe('größe');
  expect(await codeOf(read('-', 'utf-8', Buffer.from([0xff])))).toBe('ORDERS_NOT_TEXT');
  const large = new Uint8Array(33 * 1024 * 1024);
  expect(await codeOf(read('-', 'utf-8', large, large))).toBe('ORDERS_FILE_UNREADABLE');
  await mkdir(join(dir.path, 'empty'));
  expect(await codeOf(read(join(dir.path, 'empty')))).toBe('ORDERS_FILE_UNREADABLE');
});
