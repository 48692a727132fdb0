/** How the model ran: `provider` of an inspection (docs/contracts.md). */
export interface ProviderReport {
  readonly used: string;
  /** In the order in which they were tried. */
  readonly wanted: readonly string[];
  /** The loader's own reason for each that refused, or why this one was taken. */
  readonly why: string;
  /** A better provider was tried or asked for, and refused. */
  readonly fellBack?: boolean;
  /** Threads that hung or died and were replaced. */
  readonly replaced?: number;
}

/** One tile for the model: 8-bit sRGB, three bytes a pixel, `sidePx` x `sidePx`, a multiple of the model's stride. */
export interface Tile {
  readonly rgb: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Rim that is context only: it is left out of the answer. */
  readonly rimPx: number;
  /** A pack that looks at pictures at half their size as well is to look once: they are coarse already. */
  readonly isSeenOnce?: boolean | undefined;
}

/** What the model says of a tile without its rim: probabilities times 65535. */
export interface TileScores {
  /** Class by class, row by row. */
  readonly scores: Uint16Array;
  readonly doubt: Uint16Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What counts of a tile for finding defects, without its rim. */
export interface TileMarks {
  /** Probability of any defect, 255 = 1; row by row. */
  readonly defect: Uint8Array;
  /** Position in the card's classes of the likeliest class but "good"; 1 where `defect` is 0. */
  readonly kind: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Runs a model pack on tiles. `segment` and `mark` may be called several times before the first answer: `concurrent` calls run
 *  side by side, more wait in line. */
export interface Segmenter {
  readonly provider: ProviderReport;
  readonly concurrent: number;
  segment(tile: Tile): Promise<TileScores>;
  /** The same look in two bytes a pixel and at less than half the cost where the pack's graph ends in a softmax; within
   *  1/255 of what `segment` says, or 0 where that is below 1/64. */
  mark(tile: Tile): Promise<TileMarks>;
  close(): Promise<void>;
}
