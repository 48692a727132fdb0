import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';
import { codesIn } from '#acquire/read-codes.node.ts';
import { seededRandom } from '#domain/seeded-random.ts';

const [WIDTH, HEIGHT] = [700, 500];

/** A tag on brown leather as a camera sees it: so many px a module, turned, a little out of focus, with noise. */
async function pictureOf(
  format: 'QRCode' | 'Code128',
  text: string,
  pxPerModule: number,
  turn: number,
): Promise<Buffer> {
  const { symbol } = await writeBarcode(text, { format, scale: 1 });
  const rows = format === 'QRCode' ? symbol.height : 30;
  const quiet = format === 'QRCode' ? 4 : 10;
  const [wide, high] = [symbol.width + 2 * quiet, rows + 2 * quiet];
  const modules = Buffer.alloc(wide * high, 200);
  for (let y = 0; y < rows; y += 1)
    for (let x = 0; x < symbol.width; x += 1)
      if (symbol.data[(format === 'QRCode' ? y : 0) * symbol.width + x] === 0)
        modules[(y + quiet) * wide + x + quiet] = 60;
  const tag = await sharp(modules, { raw: { width: wide, height: high, channels: 1 } })
    .resize(Math.round(wide * 8), Math.round(high * 8), { kernel: 'nearest' })
    .png()
    .toBuffer();
  const small = await sharp(tag)
    .resize(Math.round(wide * pxPerModule))
    .toColourspace('srgb')
    .png()
    .toBuffer();
  const turned = await sharp(small).ensureAlpha().rotate(turn, { background: '#00000000' }).png().toBuffer();
  const raw = await sharp({ create: { width: WIDTH, height: HEIGHT, channels: 3, background: '#8a6f55' } })
    .composite([{ input: turned, left: 40, top: 30 }])
    .blur(0.6)
    .removeAlpha()
    .raw()
    .toBuffer();
  const random = seededRandom(7);
  for (let i = 0; i < raw.length; i += 1) raw[i] = Math.max(0, Math.min(255, raw[i]! + 24 * (random() - 0.5)));
  return raw;
}

test('the code of a tag is read at the scale of a table camera, turned and with noise; leather has none', async () => {
  const bytes = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/writer/zxing_writer.wasm'));
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const read = async (...tag: Parameters<typeof pictureOf>) => codesIn(await pictureOf(...tag), WIDTH, HEIGHT);
  expect(await read('QRCode', 'H-2026-0042', 2, 33)).toEqual(['H-2026-0042']);
  expect(await read('QRCode', 'H-2026-0042', 2.5, 171)).toEqual(['H-2026-0042']);
  expect(await read('Code128', 'H-42', 3, 4)).toEqual(['H-42']);
  expect(await codesIn(new Uint8Array(WIDTH * HEIGHT * 3).fill(120), WIDTH, HEIGHT)).toEqual([]);
});
