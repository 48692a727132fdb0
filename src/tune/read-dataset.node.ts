import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { classIndex, ourWord } from './dataset.ts';
import type { Dataset, DatasetItem, DatasetParts, PictureSize } from './dataset.ts';
import { goodItem, pictureNames } from './picture-names.node.ts';
import { openCoco } from './read-coco.node.ts';
import { readMask, readPicture } from './read-picture.node.ts';
import { openYolo } from './read-yolo.node.ts';
import type { TrainingPicture } from './training-picture.ts';

const DEFECT_AT = 128;

/** Opens a data set: a COCO document in the folder, `labels/` of YOLO, or `images/NAME.*` with `masks/NAME.png` and
 *  `good/`. `groups.csv` (name,hide) says which pictures show one hide.
 *  @throws KerfError TUNE_DATASET_MISSING, TUNE_DATASET_EMPTY, TUNE_MASK_MISSING, TUNE_LABELS_REFUSED,
 *  TUNE_GROUPS_REFUSED */
export async function openDataset(dir: string): Promise<Dataset> {
  const found = await stat(dir).catch(() => null);
  if (found !== null && !found.isDirectory())
    throw new KerfError('TUNE_DATASET_MISSING', `${dir}: this is a file. Expected the folder of a data set.`, {
      details: { folder: dir },
    });
  const parts = (await openCoco(dir)) ?? (await openYolo(dir)) ?? (await openMasks(dir));
  const groups = await readGroups(join(dir, 'groups.csv'));
  const items = parts.items.map((item) => ({ ...item, group: groups.get(item.name) ?? null }));
  return {
    dir,
    items,
    classNames: parts.classNames,
    sha256: () => hashOf(items),
    read: async (index, classes, mmPerPx): Promise<TrainingPicture> => {
      const item = items[index]!;
      const picture = await readPicture(item.imagePath);
      return { name: item.name, ...picture, mmPerPx, mask: await parts.mask(item, picture, classes) };
    },
  };
}

async function openMasks(dir: string): Promise<DatasetParts> {
  const images = await pictureNames(join(dir, 'images'));
  const masks = new Set(await pictureNames(join(dir, 'masks')));
  const good = await pictureNames(join(dir, 'good'));
  if (images.length + good.length === 0)
    throw new KerfError(
      'TUNE_DATASET_EMPTY',
      `${dir}: found no pictures in images/ or good/. Expected images/NAME.png with masks/NAME.png (white is defect, class = name up to the first "_"), a COCO document, or labels/ of YOLO.`,
      { details: { dir } },
    );
  const indices = await readFile(join(dir, 'classes.json'), 'utf8').then(
    (text) => JSON.parse(text) as Record<string, string>,
    () => null,
  );
  const items = images.map((file): DatasetItem => {
    const name = basename(file, extname(file));
    if (!masks.has(`${name}.png`))
      throw new KerfError('TUNE_MASK_MISSING', `${join(dir, 'images', file)}: there is no masks/${name}.png.`, {
        details: { name },
      });
    return {
      name,
      imagePath: join(dir, 'images', file),
      maskPath: join(dir, 'masks', `${name}.png`),
      className: indices === null ? ourWord(name.split('_')[0]!) : null,
      group: null,
    };
  });
  for (const file of good) items.push(goodItem(join(dir, 'good', file)));
  const names =
    indices === null ? items.map((i) => i.className!) : Object.values(indices).filter((name) => name !== 'outside');
  return {
    items,
    classNames: [...new Set(names.map(ourWord).filter((name) => name !== 'good'))].sort(),
    mask: (item, size, classes) => maskOf(item, size, classes, indices),
  };
}

async function maskOf(
  item: DatasetItem,
  size: PictureSize,
  classes: readonly string[],
  indices: Readonly<Record<string, string>> | null,
): Promise<Uint8Array> {
  const mask = new Uint8Array(size.widthPx * size.heightPx);
  if (item.maskPath === null) return mask;
  const truth = await readMask(item.maskPath);
  if (truth.widthPx !== size.widthPx || truth.heightPx !== size.heightPx)
    throw new KerfError(
      'TUNE_MASK_SIZE',
      `${item.maskPath}: ${truth.widthPx} x ${truth.heightPx} px, its picture has ${size.widthPx} x ${size.heightPx}.`,
      { details: { name: item.name } },
    );
  const own = item.className === null ? 0 : classIndex(item.className, classes);
  for (let i = 0; i < mask.length; i += 1) {
    const v = truth.values[i]!;
    if (indices === null) mask[i] = v >= DEFECT_AT ? own : 0;
    else if (v !== 0) mask[i] = classIndex(ourWord(indices[String(v)] ?? 'defect'), classes);
  }
  return mask;
}

async function readGroups(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const groups = new Map<string, string>();
  for (const [number, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue;
    const [name, hide, ...rest] = line.split(/[,;]/).map((cell) => cell.trim());
    if (!name || !hide || rest.length > 0)
      throw new KerfError(
        'TUNE_GROUPS_REFUSED',
        `${path}, line ${number + 1}: found ${JSON.stringify(line)}, expected name,hide.`,
        { details: { line: number + 1 } },
      );
    groups.set(basename(name, extname(name)), hide);
  }
  return groups;
}

async function hashOf(items: readonly DatasetItem[]): Promise<string> {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  for (const item of items)
    for (const path of [item.imagePath, item.maskPath]) {
      if (path === null || seen.has(path)) continue;
      seen.add(path);
      hash.update(basename(path));
      hash.update(await readFile(path));
    }
  return hash.digest('hex');
}
