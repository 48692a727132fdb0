import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import type { Clock, OnProgress } from '#domain/ports.ts';
import { uniformToMm, type Scan } from '#domain/scan.ts';
import { asDiskError } from './disk-error.node.ts';
import { nextPicture, type FolderWatchOptions } from './picture-folder.node.ts';
import { brokenPicture, MOST_PIXELS, readPictureHeader, type PictureHeader } from './picture-header.node.ts';
import { hashFile, SCAN_IMAGE, writeScanFolder } from './scan-folder.node.ts';
import { sharp } from './sharp-limits.node.ts';

/** Largest side of a scan: no table is that long, so the scale must be wrong. */
export const MOST_EXTENT = 20_000;

/** Side of the tiles of scan.tif, pixels: libvips writes tiles larger than the picture, and then refuses to read them. */
function tileSide(header: PictureHeader): number {
  return Math.min(header.widthPx, header.heightPx) >= 512 ? 512 : 64;
}

export interface AcquireOptions {
  /** Scale of a picture that is straight already; with a calibration: scale of the straightened scan. */
  readonly mmPerPx?: number;
  readonly outDir: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
  readonly folder?: Omit<FolderWatchOptions, 'signal'>;
}

/** Reads one picture into a scan: `source` is a picture file (JPEG, PNG, TIFF to 200 megapixels) or a folder, of which
 *  the next complete new picture is taken. Turned by EXIF, brought to sRGB by its profile, laid on white where it is
 *  transparent, 8 bit. Writes scan.json and scan.tif (tiled) into `outDir`, whole or not at all. Peak memory does not
 *  grow with the picture beyond the decoder's own buffer.
 *  @throws KerfError ACQUIRE_… of the picture and scale (input) or of disk and folder (device) */
export async function acquireScan(source: string, options: AcquireOptions): Promise<Scan> {
  const { signal, clock, onProgress } = options;
  signal?.throwIfAborted();
  const mmPerPx = checkedScale(options.mmPerPx);
  const path = await resolvePicture(source, options);
  const header = await readPictureHeader(path);
  checkExtent(header, mmPerPx);
  onProgress?.({ what: 'picture', done: 1, total: 3 });
  return writeScanFolder(options.outDir, async (dir) => {
    signal?.throwIfAborted();
    const image = join(dir, SCAN_IMAGE);
    await transcode(path, image, tileSide(header), options.outDir);
    signal?.throwIfAborted();
    onProgress?.({ what: 'picture', done: 2, total: 3 });
    const sha256 = await hashFile(image, signal);
    onProgress?.({ what: 'picture', done: 3, total: 3 });
    return {
      kerf: 1,
      image: SCAN_IMAGE,
      sha256,
      widthPx: header.widthPx,
      heightPx: header.heightPx,
      toMm: uniformToMm(mmPerPx, header.heightPx),
      mmPerPx,
      takenAt: clock.now(),
      source: basename(path),
      calibration: null,
      drift: null,
      thickness: null,
      flags: flagsOf(header),
    };
  });
}

async function resolvePicture(source: string, options: AcquireOptions): Promise<string> {
  const found = await stat(source).catch(() => null);
  if (!found?.isDirectory()) return source;
  options.onProgress?.({ what: 'waiting', done: 0, total: 1 });
  return nextPicture(source, { ...options.folder, signal: options.signal });
}

/** Decodes once, row by row, into an uncompressed tiled TIFF: a tile of it is then read without the rest. */
async function transcode(path: string, image: string, tilePx: number, outDir: string): Promise<void> {
  try {
    await sharp(path, { limitInputPixels: MOST_PIXELS, sequentialRead: true, failOn: 'error', page: 0 })
      .autoOrient()
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .tiff({ tile: true, tileWidth: tilePx, tileHeight: tilePx, compression: 'none', predictor: 'none' })
      .toFile(image);
  } catch (cause) {
    throw asDiskError(outDir, cause) ?? brokenPicture(path, cause);
  }
}

function checkedScale(mmPerPx: number | undefined): number {
  if (mmPerPx === undefined) {
    throw new KerfError(
      'ACQUIRE_SCALE_MISSING',
      'The picture has no scale: neither mm per pixel nor a calibration of the table was given. Give --mm-per-px or calibrate the table.',
    );
  }
  if (!Number.isFinite(mmPerPx) || mmPerPx <= 0) {
    throw new KerfError(
      'ACQUIRE_SCALE_INVALID',
      `mm per pixel is ${mmPerPx}; expected a number above 0 (0.5 is usual for a hide of 2 m at 4000 px). Measure a known length in the picture.`,
      { details: { mmPerPx: Number.isFinite(mmPerPx) ? mmPerPx : null } },
    );
  }
  return mmPerPx;
}

function checkExtent(header: PictureHeader, mmPerPx: number): void {
  const extent = Math.max(header.widthPx, header.heightPx) * mmPerPx;
  if (extent <= MOST_EXTENT) return;
  throw new KerfError(
    'ACQUIRE_EXTENT_ABSURD',
    `The picture would be ${Math.round(extent / 100) / 10} m long (${Math.max(header.widthPx, header.heightPx)} px at ${mmPerPx} mm per pixel); at most ${MOST_EXTENT / 1000} m are taken. Check mm per pixel.`,
    { details: { extent, mmPerPx, mostExtent: MOST_EXTENT } },
  );
}

/** What was done to the picture that its owner may want to know. */
function flagsOf(header: PictureHeader): Scan['flags'] {
  const flags: { kind: string; message: string }[] = [];
  if (header.hasAlpha) flags.push({ kind: 'flattened', message: 'The picture was transparent and lies on white now.' });
  if (header.bitsAChannel > 8) {
    flags.push({ kind: 'reduced', message: `The picture had ${header.bitsAChannel} bits a channel; 8 are kept.` });
  }
  if (header.channels < 3) flags.push({ kind: 'grey', message: 'The picture has no colours.' });
  if (header.pages > 1) flags.push({ kind: 'pages', message: `The first of ${header.pages} pages was taken.` });
  return flags;
}
