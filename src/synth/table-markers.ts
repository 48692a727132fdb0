/** A marker printed on the table: centre in table mm, side of its black square. */
export interface DrawnMarker {
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

/** The first eight of the ArUco dictionary 4x4_50: rows of four bits from the top, 1 is white. */
const MARKER_BITS: readonly (readonly number[])[] = [
  [0b1011, 0b0101, 0b0011, 0b0010],
  [0b0000, 0b1111, 0b1001, 0b1010],
  [0b0011, 0b0011, 0b0010, 0b1101],
  [0b1001, 0b1001, 0b0100, 0b0110],
  [0b0101, 0b0100, 0b1001, 0b1110],
  [0b0111, 0b1001, 0b1100, 0b1101],
  [0b1001, 0b1110, 0b0010, 0b1110],
  [0b1100, 0b0100, 0b1111, 0b0010],
];

/** Bits and one black cell on each side. */
const CELLS = 6;

/** Paints markers 0 to 7, upright, with a white rim of one cell, into an RGB picture of the table whose lower left corner
 *  is the origin. In place. */
export function drawMarkers(
  picture: { readonly rgb: Uint8Array; readonly widthPx: number; readonly heightPx: number; readonly mmPerPx: number },
  markers: readonly DrawnMarker[],
): void {
  const { rgb, widthPx, heightPx, mmPerPx } = picture;
  for (const marker of markers) {
    const bits = MARKER_BITS[marker.id];
    if (bits === undefined)
      throw new RangeError(`only markers 0 to ${MARKER_BITS.length - 1} are known, not ${marker.id}`);
    const cell = marker.size / CELLS;
    const reach = marker.size / 2 + cell;
    const v1 = Math.min(heightPx - 1, Math.ceil(heightPx - (marker.y - reach) / mmPerPx));
    const u1 = Math.min(widthPx - 1, Math.ceil((marker.x + reach) / mmPerPx));
    for (let v = Math.max(0, Math.floor(heightPx - (marker.y + reach) / mmPerPx)); v <= v1; v += 1) {
      for (let u = Math.max(0, Math.floor((marker.x - reach) / mmPerPx)); u <= u1; u += 1) {
        let white = 0;
        let inside = 0;
        for (let k = 0; k < 16; k += 1) {
          const x = (u + ((k % 4) + 0.5) / 4) * mmPerPx - marker.x;
          const y = (heightPx - v - (Math.floor(k / 4) + 0.5) / 4) * mmPerPx - marker.y;
          if (Math.abs(x) > reach || Math.abs(y) > reach) continue;
          inside += 1;
          const column = Math.floor(x / cell + CELLS / 2);
          const row = Math.floor(CELLS / 2 - y / cell);
          const isRim = column < 0 || row < 0 || column >= CELLS || row >= CELLS;
          const isBit =
            column >= 1 && row >= 1 && column <= 4 && row <= 4 && ((bits[row - 1]! >> (4 - column)) & 1) === 1;
          if (isRim || isBit) white += 1;
        }
        if (inside === 0) continue;
        const level = 22 + (216 * white) / inside;
        for (let c = 0; c < 3; c += 1) {
          const at = 3 * (v * widthPx + u) + c;
          rgb[at] = Math.round(level * (inside / 16) + rgb[at]! * (1 - inside / 16));
        }
      }
    }
  }
}
