import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cocoDocument } from './coco.ts';
import type { CocoPicture } from './coco.ts';
import type { TrainingPicture } from './training-picture.ts';

/** Writes pictures with their truth as a COCO data set: images/NAME.png and annotations.json, as Label Studio, CVAT and
 *  `openDataset` read them. */
export async function writeCoco(
  dir: string,
  pictures: Iterable<TrainingPicture> | AsyncIterable<TrainingPicture>,
  classes: readonly string[],
): Promise<void> {
  await mkdir(join(dir, 'images'), { recursive: true });
  const written: CocoPicture[] = [];
  for await (const { name, rgb, widthPx, heightPx, mask } of pictures) {
    const fileName = `${name}.png`;
    await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
      .png()
      .toFile(join(dir, 'images', fileName));
    written.push({ fileName, widthPx, heightPx, mask });
  }
  await writeFile(join(dir, 'annotations.json'), `${JSON.stringify(cocoDocument(written, classes))}\n`);
}
