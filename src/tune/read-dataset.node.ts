import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { z } from 'zod';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { classIndex, ourWord } from './dataset.ts';
import type { Dataset, DatasetItem, DatasetParts, PictureSize } from './dataset.ts';
import { goodItem, pictureNames } from './picture-names.node.ts';
import { openCoco } from './read-coco.node.ts';
import { readBinaryMask, readIndexMask, refusedMask } from './read-mask.node.ts';
import { PICTURE_ENDINGS, readPicture } from './read-picture.node.ts';
import { openYolo } from './read-yolo.node.ts';
import type { TrainingPicture } from './training-picture.ts';

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
  const labelled = (await openCoco(dir)) ?? (await openYolo(dir));
  const parts = labelled ?? (await openMasks(dir));
  const unread = labelled === null ? [] : await unreadGood(join(dir, 'good'), labelled);
  const names = new Set([...parts.items.map((item) => item.name), ...unread]);
  const groups = await readGroups(join(dir, 'groups.csv'), names);
  const items = parts.items.map((item) => ({ ...item, group: groups.get(item.name) ?? null }));
  return {
    dir,
    items,
    classNames: parts.classNames,
    notes: [
      ...(parts.notes ?? []),
      ...(unread.length === 0
        ? []
        : [
            `good/ is not read beside COCO or YOLO labels (${unread.length} picture${unread.length === 1 ? '' : 's'}): a picture without marks among the labelled ones is a good one`,
          ]),
    ],
    sha256: () => hashOf(items),
    read: async (index, classes, mmPerPx): Promise<TrainingPicture> => {
      const item = items[index]!;
      const picture = await readPicture(item.imagePath);
      return { name: item.name, ...picture, mmPerPx, mask: await parts.mask(item, picture, classes) };
    },
  };
}

/** Pictures of good/ that the labels do not name. */
async function unreadGood(good: string, { items }: DatasetParts): Promise<string[]> {
  const read = new Set(items.map((item) => resolve(item.imagePath)));
  const files = await pictureNames(good);
  return files.filter((file) => !read.has(resolve(good, file))).map((file) => basename(file, extname(file)));
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
  const indices = await readClasses(join(dir, 'classes.json'));
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
    indices === null ? items.map((i) => i.className!) : [...indices.values()].filter((name) => name !== 'outside');
  return {
    items,
    classNames: [...new Set(names.filter((name) => name !== 'good'))].sort(),
    mask: (item, size, classes) => maskOf(item, size, classes, indices),
  };
}

async function maskOf(
  item: DatasetItem,
  size: PictureSize,
  classes: readonly string[],
  indices: ReadonlyMap<number, string> | null,
): Promise<Uint8Array> {
  const mask = new Uint8Array(size.widthPx * size.heightPx);
  if (item.maskPath === null) return mask;
  const truth = indices === null ? await readBinaryMask(item.maskPath) : await readIndexMask(item.maskPath);
  if (truth.widthPx !== size.widthPx || truth.heightPx !== size.heightPx)
    throw new KerfError(
      'TUNE_MASK_SIZE',
      `${item.maskPath}: ${truth.widthPx} x ${truth.heightPx} px, its picture has ${size.widthPx} x ${size.heightPx}.`,
      { details: { name: item.name } },
    );
  const kindOf = new Int16Array(65536).fill(-1);
  kindOf[0] = 0;
  if (indices === null) kindOf[1] = classIndex(item.className ?? 'defect', classes);
  else for (const [index, name] of indices) kindOf[index] = classIndex(name, classes);
  for (let i = 0; i < mask.length; i += 1) {
    const kind = kindOf[truth.values[i]!]!;
    if (kind < 0)
      throw refusedMask(
        item.maskPath,
        `the pixel at ${i % size.widthPx}, ${Math.floor(i / size.widthPx)} has the class number ${truth.values[i]!}, which classes.json does not name. Name it there, as "outside" where nothing counts`,
      );
    mask[i] = kind;
  }
  return mask;
}

const classesSchema = z.record(z.string().regex(/^\d+$/, 'whole numbers as keys'), z.string());

/** Names by class number, or null where there is no classes.json.
 *  @throws KerfError TUNE_LABELS_REFUSED */
async function readClasses(where: string): Promise<ReadonlyMap<number, string> | null> {
  const text = await readFile(where, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const code = 'TUNE_LABELS_REFUSED';
  const value = parseDocument(classesSchema, parseJson(text, where, code), { name: 'classes', where, code });
  const names = new Map(Object.entries(value).map(([index, name]) => [Number(index), ourWord(name)]));
  if ((names.get(0) ?? 'good') !== 'good')
    throw new KerfError(code, `${where}: class number 0 is "${names.get(0)!}". 0 is good material.`, {
      details: { where },
    });
  return names;
}

/** Hides by the name of a picture. Every row has to name one of `names`: a slip of the pen would tear its hide apart.
 *  @throws KerfError TUNE_GROUPS_REFUSED */
async function readGroups(path: string, names: ReadonlySet<string>): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const groups = new Map<string, string>();
  for (const [number, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '' || (number === 0 && /^name\s*[,;]\s*hide\s*$/i.test(line))) continue;
    const refuse = (why: string) =>
      new KerfError('TUNE_GROUPS_REFUSED', `${path}, line ${number + 1}: ${why}.`, { details: { line: number + 1 } });
    const [cell, hide, ...rest] = line.split(/[,;]/).map((part) => part.trim());
    if (!cell || !hide || rest.length > 0) throw refuse(`found ${JSON.stringify(line)}, expected name,hide`);
    const ending = extname(cell);
    const bare = PICTURE_ENDINGS.has(ending.toLowerCase()) ? basename(cell, ending) : cell;
    const name = [cell, bare].find((one) => names.has(one));
    if (name === undefined)
      throw refuse(`there is no picture ${JSON.stringify(cell)}. Correct the name, or take the row out`);
    if ((groups.get(name) ?? hide) !== hide)
      throw refuse(
        `${JSON.stringify(cell)} shows ${JSON.stringify(hide)} here and ${JSON.stringify(groups.get(name)!)} above`,
      );
    groups.set(name, hide);
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
