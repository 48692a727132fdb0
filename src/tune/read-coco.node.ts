import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { cocoSchema, isBox, otherSize, paintCoco } from './coco.ts';
import type { Coco } from './coco.ts';
import { boxNote, classIndex, ourWord } from './dataset.ts';
import type { DatasetItem, DatasetParts } from './dataset.ts';

/** Where tools put the document: COCO's own, CVAT, Label Studio, Roboflow. */
const PLACES = [
  'annotations.json',
  'instances.json',
  'result.json',
  '_annotations.coco.json',
  'annotations/instances_default.json',
  'annotations/instances_train.json',
];

/** Reads a folder with a COCO document, or gives null where there is none.
 *  @throws KerfError TUNE_LABELS_REFUSED, TUNE_MASK_SIZE (when a picture is read) */
export async function openCoco(dir: string): Promise<DatasetParts | null> {
  const where = await firstFile(PLACES.map((place) => join(dir, place)));
  if (where === null) return null;
  const value = parseJson(await readFile(where, 'utf8'), where, 'TUNE_LABELS_REFUSED');
  const coco = parseDocument(cocoSchema, value, { name: 'coco', where, code: 'TUNE_LABELS_REFUSED' });
  const nameOf = new Map(coco.categories.map((c) => [c.id, ourWord(c.name)]));
  const byImage = new Map<number, Coco['annotations']>();
  for (const annotation of coco.annotations) {
    if (!nameOf.has(annotation.category_id)) throw refused(where, `category ${annotation.category_id} is not named`);
    const own = byImage.get(annotation.image_id);
    if (own) own.push(annotation);
    else byImage.set(annotation.image_id, [annotation]);
  }
  const ofItem = new Map<string, { image: Coco['images'][number]; annotations: Coco['annotations'] }>();
  const items: DatasetItem[] = [];
  for (const image of coco.images) {
    const imagePath = await firstFile([
      join(dir, image.file_name),
      join(dir, 'images', image.file_name),
      join(dir, 'images', basename(image.file_name)),
    ]);
    if (imagePath === null) throw refused(where, `there is no picture ${image.file_name} beside it`);
    const annotations = byImage.get(image.id) ?? [];
    for (const annotation of annotations) {
      const size = otherSize(annotation, image);
      if (size !== null)
        throw refused(
          where,
          `run lengths of ${image.file_name} are of a picture of ${size} px, it has ${image.width} x ${image.height}`,
        );
    }
    const names = new Set(annotations.map((a) => nameOf.get(a.category_id)!).filter((name) => name !== 'outside'));
    const className = names.size === 0 ? 'good' : names.size === 1 ? [...names][0]! : null;
    ofItem.set(imagePath, { image, annotations });
    items.push({ name: basename(imagePath, extname(imagePath)), imagePath, maskPath: where, className, group: null });
  }
  if (items.length === 0) throw refused(where, 'it names no picture');
  const used = new Set(coco.annotations.map((a) => nameOf.get(a.category_id)!));
  return {
    items: items.sort((a, b) => (a.name < b.name ? -1 : 1)),
    classNames: [...used].filter((name) => name !== 'good' && name !== 'outside').sort(),
    notes: boxNote(coco.annotations.filter((a) => isBox(a) && a.bbox).length, coco.annotations.length),
    mask: (item, size, classes) => {
      const { image, annotations } = ofItem.get(item.imagePath)!;
      if (image.width !== size.widthPx || image.height !== size.heightPx)
        throw new KerfError(
          'TUNE_MASK_SIZE',
          `${where}: ${image.file_name} is ${image.width} x ${image.height} px there, the picture has ${size.widthPx} x ${size.heightPx}.`,
          { details: { name: item.name } },
        );
      const mask = new Uint8Array(size.widthPx * size.heightPx);
      for (const annotation of annotations)
        paintCoco(
          mask,
          size.widthPx,
          size.heightPx,
          annotation,
          classIndex(nameOf.get(annotation.category_id)!, classes),
        );
      return Promise.resolve(mask);
    },
  };
}

async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found?.isFile() === true) return path;
  }
  return null;
}

function refused(where: string, why: string): KerfError {
  return new KerfError('TUNE_LABELS_REFUSED', `${where}: ${why}. Expected a COCO document with its pictures.`, {
    details: { where },
  });
}
