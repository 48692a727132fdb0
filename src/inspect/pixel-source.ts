import type { Scan } from '#domain/scan.ts';

/** A rectangle of pixels; may reach beyond the picture where a function says so. */
export interface PxRect {
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where the pixels of a picture come from, by parts: the whole is never held. `tile` gives 8-bit sRGB, three bytes a
 *  pixel, row by row, of a rectangle that lies inside the picture. */
export interface PixelSource {
  readonly widthPx: number;
  readonly heightPx: number;
  tile(leftPx: number, topPx: number, widthPx: number, heightPx: number): Promise<Uint8Array>;
}

/** A scan with its pixels. `overview`: the whole, scaled down (never up) to at most `maxPx` along its longer side. */
export interface ScanPixels {
  readonly scan: Scan;
  tile(leftPx: number, topPx: number, widthPx: number, heightPx: number): Promise<Uint8Array>;
  overview(maxPx: number): Promise<{ readonly rgb: Uint8Array; readonly widthPx: number; readonly heightPx: number }>;
}

/** A picture that is in memory already. */
export function pixelsInMemory(rgb: Uint8Array, widthPx: number, heightPx: number): PixelSource {
  return {
    widthPx,
    heightPx,
    tile: (left, top, w, h) =>
      Promise.resolve(cropRgb(rgb, widthPx, { leftPx: left, topPx: top, widthPx: w, heightPx: h })),
  };
}

export function cropRgb(rgb: Uint8Array, widthPx: number, rect: PxRect): Uint8Array {
  const out = new Uint8Array(rect.widthPx * rect.heightPx * 3);
  for (let y = 0; y < rect.heightPx; y += 1) {
    const from = ((rect.topPx + y) * widthPx + rect.leftPx) * 3;
    out.set(rgb.subarray(from, from + rect.widthPx * 3), y * rect.widthPx * 3);
  }
  return out;
}
