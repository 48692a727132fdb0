import { join } from 'node:path';
import sharp from 'sharp';
import { makeFolder } from '#disk/make-folder.node.ts';
import { writeWhole } from '#disk/write-whole.node.ts';
import { maskClasses } from './defect-kinds.ts';
import type { DrawnHide } from './draw-hide.ts';

export interface WrittenHide {
  readonly picture: string;
  readonly truth: string;
  readonly mask: string;
  readonly classes: string;
}

/** Writes a drawn hide into `dir`: hide.png (or hide.jpg), truth.json, mask.png (8-bit class index; 255 = table) and
 *  classes.json. Each file is written under a temporary name, synced and renamed; the picture comes last, so that who
 *  waits for it finds the rest. */
export async function writeHide(
  hide: DrawnHide,
  dir: string,
  options: { readonly picture?: 'png' | 'jpg' } = {},
): Promise<WrittenHide> {
  const kind = options.picture ?? 'png';
  await makeFolder(dir);
  const size = { width: hide.widthPx, height: hide.heightPx };
  const written: WrittenHide = {
    picture: join(dir, `hide.${kind}`),
    truth: join(dir, 'truth.json'),
    mask: join(dir, 'mask.png'),
    classes: join(dir, 'classes.json'),
  };
  const mask = await sharp(hide.mask, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const drawn = sharp(hide.rgb, { raw: { ...size, channels: 3 } }).withDensity(25.4 / hide.mmPerPx);
  const picture = await (
    kind === 'png' ? drawn.png({ compressionLevel: 6 }) : drawn.jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
  ).toBuffer();
  await writeWhole(written.truth, `${JSON.stringify(hide.truth)}\n`);
  await writeWhole(written.mask, mask);
  await writeWhole(written.classes, `${JSON.stringify(maskClasses(), null, 2)}\n`);
  await writeWhole(written.picture, picture);
  return written;
}
