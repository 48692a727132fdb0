import type { HideMask } from './find-hide.ts';
import { labelComponents, labelRuns } from './label-components.ts';
import { runsOf } from './mask-runs.ts';

/** 1 where the table is seen through the hide: not hide, and not joined to the picture's border. */
export function openings({ mask, widthPx, heightPx }: HideMask): Uint8Array {
  const isOff = new Uint8Array(mask.length);
  for (let i = 0; i < isOff.length; i += 1) isOff[i] = mask[i] === 0 ? 1 : 0;
  const runs = runsOf(isOff, widthPx, heightPx);
  const { numberOf, boxes } = labelRuns(runs, widthPx, heightPx);
  for (let y = 0; y < heightPx; y += 1)
    for (let r = runs.firstOfRow[y]!; r < runs.firstOfRow[y + 1]!; r += 1)
      if (touchesBorder(boxes, numberOf[r]!, widthPx, heightPx))
        isOff.fill(0, y * widthPx + runs.begin[r]!, y * widthPx + runs.end[r]!);
  return isOff;
}

/** Whether component k reaches the picture's border. `boxes` as `labelComponents` gives them. */
export function touchesBorder(boxes: Int32Array, k: number, widthPx: number, heightPx: number): boolean {
  return (
    boxes[4 * k] === 0 ||
    boxes[4 * k + 1] === 0 ||
    boxes[4 * k + 2] === widthPx - 1 ||
    boxes[4 * k + 3] === heightPx - 1
  );
}

/** Openings from this area on are believed by their colour alone where the table is known and they are no mere web of
 *  pores: this share of their pixels is the middle of a square so wide of their own. */
export const SURE_MM2 = 60;
const SURE_WIDTH = 5;
const SURE_SHARE = 0.1;
/** Any other is believed where the model takes its pixels for a defect with this mean probability. */
const LEAST_CONFIRMED = 0.35;

/** The hide without those "openings" that only have the table's colour: pores of nubuck on a table of like brightness, dust
 *  on a pale one. `defectAt` is the model's probability of a defect (0 to 1) at a pixel of the hide's mask; wide openings
 *  from `sureMm2` on are not asked about. */
export function withoutSpecks(
  hide: HideMask,
  mm2PerPx: number,
  defectAt: (x: number, y: number) => number,
  sureMm2 = SURE_MM2,
): HideMask {
  const { widthPx, heightPx } = hide;
  const isOpening = openings(hide);
  if (!isOpening.includes(1)) return hide;
  const parts = labelComponents(isOpening, widthPx, heightPx);
  const sum = new Float64Array(parts.count + 1);
  const innerPx = new Int32Array(parts.count + 1);
  const half = Math.max(1, Math.round(SURE_WIDTH / Math.sqrt(mm2PerPx) / 2 - 0.5));
  for (let i = 0; i < hide.mask.length; i += 1) {
    const part = parts.labels[i]!;
    if (part === 0) continue;
    sum[part]! += defectAt(i % widthPx, Math.floor(i / widthPx));
    if (isSquareOf(parts.labels, widthPx, i, half)) innerPx[part]! += 1;
  }
  const isSpeck = sum.map((total, part) => {
    const areaPx = part === 0 ? 0 : parts.areaPx[part]!;
    const isSure = innerPx[part]! >= SURE_SHARE * areaPx && areaPx * mm2PerPx >= sureMm2;
    return part !== 0 && !isSure && total / areaPx < LEAST_CONFIRMED ? 1 : 0;
  });
  if (!isSpeck.includes(1)) return hide;
  return { ...hide, mask: hide.mask.map((v, i) => (isSpeck[parts.labels[i]!] === 1 ? 1 : v)) };
}

/** Whether all pixels within `half` of pixel i, a square, are of its part. An opening never touches the picture's border. */
function isSquareOf(labels: Int32Array, widthPx: number, i: number, half: number): boolean {
  const part = labels[i]!;
  for (let dy = -half; dy <= half; dy += 1)
    for (let dx = -half; dx <= half; dx += 1) if (labels[i + dy * widthPx + dx] !== part) return false;
  return true;
}
