import { z } from 'zod';
import { bridgeHoles } from '#geometry/bridge-holes.ts';
import { maskToContours } from '#geometry/mask-to-contour.ts';
import { fillPolygons } from './fill-polygons.ts';
import { NO_MATERIAL } from './training-picture.ts';

const rle = z.looseObject({
  size: z.tuple([z.int(), z.int()]),
  counts: z.union([z.array(z.int().nonnegative()), z.string()]),
});

/** What Kerf reads of a COCO document; tools add keys of their own. @see https://cocodataset.org/#format-data */
export const cocoSchema = z.looseObject({
  images: z.array(
    z.looseObject({
      id: z.int(),
      file_name: z.string(),
      width: z.int().positive(),
      height: z.int().positive(),
    }),
  ),
  annotations: z.array(
    z.looseObject({
      image_id: z.int(),
      category_id: z.int(),
      segmentation: z.union([z.array(z.array(z.number())), rle]).optional(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]).optional(),
    }),
  ),
  categories: z.array(z.looseObject({ id: z.int(), name: z.string() })),
});
export type Coco = z.infer<typeof cocoSchema>;

/** Paints an annotation into a mask: polygons, run lengths (plain or compressed), or else its box. */
export function paintCoco(
  mask: Uint8Array,
  widthPx: number,
  heightPx: number,
  { segmentation, bbox }: Pick<Coco['annotations'][number], 'segmentation' | 'bbox'>,
  value: number,
): void {
  if (Array.isArray(segmentation) && segmentation.length > 0) {
    // Parts of one object lie beside each other; each is filled for itself, so that overlaps do not cancel.
    for (const ring of segmentation) fillPolygons(mask, widthPx, heightPx, [ring], value);
  } else if (segmentation !== undefined && !Array.isArray(segmentation)) {
    const counts = typeof segmentation.counts === 'string' ? runLengths(segmentation.counts) : segmentation.counts;
    let at = 0;
    for (const [k, run] of counts.entries()) {
      // Column by column from the top, zeros first.
      if (k % 2 === 1)
        // A broken code may step back by a thousand million.
        for (let i = Math.max(0, at); i < Math.min(at + run, widthPx * heightPx); i += 1)
          mask[(i % heightPx) * widthPx + Math.floor(i / heightPx)] = value;
      at += run;
    }
  } else if (bbox !== undefined) {
    const [x, y, w, h] = bbox;
    fillPolygons(mask, widthPx, heightPx, [[x, y, x + w, y, x + w, y + h, x, y + h]], value);
  }
}

/** COCO's compressed run lengths: signed five-bit groups, each run the difference to the one before the last. */
function runLengths(text: string): number[] {
  const counts: number[] = [];
  for (let p = 0; p < text.length;) {
    let value = 0;
    let shift = 0;
    let more = true;
    while (more && p < text.length) {
      const c = text.charCodeAt(p) - 48;
      p += 1;
      value |= (c & 31) << shift;
      shift += 5;
      more = (c & 32) !== 0;
      if (!more && (c & 16) !== 0) value |= -1 << shift;
    }
    counts.push(counts.length > 2 ? value + counts.at(-2)! : value);
  }
  return counts;
}

/** Whether an annotation has a box alone. */
export function isBox({ segmentation }: Pick<Coco['annotations'][number], 'segmentation'>): boolean {
  return segmentation === undefined || (Array.isArray(segmentation) && segmentation.length === 0);
}

/** The size that run lengths are of where it is another than the picture's, or null. */
export function otherSize(
  { segmentation }: Pick<Coco['annotations'][number], 'segmentation'>,
  { width, height }: Pick<Coco['images'][number], 'width' | 'height'>,
): string | null {
  if (segmentation === undefined || Array.isArray(segmentation)) return null;
  const [rows, columns] = segmentation.size;
  return rows === height && columns === width ? null : `${columns} x ${rows}`;
}

/** One picture for `cocoDocument`. */
export interface CocoPicture {
  readonly fileName: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Class index a pixel; 0 is not written, 255 (no material) as the category "outside". */
  readonly mask: Uint8Array;
}

/** A COCO document of masks, one annotation a connected patch; its holes are joined to the outline by bridges, as COCO's
 *  polygons have none. Label Studio and CVAT read it. What is no material is a category of its own, "outside", where there is
 *  any: COCO knows no void, a crowd is ignored for its own category alone, and read as good it would teach that a table is. */
export function cocoDocument(pictures: readonly CocoPicture[], classes: readonly string[]): Coco {
  const annotations: Coco['annotations'] = [];
  const hasOutside = pictures.some(({ mask }) => mask.includes(NO_MATERIAL));
  const names = [...classes.slice(1), ...(hasOutside ? ['outside'] : [])];
  for (const [index, { mask, widthPx, heightPx }] of pictures.entries())
    for (const [k, name] of names.entries()) {
      const kind = name === 'outside' ? NO_MATERIAL : k + 1;
      if (!mask.includes(kind)) continue;
      for (const { outline, holes, areaPx } of maskToContours((i) => mask[i] === kind, widthPx, heightPx)) {
        let [left, top, right, bottom] = [widthPx, heightPx, 0, 0];
        for (let i = 0; i + 1 < outline.length; i += 2) {
          [left, right] = [Math.min(left, outline[i]!), Math.max(right, outline[i]!)];
          [top, bottom] = [Math.min(top, outline[i + 1]!), Math.max(bottom, outline[i + 1]!)];
        }
        annotations.push({
          id: annotations.length + 1,
          image_id: index + 1,
          category_id: k + 1,
          segmentation: [bridgeHoles(outline, holes)],
          bbox: [left, top, right - left, bottom - top],
          area: areaPx,
          iscrowd: 0,
        });
      }
    }
  return {
    images: pictures.map((p, i) => ({ id: i + 1, file_name: p.fileName, width: p.widthPx, height: p.heightPx })),
    annotations,
    categories: names.map((name, i) => ({ id: i + 1, name })),
  };
}
