import type { TableFill } from './fill-table.ts';
import { coreSide, type TilePlan, type TileSizes } from './plan-tiles.ts';

interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Pixels [left, right) x [top, bottom). */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Tiles that cover the hide and leave out the table: bands from the hide's top down, tiles in each from the hide's left on, each no
 *  larger than what lies in it. Cores begin and end at multiples of the stride or at the picture's sides, as those of
 *  `planTiles` do, and have as wide a rim; a quarter to a third fewer pixels are read. */
export function planHide(picture: Size, fill: TableFill, tiles: TileSizes): TilePlan[] {
  const { rimPx, stridePx } = tiles;
  const sidePx = coreSide(tiles);
  const plans: TilePlan[] = [];
  const whole = hideWithin(
    { left: 0, top: 0, right: picture.widthPx, bottom: picture.heightPx },
    picture,
    fill,
    stridePx,
  );
  for (let top = whole?.top ?? 0; whole !== null && top < whole.bottom; top += sidePx) {
    const bottom = Math.min(whole.bottom, top + sidePx);
    const band = hideWithin({ ...whole, top, bottom }, picture, fill, stridePx);
    for (let left = band?.left ?? 0; band !== null && left < band.right; left += sidePx) {
      const right = Math.min(band.right, left + sidePx);
      const box = hideWithin({ left, top, right, bottom }, picture, fill, stridePx);
      if (box === null) continue;
      const widthPx = box.right - box.left;
      const heightPx = box.bottom - box.top;
      plans.push({
        leftPx: box.left,
        topPx: box.top,
        widthPx,
        heightPx,
        readWidthPx: Math.ceil(widthPx / stridePx) * stridePx + 2 * rimPx,
        readHeightPx: Math.ceil(heightPx / stridePx) * stridePx + 2 * rimPx,
      });
    }
  }
  return plans;
}

/** The least box on the stride that holds all of the hide within another; null where there is none. */
function hideWithin(box: Box, picture: Size, fill: TableFill, stridePx: number): Box | null {
  const kx = fill.widthPx / picture.widthPx;
  const ky = fill.heightPx / picture.heightPx;
  const right = Math.min(fill.widthPx, Math.ceil(box.right * kx));
  const bottom = Math.min(fill.heightPx, Math.ceil(box.bottom * ky));
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -1, -1];
  for (let y = Math.floor(box.top * ky); y < bottom; y += 1) {
    const row = fill.keep.subarray(y * fill.widthPx + Math.floor(box.left * kx), y * fill.widthPx + right);
    const first = row.indexOf(1);
    if (first < 0) continue;
    minX = Math.min(minX, first);
    maxX = Math.max(maxX, row.lastIndexOf(1));
    minY = Math.min(minY, y);
    maxY = y;
  }
  if (maxX < 0) return null;
  const start = Math.floor(box.left * kx);
  const down = (px: number) => Math.floor(px / stridePx) * stridePx;
  const up = (px: number) => Math.ceil(px / stridePx) * stridePx;
  return {
    left: Math.max(box.left, down((start + minX) / kx)),
    top: Math.max(box.top, down(minY / ky)),
    right: Math.min(box.right, up((start + maxX + 1) / kx)),
    bottom: Math.min(box.bottom, up((maxY + 1) / ky)),
  };
}
