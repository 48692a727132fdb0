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
/** Nothing but the camera's own noise is seen in levels below and above. */
const DARK = 5;
const BRIGHT = 252;
const MOST_BLANK = 0.9;

/** Reads 1 to 20 pictures of good material from a folder (or its `good/`); of more, 20 evenly spread by name.
 *  @throws KerfError TUNE_DATASET_MISSING, TUNE_GOOD_EMPTY, TUNE_PICTURE_BROKEN, TUNE_PICTURE_TOO_SMALL, TUNE_PICTURE_BLANK */
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
    const share = blankShare(picture.rgb);
    if (share > MOST_BLANK)
      throw new KerfError(
        'TUNE_PICTURE_BLANK',
        `${path}: ${(100 * share).toFixed(0)} % of it shows no grain: black, white, or one level as far as the next pixel. Expected a picture of the material, sharp and neither dark nor overexposed. Is the cap on the lens?`,
        { details: { name, share } },
      );
    pictures.push({ name: basename(name, extname(name)), ...picture, sha256: pixelHash(picture) });
  }
  return pictures;
}

/** Share of pixels that are black, white, or exactly as the one before them: even grain of one colour differs from pixel to pixel by a
 *  camera's noise at the least. */
function blankShare(rgb: Uint8Array): number {
  let blank = 0;
  for (let i = 3; i + 2 < rgb.length; i += 3) {
    const [r, g, b] = [rgb[i]!, rgb[i + 1]!, rgb[i + 2]!];
    const isSame = r === rgb[i - 3] && g === rgb[i - 2] && b === rgb[i - 1];
    if (isSame || Math.max(r, g, b) <= DARK || Math.min(r, g, b) >= BRIGHT) blank += 1;
  }
  return blank / Math.max(1, rgb.length / 3 - 1);
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
