/** One tile: what the model is given (core and rim), and which part of its answer counts. All in working pixels. */
export interface TilePlan {
  /** The core: tiles' cores cover the picture without overlap. */
  readonly leftPx: number;
  readonly topPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Side lengths of what is read, rim included; multiples of the stride. */
  readonly readWidthPx: number;
  readonly readHeightPx: number;
}

export interface TileSizes {
  /** Longest side of what is read. */
  readonly tilePx: number;
  readonly rimPx: number;
  readonly stridePx: number;
}

/** Longest side of a tile's core. */
export function coreSide({ tilePx, rimPx, stridePx }: TileSizes): number {
  return Math.max(stridePx, Math.floor((tilePx - 2 * rimPx) / stridePx) * stridePx);
}

/** Cuts a picture into tiles of at most `tilePx` with a rim of `rimPx` that is context only. Tiles at the right and
 *  bottom are smaller, on the model's stride: what they read beyond the picture is its mirror image. The coarse levels
 *  of the model see the same grid in every tile, because cores begin at multiples of the stride. */
export function planTiles(widthPx: number, heightPx: number, { tilePx, rimPx, stridePx }: TileSizes): TilePlan[] {
  const stepPx = coreSide({ tilePx, rimPx, stridePx });
  const plans: TilePlan[] = [];
  for (let top = 0; top < heightPx; top += stepPx)
    for (let left = 0; left < widthPx; left += stepPx) {
      const w = Math.min(stepPx, widthPx - left);
      const h = Math.min(stepPx, heightPx - top);
      plans.push({
        leftPx: left,
        topPx: top,
        widthPx: w,
        heightPx: h,
        readWidthPx: Math.ceil(w / stridePx) * stridePx + 2 * rimPx,
        readHeightPx: Math.ceil(h / stridePx) * stridePx + 2 * rimPx,
      });
    }
  return plans;
}
