import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ReadInputBarcodeFormat } from 'zxing-wasm/reader';
import { openScan } from './open-scan.node.ts';

const FORMATS: ReadInputBarcodeFormat[] = ['QRCode', 'Code128'];
/** A longer side is reduced: the reader keeps four bytes a pixel, and a tag at 2 px a module is read. */
const MOST_PX = 4096;

let loading: Promise<typeof import('zxing-wasm/reader')> | null = null;

/** QR codes and Code 128 in a scan, their texts, each once. Reads from 2 px a module on; a bar code that lies askew may be
 *  missed. Takes some tenths of a second and 100 MB for 12 megapixels. */
export async function readCodes(scanDir: string): Promise<readonly string[]> {
  const { rgb, widthPx, heightPx } = await (await openScan(scanDir)).overview(MOST_PX);
  return codesIn(rgb, widthPx, heightPx);
}

/** The same in interleaved RGB. */
export async function codesIn(rgb: Uint8Array, widthPx: number, heightPx: number): Promise<readonly string[]> {
  const { readBarcodes } = await (loading ??= load());
  const data = new Uint8ClampedArray(widthPx * heightPx * 4).fill(255);
  for (let i = 0, j = 0; i < rgb.length; i += 3, j += 4) {
    data[j] = rgb[i]!;
    data[j + 1] = rgb[i + 1]!;
    data[j + 2] = rgb[i + 2]!;
  }
  const picture = { data, width: widthPx, height: heightPx, colorSpace: 'srgb' as const };
  const found = await readBarcodes(picture, { formats: FORMATS, tryHarder: true, tryRotate: true });
  return [...new Set(found.filter((code) => code.isValid).map((code) => code.text.trim()))];
}

/** The reader would fetch its code from the network; here it is a file of the package. */
async function load(): Promise<typeof import('zxing-wasm/reader')> {
  const reader = await import('zxing-wasm/reader');
  const bytes = await readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  await reader.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  return reader;
}
