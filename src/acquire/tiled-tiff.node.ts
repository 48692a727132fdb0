import { open, type FileHandle } from 'node:fs/promises';

/** Writes an uncompressed tiled RGB TIFF of 8 bit, tile by tile in any order, without holding the picture. */
export class TiledTiffWriter {
  readonly tilePx: number;
  readonly #file: FileHandle;
  readonly #columns: number;
  readonly #firstTile: number;
  #isClosed = false;

  private constructor(file: FileHandle, tilePx: number, columns: number, firstTile: number) {
    this.#file = file;
    this.tilePx = tilePx;
    this.#columns = columns;
    this.#firstTile = firstTile;
  }

  /** `tilePx` is a multiple of 16 (TIFF 6.0, section 15). */
  static async create(path: string, widthPx: number, heightPx: number, tilePx: number): Promise<TiledTiffWriter> {
    const columns = Math.ceil(widthPx / tilePx);
    const tiles = columns * Math.ceil(heightPx / tilePx);
    const tileBytes = tilePx * tilePx * 3;
    const entryCount = 11;
    const bitsAt = 8 + 2 + entryCount * 12 + 4;
    const offsetsAt = bitsAt + 8;
    const countsAt = offsetsAt + 4 * tiles;
    const firstTile = countsAt + 4 * tiles;
    const head = Buffer.alloc(firstTile);
    head.write('II', 0, 'latin1');
    head.writeUInt16LE(42, 2);
    head.writeUInt32LE(8, 4);
    head.writeUInt16LE(entryCount, 8);
    let at = 10;
    const entry = (tag: number, type: 3 | 4, count: number, value: number) => {
      head.writeUInt16LE(tag, at);
      head.writeUInt16LE(type, at + 2);
      head.writeUInt32LE(count, at + 4);
      head.writeUInt32LE(value, at + 8);
      at += 12;
    };
    entry(256, 4, 1, widthPx);
    entry(257, 4, 1, heightPx);
    entry(258, 3, 3, bitsAt);
    entry(259, 3, 1, 1);
    entry(262, 3, 1, 2);
    entry(277, 3, 1, 3);
    entry(284, 3, 1, 1);
    entry(322, 3, 1, tilePx);
    entry(323, 3, 1, tilePx);
    // A single value stands in the entry itself, a list behind the directory.
    entry(324, 4, tiles, tiles === 1 ? firstTile : offsetsAt);
    entry(325, 4, tiles, tiles === 1 ? tileBytes : countsAt);
    for (let i = 0; i < 3; i += 1) head.writeUInt16LE(8, bitsAt + 2 * i);
    for (let i = 0; i < tiles; i += 1) {
      head.writeUInt32LE(firstTile + i * tileBytes, offsetsAt + 4 * i);
      head.writeUInt32LE(tileBytes, countsAt + 4 * i);
    }
    const file = await open(path, 'wx');
    const writer = new TiledTiffWriter(file, tilePx, columns, firstTile);
    try {
      await writer.#write(head, 0);
    } catch (cause) {
      await writer.close();
      throw cause;
    }
    return writer;
  }

  /** Writes one whole tile: tilePx x tilePx x 3 bytes, padded at the right and lower border of the picture. */
  async writeTile(column: number, row: number, rgb: Uint8Array): Promise<void> {
    const tileBytes = this.tilePx * this.tilePx * 3;
    if (rgb.length !== tileBytes) throw new RangeError(`a tile has ${tileBytes} bytes, not ${rgb.length}`);
    await this.#write(rgb, this.#firstTile + (row * this.#columns + column) * tileBytes);
  }

  async #write(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, position + done);
      done += bytesWritten;
    }
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
