import { open, stat } from 'node:fs/promises';
import { KerfError } from '#domain/kerf-error.ts';
import { LEAST_SIDE_PX, MOST_PIXELS } from './picture-limits.ts';
import { sharp } from './sharp-limits.node.ts';

export type PictureFormat = 'jpeg' | 'png' | 'tiff';

export interface PictureHeader {
  readonly format: PictureFormat;
  /** As shown: EXIF orientation applied. */
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isTurned: boolean;
  readonly hasAlpha: boolean;
  readonly bitsAChannel: number;
  readonly hasProfile: boolean;
  readonly channels: number;
  readonly pages: number;
}

/** Reads what a picture file says of itself, and refuses it before anything is decoded.
 *  @throws KerfError ACQUIRE_NO_SUCH_FILE, ACQUIRE_CANNOT_READ, ACQUIRE_NOT_A_PICTURE, ACQUIRE_PICTURE_BROKEN,
 *  ACQUIRE_PICTURE_TOO_LARGE, ACQUIRE_PICTURE_TOO_SMALL */
export async function readPictureHeader(path: string): Promise<PictureHeader> {
  const format = await sniffFormat(path);
  let meta;
  try {
    meta = await sharp(path, { limitInputPixels: false, failOn: 'error' }).metadata();
  } catch (cause) {
    throw brokenPicture(path, cause);
  }
  const isTurned = (meta.orientation ?? 1) >= 5;
  const widthPx = isTurned ? meta.height : meta.width;
  const heightPx = isTurned ? meta.width : meta.height;
  checkSize(path, widthPx, heightPx);
  return {
    format,
    widthPx,
    heightPx,
    isTurned: (meta.orientation ?? 1) !== 1,
    hasAlpha: meta.hasAlpha,
    bitsAChannel: meta.depth === 'uchar' ? 8 : meta.depth === 'ushort' ? 16 : 32,
    hasProfile: meta.icc !== undefined,
    channels: meta.channels,
    pages: meta.pages ?? 1,
  };
}

function checkSize(path: string, widthPx: number, heightPx: number): void {
  if (widthPx * heightPx > MOST_PIXELS) {
    throw new KerfError(
      'ACQUIRE_PICTURE_TOO_LARGE',
      `${path}: the picture is ${widthPx} x ${heightPx} px, ${megapixels(widthPx * heightPx)} megapixels; at most ${megapixels(MOST_PIXELS)} are read. Lower the camera's resolution or scale the picture down.`,
      { details: { path, widthPx, heightPx, mostPixels: MOST_PIXELS } },
    );
  }
  if (Math.min(widthPx, heightPx) < LEAST_SIDE_PX) {
    throw new KerfError(
      'ACQUIRE_PICTURE_TOO_SMALL',
      `${path}: the picture is ${widthPx} x ${heightPx} px; each side needs at least ${LEAST_SIDE_PX}. Give the camera's full picture, not a thumbnail.`,
      { details: { path, widthPx, heightPx, leastSidePx: LEAST_SIDE_PX } },
    );
  }
}

/** The header of pixels that came without a file. @throws KerfError ACQUIRE_PICTURE_TOO_SMALL */
export function pixelHeader({
  name,
  widthPx,
  heightPx,
}: {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
}): PictureHeader {
  checkSize(name, widthPx, heightPx);
  const plain = { isTurned: false, hasAlpha: false, bitsAChannel: 8, hasProfile: false, channels: 3, pages: 1 };
  return { format: 'tiff', widthPx, heightPx, ...plain };
}

/** The error for a picture that could not be decoded. */
export function brokenPicture(path: string, cause: unknown): KerfError {
  const reason = cause instanceof Error ? (cause.message.trim().split('\n')[0] ?? '') : String(cause);
  return new KerfError(
    'ACQUIRE_PICTURE_BROKEN',
    `${path}: the picture is damaged or not complete (${reason}). Expected a whole JPEG, PNG or TIFF: copy it again from the camera.`,
    { details: { path }, cause },
  );
}

const SIGNATURES: readonly (readonly [PictureFormat, readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['tiff', [0x49, 0x49, 0x2b, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2b]],
];

/** Tells the format by the first bytes, whatever the name says; other decoders of the library are never reached. */
async function sniffFormat(path: string): Promise<PictureFormat> {
  const head = await readHead(path);
  for (const [format, signature] of SIGNATURES) {
    if (signature.every((byte, i) => head[i] === byte)) return format;
  }
  const found =
    head.length === 0 ? 'an empty file' : `a file that begins with ${[...head.subarray(0, 4)].map(hex).join(' ')}`;
  throw new KerfError(
    'ACQUIRE_NOT_A_PICTURE',
    `${path}: found ${found}, expected a JPEG, PNG or TIFF picture. The name alone does not make a picture: save it again in one of these formats.`,
    { details: { path } },
  );
}

async function readHead(path: string): Promise<Uint8Array> {
  try {
    if (!(await stat(path)).isFile()) {
      throw new KerfError('ACQUIRE_NOT_A_PICTURE', `${path}: found something that is no file, expected a picture.`, {
        details: { path },
      });
    }
    const file = await open(path, 'r');
    try {
      const head = new Uint8Array(8);
      const { bytesRead } = await file.read(head, 0, 8, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new KerfError(
        'ACQUIRE_NO_SUCH_FILE',
        `${path}: there is no such file or folder. Expected a picture (JPEG, PNG, TIFF) or a folder into which the camera writes: check the path.`,
        { details: { path }, cause },
      );
    }
    throw new KerfError(
      'ACQUIRE_CANNOT_READ',
      `${path}: the picture could not be read (${code || 'unknown reason'}). Expected a file that this user may read: check its rights and the disk.`,
      { fault: 'device', details: { path }, cause },
    );
  }
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

function megapixels(pixels: number): string {
  return String(Math.round(pixels / 1e5) / 10);
}
