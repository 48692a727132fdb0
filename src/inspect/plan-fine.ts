import type { ScoreMaps } from './find-defects.ts';
import type { TilePlan } from './plan-tiles.ts';

/** A coarse look calls for a fine one from this probability on (255 = 1): half of the least that makes a mark sure, down to which
 *  defects grow. */
const DOUBTFUL = 32;
/** Round what is doubtful this much is looked at as well, fine pixels. */
const AIR_PX = 16;

/** Tiles of the fine picture that cover what a coarse look found doubtful or defect, with some air: boxes of what is wanted
 *  within each tile that a look at all of it would have, on the model's stride, joined where the rims round both are dearer
 *  than what lies between. Their cores do not overlap. */
export function planFine(
  coarse: ScoreMaps,
  fine: { readonly widthPx: number; readonly heightPx: number },
  tiles: { readonly tilePx: number; readonly rimPx: number; readonly stridePx: number },
): TilePlan[] {
  const { stridePx } = tiles;
  // One cell a stride: boxes on it need no further fitting.
  const across = Math.ceil(fine.widthPx / stridePx);
  const down = Math.ceil(fine.heightPx / stridePx);
  const wanted = new Uint8Array(across * down);
  const kx = fine.widthPx / coarse.widthPx;
  const ky = fine.heightPx / coarse.heightPx;
  for (let y = 0; y < coarse.heightPx; y += 1)
    for (let x = 0; x < coarse.widthPx; x += 1) {
      if (coarse.defect[y * coarse.widthPx + x]! < DOUBTFUL) continue;
      const left = Math.max(0, Math.floor((x * kx - AIR_PX) / stridePx));
      const right = Math.min(across - 1, Math.floor(((x + 1) * kx + AIR_PX) / stridePx));
      const top = Math.max(0, Math.floor((y * ky - AIR_PX) / stridePx));
      const bottom = Math.min(down - 1, Math.floor(((y + 1) * ky + AIR_PX) / stridePx));
      for (let v = top; v <= bottom; v += 1) for (let u = left; u <= right; u += 1) wanted[v * across + u] = 1;
    }
  const cellsATile = Math.max(1, Math.floor((tiles.tilePx - 2 * tiles.rimPx) / stridePx));
  const plans: TilePlan[] = [];
  for (let top = 0; top < down; top += cellsATile)
    for (let left = 0; left < across; left += cellsATile) {
      const right = Math.min(across, left + cellsATile);
      const bottom = Math.min(down, top + cellsATile);
      for (const box of boxesOfWanted(wanted, across, { left, top, right, bottom }, (2 * tiles.rimPx) / stridePx)) {
        const leftPx = box.left * stridePx;
        const topPx = box.top * stridePx;
        plans.push({
          leftPx,
          topPx,
          widthPx: Math.min(fine.widthPx, box.right * stridePx) - leftPx,
          heightPx: Math.min(fine.heightPx, box.bottom * stridePx) - topPx,
          readWidthPx: (box.right - box.left) * stridePx + 2 * tiles.rimPx,
          readHeightPx: (box.bottom - box.top) * stridePx + 2 * tiles.rimPx,
        });
      }
    }
  return plans;
}

/** Cells [left, right) x [top, bottom). */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Boxes that hold all wanted cells within another and do not overlap. `rims`: what a look adds to each side, cells. */
function boxesOfWanted(wanted: Uint8Array, across: number, within: Box, rims: number): Box[] {
  const cost = (b: Box) => (b.right - b.left + rims) * (b.bottom - b.top + rims);
  const overlap = (a: Box, b: Box) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  let boxes: Box[] = [];
  for (let v = within.top; v < within.bottom; v += 1)
    for (let u = within.left; u < within.right; u += 1) {
      if (wanted[v * across + u] === 0) continue;
      // Joined with whatever that is worth it or in the way of; the joined box may be so with others.
      let box: Box = { left: u, top: v, right: u + 1, bottom: v + 1 };
      for (let k = 0; k < boxes.length; k += 1) {
        const other = boxes[k]!;
        const both = {
          left: Math.min(box.left, other.left),
          top: Math.min(box.top, other.top),
          right: Math.max(box.right, other.right),
          bottom: Math.max(box.bottom, other.bottom),
        };
        if (!overlap(box, other) && cost(both) > cost(box) + cost(other)) continue;
        box = both;
        boxes = boxes.filter((b) => b !== other);
        k = -1;
      }
      boxes.push(box);
    }
  return boxes;
}
