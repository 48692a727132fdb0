import type { ScoreMaps } from './find-defects.ts';
import { labelComponents } from './label-components.ts';
import { planTiles, type TilePlan } from './plan-tiles.ts';

/** A coarse look calls for a fine one from this probability on (255 = 1): far below every class's threshold. */
const DOUBTFUL = 16;
/** Round what is doubtful this much is looked at as well, fine pixels. */
const AIR_PX = 24;

/** Tiles of the fine picture that cover what a coarse look found doubtful or defect: the boxes of its patches with some air,
 *  joined where they meet, on the model's stride. Their cores do not overlap. */
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
  return disjointBoxes(wanted, across, down).flatMap((box) => {
    const left = box.left * stridePx;
    const top = box.top * stridePx;
    const width = Math.min(fine.widthPx, (box.right + 1) * stridePx) - left;
    const height = Math.min(fine.heightPx, (box.bottom + 1) * stridePx) - top;
    return planTiles(width, height, tiles).map((plan) => ({
      ...plan,
      leftPx: plan.leftPx + left,
      topPx: plan.topPx + top,
    }));
  });
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Boxes of the patches, joined until none overlap. */
function disjointBoxes(mask: Uint8Array, across: number, down: number): Box[] {
  let current = mask;
  for (;;) {
    const { boxes, count } = labelComponents(current, across, down, true);
    const list: Box[] = [];
    const filled = new Uint8Array(mask.length);
    let isFull = true;
    for (let k = 1; k <= count; k += 1) {
      const box = { left: boxes[4 * k]!, top: boxes[4 * k + 1]!, right: boxes[4 * k + 2]!, bottom: boxes[4 * k + 3]! };
      list.push(box);
      for (let v = box.top; v <= box.bottom; v += 1)
        for (let u = box.left; u <= box.right; u += 1) {
          const i = v * across + u;
          if (current[i] === 0) isFull = false;
          filled[i] = 1;
        }
    }
    if (isFull) return list;
    current = filled;
  }
}
