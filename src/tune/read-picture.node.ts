import sharp from 'sharp';
import { KerfError } from '#domain/kerf-error.ts';

export const PICTURE_ENDINGS: ReadonlySet<string> = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp']);

/** Reads a picture as interleaved 8-bit sRGB, turned upright.
 *  @throws KerfError TUNE_PICTURE_BROKEN */
export async function readPicture(path: string): Promise<{ rgb: Uint8Array; widthPx: number; heightPx: number }> {
  const { data, info } = await sharp(path, { failOn: 'error' })
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw brokenPicture(path, cause);
    });
  if (info.channels !== 3) throw brokenPicture(path, new Error(`it has ${info.channels} channels`));
  return { rgb: new Uint8Array(data), widthPx: info.width, heightPx: info.height };
}

export function brokenPicture(path: string, cause: unknown): KerfError {
  const why = cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause);
  return new KerfError(
    'TUNE_PICTURE_BROKEN',
    `${path}: this picture cannot be read (${why}). Expected a whole PNG, JPEG, TIFF or WebP; take it out of the set or copy it anew.`,
    { cause, details: { path } },
  );
}
