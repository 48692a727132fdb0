import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { KerfError } from '#domain/kerf-error.ts';
import { pngValues } from './png-values.node.ts';
import { brokenPicture } from './read-picture.node.ts';

/** A mask by its values: white and black, or indices. */
export interface MaskValues {
  readonly values: Uint8Array | Uint16Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

const WHITE_FROM = 128;
/** Channels of a grey pixel differ by no more; what lossy formats leave is a fifth of it. */
const MOST_COLOUR = 32;

/** Reads a mask of black and white as 0 and 1: white is at least half of full light, at whatever depth; what is transparent is
 *  not painted.
 *  @throws KerfError TUNE_PICTURE_BROKEN, TUNE_MASK_REFUSED (colours; greys alone) */
export async function readBinaryMask(path: string): Promise<MaskValues> {
  const { data, widthPx, heightPx } = await pixelsOf(path, (picture) => picture.flatten({ background: '#000' }));
  const values = new Uint8Array(widthPx * heightPx);
  let most = 0;
  for (let i = 0; i < values.length; i += 1) {
    const level = grey(data, i, widthPx, path);
    most = Math.max(most, level);
    values[i] = level >= WHITE_FROM ? 1 : 0;
  }
  // Of 16 bit, 255 is as black as 0 here; as it is written it is not.
  const isDark = most > 0 ? most < WHITE_FROM : await hasNumbers(path);
  if (isDark)
    throw refusedMask(
      path,
      `its lightest pixel is ${most} of 255 and not all are 0. White is defect; a mask of class numbers needs classes.json`,
    );
  return { values, widthPx, heightPx };
}

/** Reads a mask of class numbers: of a palette its indices, of grey its levels as they are written.
 *  @throws KerfError TUNE_PICTURE_BROKEN, TUNE_MASK_REFUSED (colours without a palette) */
export async function readIndexMask(path: string): Promise<MaskValues> {
  const written = await valuesOf(path);
  if (written !== null) return written;
  const { depth, isPalette } = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw brokenPicture(path, cause);
    });
  if (isPalette === true || depth !== 'uchar')
    throw refusedMask(
      path,
      'its class numbers cannot be read. Write it as a PNG of one channel that is not interlaced',
    );
  const { data, widthPx, heightPx } = await pixelsOf(path, (picture) => picture.removeAlpha());
  const values = Uint8Array.from({ length: widthPx * heightPx }, (_, i) => grey(data, i, widthPx, path));
  return { values, widthPx, heightPx };
}

async function hasNumbers(path: string): Promise<boolean> {
  return (await valuesOf(path))?.values.some((v) => v > 0) ?? false;
}

async function valuesOf(path: string): Promise<MaskValues | null> {
  const bytes = await readFile(path);
  try {
    return pngValues(bytes);
  } catch (cause) {
    throw brokenPicture(path, cause);
  }
}

async function pixelsOf(path: string, prepared: (picture: Sharp) => Sharp) {
  const { data, info } = await prepared(sharp(path, { failOn: 'error' }))
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw brokenPicture(path, cause);
    });
  if (info.channels !== 3) throw brokenPicture(path, new Error(`it has ${info.channels} channels`));
  return { data, widthPx: info.width, heightPx: info.height };
}

/** The level of a pixel of three channels. @throws KerfError TUNE_MASK_REFUSED where it has a colour */
function grey(data: Buffer, i: number, widthPx: number, path: string): number {
  const [r, g, b] = [data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!];
  if (Math.max(r, g, b) - Math.min(r, g, b) > MOST_COLOUR)
    throw refusedMask(
      path,
      `the pixel at ${i % widthPx}, ${Math.floor(i / widthPx)} has the colour (${r}, ${g}, ${b}). A mask is black and white, or class numbers with classes.json (a palette's indices, or grey)`,
    );
  return r;
}

export function refusedMask(path: string, why: string): KerfError {
  return new KerfError('TUNE_MASK_REFUSED', `${path}: ${why}.`, { details: { path } });
}
