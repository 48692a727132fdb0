import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK = 512;
/** Two zero blocks end an archive. */
const END = new Uint8Array(2 * BLOCK);

/** Files of a folder as one POSIX tar (ustar), as it is read: `tar -xf` unpacks it. Names with `/`, at most 100 bytes
 *  after the last 155 of a folder; files below 8 GB. */
export async function* tarStream(dir: string, names: readonly string[], at: string): AsyncGenerator<Uint8Array> {
  const seconds = Math.floor(Date.parse(at) / 1000);
  for (const name of names) {
    const path = join(dir, name);
    const { size } = await stat(path);
    yield header(name, size, seconds);
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

function header(name: string, size: number, seconds: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number, length: number) => {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > length) throw new Error(`${name}: too long for a tar archive`);
    block.set(bytes, at);
  };
  const octal = (value: number, length: number) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  const cut = name.length > 100 ? name.lastIndexOf('/', name.length - 2) : -1;
  put(name.slice(cut + 1), 0, 100);
  put(octal(0o600, 8), 100, 8);
  put(octal(0, 8), 108, 8);
  put(octal(0, 8), 116, 8);
  put(octal(size, 12), 124, 12);
  put(octal(seconds, 12), 136, 12);
  // The sum is taken with its own field as spaces.
  put('        ', 148, 8);
  put('0', 156, 1);
  put('ustar\x0000', 257, 8);
  if (cut > 0) put(name.slice(0, cut), 345, 155);
  put(
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    8,
  );
  return block;
}
