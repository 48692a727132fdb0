/** Of each cell of a plane the mean over the counted cells within a square round it; NaN where there are none. */
export type BoxMean = (plane: Float32Array) => Float32Array;

/** Means over squares of 2 reach + 1 cells, by running sums: what `isCounted` alone says is worked out once for all planes.
 *  O(cells), whatever the reach. @see Crow 1984, Summed-area tables for texture mapping */
export function boxMean(isCounted: Uint8Array, across: number, down: number, reach: number): BoxMean {
  const sums = new Float64Array((across + 1) * (down + 1));
  const counted = new Float32Array(isCounted.length);
  for (let i = 0; i < counted.length; i += 1) counted[i] = isCounted[i]!;
  const size = { across, down, reach };
  const count = overSquares(counted, isCounted, size, sums, null);
  return (plane) => overSquares(plane, isCounted, size, sums, count);
}

/** Sums over squares of a plane's counted cells, or means where their counts are given. `sums` is room for the running sums,
 *  with a row and a column of zeros before them. */
function overSquares(
  plane: Float32Array,
  isCounted: Uint8Array,
  { across, down, reach }: { readonly across: number; readonly down: number; readonly reach: number },
  sums: Float64Array,
  count: Float32Array | null,
): Float32Array {
  const w = across + 1;
  for (let y = 0, i = 0; y < down; y += 1)
    for (let x = 0, to = (y + 1) * w + 1; x < across; x += 1, i += 1, to += 1)
      sums[to] = (isCounted[i] === 0 ? 0 : plane[i]!) + sums[to - 1]! + sums[to - w]! - sums[to - w - 1]!;
  const out = new Float32Array(across * down);
  for (let y = 0, i = 0; y < down; y += 1) {
    const top = Math.max(0, y - reach) * w;
    const bottom = Math.min(down, y + reach + 1) * w;
    for (let x = 0; x < across; x += 1, i += 1) {
      const left = Math.max(0, x - reach);
      const right = Math.min(across, x + reach + 1);
      const sum = sums[bottom + right]! - sums[top + right]! - sums[bottom + left]! + sums[top + left]!;
      // 0 / 0 is NaN: unknown where there is none.
      out[i] = count === null ? sum : sum / count[i]!;
    }
  }
  return out;
}
