import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { pictureNames } from './picture-names.node.ts';
import { readPicture } from './read-picture.node.ts';

/** A picture without any defect. */
export interface GoodPicture {
  readonly name: string;
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of size and pixels: the same picture under another name or in another lossless format has the same. */
  readonly sha256: string;
}

/** More pictures than this teach hardly more, and take their time. */
export const MOST_GOOD_PICTURES = 20;
const LEAST_SIDE_PX = 64;

/** Reads 1 to 20 pictures of good material from a folder (or its `good/`); of more, 20 evenly spread by name.
 *  @throws KerfError TUNE_DATASET_MISSING, TUNE_GOOD_EMPTY, TUNE_PICTURE_BROKEN, TUNE_PICTURE_TOO_SMALL */
export async function readGoodPictures(folder: string): Promise<GoodPicture[]> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory())
    throw new KerfError(
      'TUNE_DATASET_MISSING',
      `${folder}: there is no such folder. Expected a folder with 1 to 20 pictures of good material.`,
      { details: { folder } },
    );
  const inside = await pictureNames(join(folder, 'good'));
  const dir = inside.length > 0 ? join(folder, 'good') : folder;
  const names = inside.length > 0 ? inside : await pictureNames(folder);
  if (names.length === 0)
    throw new KerfError(
      'TUNE_GOOD_EMPTY',
      `${folder}: found no picture in it. Expected 1 to 20 pictures (PNG, JPEG, TIFF, WebP) of good material, without any defect.`,
      { details: { folder } },
    );
  const taken = evenly(names, MOST_GOOD_PICTURES);
  const pictures: GoodPicture[] = [];
  for (const name of taken) {
    const path = join(dir, name);
    const picture = await readPicture(path);
    if (Math.min(picture.widthPx, picture.heightPx) < LEAST_SIDE_PX)
      throw new KerfError(
        'TUNE_PICTURE_TOO_SMALL',
        `${path}: ${picture.widthPx} x ${picture.heightPx} px. Expected sides of at least ${LEAST_SIDE_PX} px.`,
        { details: { name } },
      );
    pictures.push({ name: basename(name, extname(name)), ...picture, sha256: pixelHash(picture) });
  }
  return pictures;
}

/** Hash of a picture's size and pixels. */
export function pixelHash(p: {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}): string {
  return createHash('sha256').update(`${p.widthPx}x${p.heightPx}:`).update(p.rgb).digest('hex');
}

function evenly<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / most)]!);
}
