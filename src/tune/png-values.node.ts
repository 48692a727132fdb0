import { inflateSync } from 'node:zlib';

/** Values of a PNG as they are written: of a palette its indices, of grey its levels, which a picture library stretches to 8 bit
 *  or turns into colours. */
export interface PngValues {
  readonly values: Uint16Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const GREY = 0;
const PALETTE = 3;
/** More pixels than any scan has. */
const MOST_PX = 2e8;

/** The values of a PNG of one channel, or null for any other picture (colours, alpha, another format, interlaced).
 *  @throws Error where the file is not whole
 *  @see https://www.w3.org/TR/png-3/ */
export function pngValues(bytes: Buffer): PngValues | null {
  if (!bytes.subarray(0, 8).equals(SIGNATURE)) return null;
  const parts: Buffer[] = [];
  let header: Buffer | null = null;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const kind = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (data.length < length) throw new Error('the file ends too early');
    if (kind === 'IHDR') header = data;
    else if (kind === 'IDAT') parts.push(data);
    else if (kind === 'IEND') break;
    at += 12 + length;
  }
  if (header === null || header.length < 13) throw new Error('it has no header');
  const [widthPx, heightPx] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const [bits, kind, , , interlace] = [...header.subarray(8, 13)] as [number, number, number, number, number];
  if ((kind !== GREY && kind !== PALETTE) || interlace !== 0) return null;
  if (widthPx * heightPx > MOST_PX || ![1, 2, 4, 8, 16].includes(bits)) throw new Error('its header is broken');
  const rowBytes = Math.ceil((widthPx * bits) / 8);
  const rows = inflateSync(Buffer.concat(parts), { maxOutputLength: (rowBytes + 1) * heightPx + 1 });
  if (rows.length < (rowBytes + 1) * heightPx) throw new Error('the file ends too early');
  unfilter(rows, rowBytes, heightPx, Math.max(1, bits / 8));
  const values = new Uint16Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1) {
    const row = y * (rowBytes + 1) + 1;
    for (let x = 0; x < widthPx; x += 1)
      values[y * widthPx + x] =
        bits === 16
          ? rows.readUInt16BE(row + 2 * x)
          : (rows[row + ((x * bits) >> 3)]! >> (8 - bits - ((x * bits) & 7))) & ((1 << bits) - 1);
  }
  return { values, widthPx, heightPx };
}

/** Takes back what each row was written as a difference to (PNG, "Filtering"), in place. */
function unfilter(rows: Buffer, rowBytes: number, heightPx: number, step: number): void {
  const stride = rowBytes + 1;
  for (let y = 0; y < heightPx; y += 1) {
    const filter = rows[y * stride]!;
    if (filter === 0) continue;
    for (let i = 0; i < rowBytes; i += 1) {
      const at = y * stride + 1 + i;
      const left = i < step ? 0 : rows[at - step]!;
      const up = y === 0 ? 0 : rows[at - stride]!;
      const corner = y === 0 || i < step ? 0 : rows[at - stride - step]!;
      rows[at] = rows[at]! + guess(filter, left, up, corner);
    }
  }
}

function guess(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
      return a <= b && a <= c ? left : b <= c ? up : corner;
    }
    default:
      throw new Error(`it has a filter ${filter}, which no PNG has`);
  }
}
