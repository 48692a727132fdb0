import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { scanSchema, type Scan } from '#domain/scan.ts';
import { brokenPicture } from './picture-header.node.ts';
import { MOST_PIXELS } from './picture-limits.ts';
import { hashFile, SCAN_FILE } from './scan-folder.node.ts';
import { sharp } from './sharp-limits.node.ts';

export interface OpenedScan {
  readonly scan: Scan;
  /** Interleaved RGB, 3 bytes a pixel, of a box that lies in the scan.
   *  @throws KerfError ACQUIRE_TILE_OUTSIDE, ACQUIRE_PICTURE_BROKEN */
  tile(leftPx: number, topPx: number, widthPx: number, heightPx: number): Promise<Uint8Array>;
  /** The whole scan scaled down (never up) so that its longer side is at most `maxPx`; interleaved RGB. */
  overview(maxPx: number): Promise<{ rgb: Uint8Array; widthPx: number; heightPx: number }>;
}

/** Opens a scan folder. `verify` also reads the picture once and compares its hash (0.2 s a 100 megapixels).
 *  @throws KerfError ACQUIRE_NO_SCAN, ACQUIRE_SCAN_REFUSED, ACQUIRE_SCAN_CHANGED, ACQUIRE_PICTURE_BROKEN */
export async function openScan(scanDir: string, options: { readonly verify?: boolean } = {}): Promise<OpenedScan> {
  const where = join(scanDir, SCAN_FILE);
  const text = await readFile(where, 'utf8').catch((cause: unknown) => {
    throw new KerfError(
      'ACQUIRE_NO_SCAN',
      `${scanDir}: there is no readable ${SCAN_FILE} in it. Expected a folder that \`kerf scan\` wrote: scan first, or check the path.`,
      { details: { scanDir }, cause },
    );
  });
  const code = 'ACQUIRE_SCAN_REFUSED';
  const scan = parseDocument(scanSchema, parseJson(text, where, code), { name: 'scan', where, code });
  const path = join(scanDir, scan.image);
  const read = () => sharp(path, { limitInputPixels: MOST_PIXELS, failOn: 'error' });
  const meta = await read()
    .metadata()
    .catch((cause: unknown) => {
      throw brokenPicture(path, cause);
    });
  const isChanged =
    meta.width !== scan.widthPx ||
    meta.height !== scan.heightPx ||
    (options.verify === true && (await hashFile(path)) !== scan.sha256);
  if (isChanged) {
    throw new KerfError(
      'ACQUIRE_SCAN_CHANGED',
      `${path}: the picture is not the one that ${SCAN_FILE} describes (size or hash differs). Scan again.`,
      { details: { path } },
    );
  }
  return {
    scan,
    async tile(leftPx, topPx, widthPx, heightPx) {
      const box = { left: leftPx, top: topPx, width: widthPx, height: heightPx };
      const fits =
        Object.values(box).every(Number.isInteger) &&
        leftPx >= 0 &&
        topPx >= 0 &&
        widthPx > 0 &&
        heightPx > 0 &&
        leftPx + widthPx <= scan.widthPx &&
        topPx + heightPx <= scan.heightPx;
      if (!fits) {
        throw new KerfError(
          'ACQUIRE_TILE_OUTSIDE',
          `Tile ${leftPx}, ${topPx}, ${widthPx} x ${heightPx} px is not within the scan of ${scan.widthPx} x ${scan.heightPx} px.`,
          { details: box },
        );
      }
      try {
        return await read().extract(box).raw().toBuffer();
      } catch (cause) {
        throw brokenPicture(path, cause);
      }
    },
    async overview(maxPx) {
      try {
        const { data, info } = await sharp(path, {
          limitInputPixels: MOST_PIXELS,
          failOn: 'error',
          sequentialRead: true,
        })
          .resize(maxPx, maxPx, { fit: 'inside', withoutEnlargement: true })
          .raw()
          .toBuffer({ resolveWithObject: true });
        return { rgb: data, widthPx: info.width, heightPx: info.height };
      } catch (cause) {
        throw brokenPicture(path, cause);
      }
    },
  };
}
