import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { decodeText, LARGEST_BYTES, readText, refuseUnreadable } from './read-order.node.ts';

export interface OrderLines {
  readonly text: string;
  /** What an error calls them. */
  readonly where: string;
  /** Where the drawings are that they name, unless somebody says otherwise. */
  readonly folder: string;
}

const LINES = /\.(csv|txt|json)$/i;

/** Order lines of a file, of a folder that holds one such file beside its drawings, or of `-`, the standard input.
 *  @throws KerfError ORDERS_FILE_UNREADABLE, ORDERS_NOT_TEXT */
export async function readLines(
  given: string,
  options: {
    readonly encoding: string;
    /** Files that are no lines: the mapping. */
    readonly but: readonly string[];
    readonly stdin: AsyncIterable<Uint8Array>;
    readonly signal: AbortSignal;
  },
): Promise<OrderLines> {
  const { encoding, signal } = options;
  if (given === '-') {
    const where = 'the standard input';
    return {
      text: decodeText(await readStream(options.stdin, where, signal), where, encoding),
      where,
      folder: resolve('.'),
    };
  }
  const path = resolve(given);
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const file = isFolder ? await onlyLines(path, options.but) : path;
  const where = basename(file);
  return { text: await readText(file, where, signal, encoding), where, folder: dirname(file) };
}

async function onlyLines(folder: string, but: readonly string[]): Promise<string> {
  const names = (await readdir(folder)).filter((name) => LINES.test(name) && !but.includes(join(folder, name))).sort();
  const [name] = names;
  if (name !== undefined && names.length === 1) return join(folder, name);
  const found = names.length === 0 ? 'no file of lines' : `${names.length} of them (${names.slice(0, 5).join(', ')})`;
  return refuseUnreadable(basename(folder), found, 'one CSV or JSON file of lines');
}

async function readStream(stream: AsyncIterable<Uint8Array>, where: string, signal: AbortSignal): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    signal.throwIfAborted();
    size += part.length;
    if (size > LARGEST_BYTES) refuseUnreadable(where, 'more bytes', 'at most 64 MiB');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
