import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import { KerfError } from '#domain/kerf-error.ts';
import type { TrainingPicture } from './training-picture.ts';

/** A folder of pictures with masks (docs/contracts.md, "DATASET"). */
export interface Dataset {
  readonly dir: string;
  /** Names without ending, sorted: pictures with a mask, then those of good/. */
  readonly items: readonly DatasetItem[];
  /** Hash over names and bytes of all files, for the card. */
  sha256(): Promise<string>;
  /** The picture with its mask as class indices of `classes`; a class that `classes` lacks becomes "defect", or else the
   *  last one, and keeps its name in `className`. */
  read(index: number, classes: readonly string[], mmPerPx: number): Promise<TrainingPicture>;
}

export interface DatasetItem {
  readonly name: string;
  readonly imagePath: string;
  readonly maskPath: string | null;
  /** From the file name up to the first "_", or "good". */
  readonly className: string;
}

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp']);
/** Words of public sets for classes of ours. */
const SYNONYMS: Readonly<Record<string, string>> = { wringle: 'wrinkle' };
const DEFECT_AT = 128;

/** Opens `images/NAME.*` with `masks/NAME.png`, and `good/`.
 *  @throws KerfError TUNE_DATASET_MISSING, TUNE_DATASET_EMPTY, TUNE_MASK_MISSING */
export async function openDataset(dir: string): Promise<Dataset> {
  const images = await pictures(join(dir, 'images'));
  const masks = new Set(await pictures(join(dir, 'masks')));
  const good = await pictures(join(dir, 'good'));
  if (images.length + good.length === 0)
    throw new KerfError(
      'TUNE_DATASET_EMPTY',
      `${dir}: found no pictures in images/ or good/. Expected images/NAME.png with masks/NAME.png (white is defect, class = name up to the first "_").`,
      { details: { dir } },
    );
  const items = images.map((file): DatasetItem => {
    const name = basename(file, extname(file));
    if (!masks.has(`${name}.png`))
      throw new KerfError('TUNE_MASK_MISSING', `${join(dir, 'images', file)}: there is no masks/${name}.png.`, {
        details: { name },
      });
    const word = name.split('_')[0]!;
    return {
      name,
      imagePath: join(dir, 'images', file),
      maskPath: join(dir, 'masks', `${name}.png`),
      className: SYNONYMS[word] ?? word,
    };
  });
  for (const file of good)
    items.push({
      name: basename(file, extname(file)),
      imagePath: join(dir, 'good', file),
      maskPath: null,
      className: 'good',
    });
  const indices = await readFile(join(dir, 'classes.json'), 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    () => null,
  );
  return {
    dir,
    items,
    sha256: () => hashOf(items),
    read: (index, classes, mmPerPx) => readItem(items[index]!, classes, mmPerPx, indices),
  };
}

async function pictures(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((n) => PICTURES.has(extname(n).toLowerCase())).sort();
}

async function hashOf(items: readonly DatasetItem[]): Promise<string> {
  const hash = createHash('sha256');
  for (const item of items)
    for (const path of [item.imagePath, item.maskPath]) {
      if (path === null) continue;
      hash.update(basename(path));
      hash.update(await readFile(path));
    }
  return hash.digest('hex');
}

async function readItem(
  item: DatasetItem,
  classes: readonly string[],
  mmPerPx: number,
  indices: Record<string, string> | null,
): Promise<TrainingPicture> {
  const { data, info } = await sharp(item.imagePath)
    .autoOrient()
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(data);
  const size = { widthPx: info.width, heightPx: info.height };
  const mask = new Uint8Array(size.widthPx * size.heightPx);
  if (item.maskPath !== null) {
    const truth = await sharp(item.maskPath).extractChannel(0).raw().toBuffer({ resolveWithObject: true });
    if (truth.info.width !== size.widthPx || truth.info.height !== size.heightPx)
      throw new KerfError(
        'TUNE_MASK_SIZE',
        `${item.maskPath}: ${truth.info.width} x ${truth.info.height} px, its picture has ${size.widthPx} x ${size.heightPx}.`,
        { details: { name: item.name } },
      );
    const own = classIndex(item.className, classes);
    for (let i = 0; i < mask.length; i += 1) {
      const v = truth.data[i]!;
      if (indices === null) mask[i] = v >= DEFECT_AT ? own : 0;
      else if (v !== 0) mask[i] = classIndex(indices[String(v)] ?? 'defect', classes);
    }
  }
  return { name: item.name, rgb, ...size, mmPerPx, mask };
}

/** "outside" of an index mask is not material. */
function classIndex(name: string, classes: readonly string[]): number {
  if (name === 'good') return 0;
  if (name === 'outside') return 255;
  const at = classes.indexOf(name);
  if (at > 0) return at;
  const any = classes.indexOf('defect');
  return any > 0 ? any : classes.length - 1;
}
