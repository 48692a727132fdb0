import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { makeFolder } from '#disk/make-folder.node.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { OnProgress } from '#domain/ports.ts';
import { cocoDocument } from './coco.ts';
import type { CocoPicture } from './coco.ts';
import { openDataset } from './read-dataset.node.ts';
import type { TrainingPicture } from './training-picture.ts';

/** What `writeCoco` wrote. */
export interface WrittenCoco {
  readonly pictures: number;
  readonly annotations: number;
  readonly classes: readonly string[];
}

/** Writes pictures with their truth as a COCO data set: images/NAME.png and annotations.json, as Label Studio, CVAT and
 *  `openDataset` read them. Two pictures of one name (in images/ and in good/) get names of their own. */
export async function writeCoco(
  dir: string,
  pictures: Iterable<TrainingPicture> | AsyncIterable<TrainingPicture>,
  classes: readonly string[],
): Promise<WrittenCoco> {
  await makeFolder(join(dir, 'images'));
  const written: CocoPicture[] = [];
  const taken = new Set<string>();
  for await (const { name, rgb, widthPx, heightPx, mask } of pictures) {
    let fileName = `${name}.png`;
    for (let n = 2; taken.has(fileName); n += 1) fileName = `${name}-${n}.png`;
    taken.add(fileName);
    await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .png()
      .toFile(join(dir, 'images', fileName));
    written.push({ fileName, widthPx, heightPx, mask });
  }
  const document = cocoDocument(written, classes);
  await writeWhole(join(dir, 'annotations.json'), `${JSON.stringify(document)}\n`);
  return {
    pictures: written.length,
    annotations: document.annotations.length,
    classes: document.categories.map((c) => c.name),
  };
}

/** `kerf tune export`: any data set that Kerf reads, as COCO.
 *  @throws KerfError TUNE_EXPORT_THERE, TUNE_DATASET_*, TUNE_MASK_*, TUNE_LABELS_REFUSED, TUNE_PICTURE_BROKEN */
export async function exportCoco(
  dataset: string,
  out: string,
  { signal, onProgress }: { readonly signal?: AbortSignal | undefined; readonly onProgress?: OnProgress | undefined },
): Promise<WrittenCoco> {
  const set = await openDataset(dataset);
  for (const name of ['images', 'annotations.json'])
    if ((await stat(join(out, name)).catch(() => null)) !== null)
      throw new KerfError(
        'TUNE_EXPORT_THERE',
        `${join(out, name)}: it is there already, and pictures of one name would be lost. Give --out a folder of its own.`,
        { details: { folder: out } },
      );
  const classes = ['good', ...set.classNames];
  async function* all(): AsyncGenerator<TrainingPicture> {
    for (let i = 0; i < set.items.length; i += 1) {
      signal?.throwIfAborted();
      // The scale is nothing that COCO could hold.
      yield await set.read(i, classes, 1);
      onProgress?.({ what: 'pictures', done: i + 1, total: set.items.length });
    }
  }
  return writeCoco(out, all(), classes);
}
