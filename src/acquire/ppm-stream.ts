import { KerfError } from '#domain/kerf-error.ts';

export interface PpmPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Interleaved RGB. */
  readonly rgb: Uint8Array;
}

/** Longest header that is waited for, bytes: more is another stream. */
const MOST_HEADER = 64;

/** Takes a stream of binary PPM pictures (P6, 8 bit) apart, in pieces of any size. Holds one picture and no more.
 *  @throws KerfError ACQUIRE_STREAM_BROKEN from `push`; the stream cannot be gone on with then */
export class PpmStream {
  readonly #mostPixels: number;
  #header = '';
  #size: { widthPx: number; heightPx: number } | null = null;
  #rgb = new Uint8Array(0);
  #filled = 0;

  constructor({ mostPixels }: { readonly mostPixels: number }) {
    this.#mostPixels = mostPixels;
  }

  /** The pictures that this piece completes. */
  push(bytes: Uint8Array): PpmPicture[] {
    const whole: PpmPicture[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#size === null) {
        this.#header += String.fromCharCode(bytes[at]!);
        at += 1;
        this.#readHeader();
        continue;
      }
      const count = Math.min(bytes.length - at, this.#rgb.length - this.#filled);
      this.#rgb.set(bytes.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled < this.#rgb.length) break;
      whole.push({ ...this.#size, rgb: this.#rgb });
      this.#size = null;
    }
    return whole;
  }

  #readHeader(): void {
    const header = this.#header;
    const match = /^P6\s+(?:#[^\n]*\n\s*)*(\d{1,6})\s+(\d{1,6})\s+(\d{1,5})\s$/.exec(header);
    if (match === null) {
      if (header.length > MOST_HEADER || !'P6'.startsWith(header.slice(0, 2))) throw broken(header);
      return;
    }
    const [widthPx, heightPx, most] = match.slice(1).map(Number) as [number, number, number];
    if (most !== 255 || widthPx * heightPx === 0 || widthPx * heightPx > this.#mostPixels) throw broken(header);
    this.#header = '';
    this.#size = { widthPx, heightPx };
    this.#rgb = new Uint8Array(3 * widthPx * heightPx);
    this.#filled = 0;
  }
}

function broken(header: string): KerfError {
  return new KerfError(
    'ACQUIRE_STREAM_BROKEN',
    `The camera's stream holds ${JSON.stringify(header.slice(0, 24))} where a picture should begin, expected a PPM header (P6, 8 bit) of a picture that is not too large. Look at the camera's resolution and format.`,
    { fault: 'device' },
  );
}
