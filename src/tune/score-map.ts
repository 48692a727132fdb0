import { HALO_CELLS, HALO_SHARE, SMOOTHING } from './normality-graph.ts';

/** Size of a map of scores, cells. */
export interface ScoreGrid {
  readonly gridWidth: number;
  readonly gridHeight: number;
}

/** As `smoothed` of the graph. */
export function smoothed(scores: Float32Array, { gridWidth, gridHeight }: ScoreGrid): Float32Array {
  const r = SMOOTHING.length >> 1;
  const pass = (from: Float32Array, count: number, step: number) =>
    from.map((_, i) => {
      const at = Math.floor(i / step) % count;
      let sum = 0;
      for (const [k, weight] of SMOOTHING.entries()) {
        const to = Math.min(count - 1, Math.max(0, at + k - r));
        sum += weight * from[i + (to - at) * step]!;
      }
      return sum;
    });
  return pass(pass(scores, gridWidth, 1), gridHeight, gridWidth);
}

/** As `withoutHalo` of the graph. */
export function withoutHalos(
  scores: Float32Array,
  { gridWidth: width, gridHeight: height }: ScoreGrid,
  from: number,
): Float32Array {
  const rows = new Float32Array(scores.length);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      let most = -Infinity;
      for (let k = Math.max(0, x - HALO_CELLS); k <= Math.min(width - 1, x + HALO_CELLS); k += 1)
        most = Math.max(most, scores[y * width + k]!);
      rows[y * width + x] = most;
    }
  return scores.map((score, i) => {
    const x = i % width;
    const y = (i - x) / width;
    let most = -Infinity;
    for (let k = Math.max(0, y - HALO_CELLS); k <= Math.min(height - 1, y + HALO_CELLS); k += 1)
      most = Math.max(most, rows[k * width + x]!);
    const lowered = score - Math.max(0, HALO_SHARE * Math.max(0, most - from) - Math.max(0, score - from));
    return Math.max(lowered, Math.min(score, from));
  });
}

/** Bilinear, as the pack's graph does it. */
export function enlarged(grid: Float32Array, { gridWidth, gridHeight }: ScoreGrid, cell: number): Float32Array {
  const width = gridWidth * cell;
  const height = gridHeight * cell;
  const out = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const gy = Math.min(gridHeight - 1, Math.max(0, (y + 0.5) / cell - 0.5));
    const y0 = Math.floor(gy);
    const y1 = Math.min(gridHeight - 1, y0 + 1);
    for (let x = 0; x < width; x += 1) {
      const gx = Math.min(gridWidth - 1, Math.max(0, (x + 0.5) / cell - 0.5));
      const x0 = Math.floor(gx);
      const x1 = Math.min(gridWidth - 1, x0 + 1);
      const above = grid[y0 * gridWidth + x0]! * (1 - (gx - x0)) + grid[y0 * gridWidth + x1]! * (gx - x0);
      const below = grid[y1 * gridWidth + x0]! * (1 - (gx - x0)) + grid[y1 * gridWidth + x1]! * (gx - x0);
      out[y * width + x] = above * (1 - (gy - y0)) + below * (gy - y0);
    }
  }
  return out;
}

/** Largest value of each square of about `side`. */
export function blockMost(values: Float32Array, width: number, height: number, side: number): number[] {
  const across = Math.max(1, Math.round(width / side));
  const down = Math.max(1, Math.round(height / side));
  const most = new Array<number>(across * down).fill(-Infinity);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const block = Math.floor((y / height) * down) * across + Math.floor((x / width) * across);
      most[block] = Math.max(most[block]!, values[y * width + x]!);
    }
  return most;
}
