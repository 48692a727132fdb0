import { writeFile } from 'node:fs/promises';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** A picture whose pixel (u, v) is [u, v, 7 * u + 3 * v] mod 256: every place can be told. */
export function ramp(widthPx: number, heightPx: number): Uint8Array {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let v = 0; v < heightPx; v += 1) {
    for (let u = 0; u < widthPx; u += 1) rgb.set([u & 255, v & 255, (7 * u + 3 * v) & 255], 3 * (v * widthPx + u));
  }
  return rgb;
}

export function rampPicture(widthPx: number, heightPx: number): Sharp {
  return sharp(ramp(widthPx, heightPx), { raw: { width: widthPx, height: heightPx, channels: 3 } });
}

/** A PNG that claims a size and holds a single row: what a header check must refuse before decoding. */
export async function writePngClaim(path: string, widthPx: number, heightPx: number): Promise<void> {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const framed = Buffer.alloc(body.length + 8);
    framed.writeUInt32BE(data.length, 0);
    framed.set(body, 4);
    framed.writeUInt32BE(crc32(body), body.length + 4);
    return framed;
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const row = deflateSync(Buffer.alloc(1024));
  await writeFile(
    path,
    Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', row), chunk('IEND', Buffer.alloc(0))]),
  );
}
