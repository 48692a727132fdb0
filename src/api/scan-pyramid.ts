/** The pyramid of a scan: `GET /jobs/:id/tiles/:level/:column/:row.jpg`. Level 0 is the scan's full size, each next
 *  level half of the one before (rounded up), the last fits one tile. */
export const SCAN_TILE_PX = 512;

/** How many levels a scan of this size has. */
export function pyramidLevels(widthPx: number, heightPx: number): number {
  return 1 + Math.max(0, Math.ceil(Math.log2(Math.max(widthPx, heightPx) / SCAN_TILE_PX)));
}

/** Size of a level in pixels. */
export function levelSize(widthPx: number, heightPx: number, level: number): readonly [number, number] {
  const half = (px: number) => Math.max(1, Math.ceil(px / 2 ** level));
  return [half(widthPx), half(heightPx)];
}
