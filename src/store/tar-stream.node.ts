import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 512;
/** Two zero blocks end an archive. */
const END = new Uint8Array(2 * BLOCK);

/** Files of a folder as one POSIX tar (pax), as it is read: `tar -xf` unpacks it. Names with `/`. */
export async function* tarStream(dir: string, names: readonly string[], at: string): AsyncGenerator<Uint8Array> {
  const seconds = Math.floor(Date.parse(at) / 1000);
  for (const name of names) {
    const path = join(dir, name);
    const { size } = await stat(path);
    yield* heads(name, size, seconds);
    let left = size;
    for await (const chunk of createReadStream(path, { end: Math.max(0, size - 1) }) as AsyncIterable<Uint8Array>) {
      left -= chunk.length;
      yield chunk;
    }
    if (left !== 0) throw new Error(`${path}: changed while it was read`);
    if (size % BLOCK !== 0) yield new Uint8Array(BLOCK - (size % BLOCK));
  }
  yield END;
}

const encode = (text: string) => new TextEncoder().encode(text);
/** What twelve octal digits hold. */
const MOST_BYTES = 8 ** 11;
/** Bytes of a name, and of the folders before it. */
const MOST_NAME = 100;
const MOST_PREFIX = 155;

/** The header of one file; before it a pax record of what does not fit there: letters beyond ASCII, whose coding the
 *  older header leaves open, long names, and 8 GB or more. */
function* heads(name: string, size: number, seconds: number): Generator<Uint8Array> {
  const cut = name.length > MOST_NAME ? name.indexOf('/', name.length - MOST_NAME - 1) : -1;
  const isPlain = /^[\x20-\x7e]*$/.test(name) && name.length - cut - 1 <= MOST_NAME && cut <= MOST_PREFIX;
  const records = [
    ...(isPlain ? [] : [paxRecord('path', name)]),
    ...(size < MOST_BYTES ? [] : [paxRecord('size', String(size))]),
  ].join('');
  if (records !== '') {
    const bytes = encode(records);
    yield header({ name: 'pax', size: bytes.length, seconds, kind: 'x' });
    yield bytes;
    if (bytes.length % BLOCK !== 0) yield new Uint8Array(BLOCK - (bytes.length % BLOCK));
  }
  const short = isPlain ? { name: name.slice(cut + 1), prefix: name.slice(0, Math.max(0, cut)) } : { name: 'file' };
  yield header({ ...short, size: size < MOST_BYTES ? size : 0, seconds, kind: '0' });
}

/** `LENGTH KEY=VALUE\n`; the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = encode(` ${key}=${value}\n`).length;
  let length = rest + 1;
  while (String(length).length + rest !== length) length += 1;
  return `${length} ${key}=${value}\n`;
}

interface Head {
  readonly name: string;
  readonly prefix?: string;
  readonly size: number;
  readonly seconds: number;
  /** x: records for the next one. */
  readonly kind: '0' | 'x';
}

function header({ name, prefix = '', size, seconds, kind }: Head): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(encode(text), at);
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  put(name, 0);
  put(octal(0o600, 8), 100);
  put(octal(0, 8), 108);
  put(octal(0, 8), 116);
  put(octal(size, 12), 124);
  put(octal(seconds, 12), 136);
  // The sum is taken with its own field as spaces.
  put('        ', 148);
  put(kind, 156);
  put('ustar\x0000', 257);
  put(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
