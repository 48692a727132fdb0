import { SCAN_TILE_PX, levelSize, pyramidLevels } from '#api/scan-pyramid.ts';
import type { TileName } from './tile-store.ts';

/** A tile and where it lies in the scan, as shares of its width and height from the upper left. */
export interface PlacedTile {
  readonly name: TileName;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The tiles of the coarsest level that still has a pixel for each of the screen's, as far as they are seen; nearest
 *  to the middle first.
 *  @param seen the part of the scan that is on the screen, in the same shares
 *  @param screenPx pixels of the screen across the whole scan */
export function visibleTiles(
  [widthPx, heightPx]: readonly [number, number],
  seen: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
  screenPx: number,
): readonly PlacedTile[] {
  const level = Math.min(
    pyramidLevels(widthPx, heightPx) - 1,
    Math.max(0, Math.floor(Math.log2(widthPx / Math.max(1, screenPx)) + 0.2)),
  );
  const [w, h] = levelSize(widthPx, heightPx, level);
  const first = (share: number, px: number) => Math.max(0, Math.floor((share * px) / SCAN_TILE_PX));
  const last = (share: number, px: number) =>
    Math.min(Math.ceil(px / SCAN_TILE_PX), Math.ceil((share * px) / SCAN_TILE_PX));
  const tiles: PlacedTile[] = [];
  for (let row = first(seen.top, h); row < last(seen.bottom, h); row += 1)
    for (let column = first(seen.left, w); column < last(seen.right, w); column += 1)
      tiles.push({
        name: { level, column, row },
        left: (column * SCAN_TILE_PX) / w,
        top: (row * SCAN_TILE_PX) / h,
        right: Math.min(1, ((column + 1) * SCAN_TILE_PX) / w),
        bottom: Math.min(1, ((row + 1) * SCAN_TILE_PX) / h),
      });
  const x = (seen.left + seen.right) / 2;
  const y = (seen.top + seen.bottom) / 2;
  const away = (t: PlacedTile) =>
    Math.hypot((t.left + t.right) / 2 - x, ((t.top + t.bottom) / 2 - y) * (heightPx / widthPx));
  return tiles.sort((a, b) => away(a) - away(b));
}
