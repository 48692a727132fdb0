/** Median of what is known (not NaN), the upper one of two; 0 where nothing is. O(n): the rest is not sorted.
 *  @see Hoare 1961, Algorithm 65: Find */
export function medianOf(plane: ArrayLike<number>): number {
  const known = new Float64Array(plane.length);
  let count = 0;
  for (let i = 0; i < plane.length; i += 1) {
    const v = plane[i]!;
    if (Number.isNaN(v)) continue;
    known[count] = v;
    count += 1;
  }
  return count === 0 ? 0 : atRank(known.subarray(0, count), count >> 1);
}

/** The value that would stand at `rank` if all were sorted; moves values about. */
function atRank(values: Float64Array, rank: number): number {
  let first = 0;
  let last = values.length - 1;
  while (first < last) {
    const pivot = values[(first + last) >> 1]!;
    let i = first;
    let j = last;
    while (i <= j) {
      while (values[i]! < pivot) i += 1;
      while (values[j]! > pivot) j -= 1;
      if (i > j) break;
      const v = values[i]!;
      values[i] = values[j]!;
      values[j] = v;
      i += 1;
      j -= 1;
    }
    if (rank <= j) last = j;
    else if (rank >= i) first = i;
    else break;
  }
  return values[rank]!;
}
