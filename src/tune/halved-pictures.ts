import { NO_MATERIAL } from './training-picture.ts';
import type { PictureList, TrainingPicture } from './training-picture.ts';

/** The same pictures at half their size, read when they are asked for. */
export function halvedPictures(list: PictureList): PictureList {
  return { ...list, picture: async (index) => halved(await list.picture(index)) };
}

/** Means of 2 x 2 pixels, as a pack's second look sees them; an odd last row or column is left out. A pixel is a defect where
 *  two of its four are, of the class that more of them have, and no material where one of them is none. */
export function halved(picture: TrainingPicture): TrainingPicture {
  const [widthPx, heightPx] = [picture.widthPx >> 1, picture.heightPx >> 1];
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const mask = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y += 1)
    for (let x = 0; x < widthPx; x += 1) {
      const first = 2 * y * picture.widthPx + 2 * x;
      const four = [first, first + 1, first + picture.widthPx, first + picture.widthPx + 1];
      const to = y * widthPx + x;
      for (let c = 0; c < 3; c += 1)
        rgb[3 * to + c] = Math.round(four.reduce((sum, i) => sum + picture.rgb[3 * i + c]!, 0) / 4);
      mask[to] = kindOf(four.map((i) => picture.mask[i]!));
    }
  return { ...picture, rgb, mask, widthPx, heightPx, mmPerPx: 2 * picture.mmPerPx };
}

function kindOf(four: readonly number[]): number {
  if (four.includes(NO_MATERIAL)) return NO_MATERIAL;
  const defects = four.filter((kind) => kind !== 0);
  if (defects.length < 2) return 0;
  const countOf = (kind: number) => defects.filter((other) => other === kind).length;
  return defects.reduce((best, kind) => (countOf(kind) > countOf(best) ? kind : best));
}
