/** Cells from the hide so far away take its grain: a model sees no farther round a pixel. */
const REACH_CELLS = 10;

/** Whose grain cells near whole ones take: the mirror image of a cell in the nearest whole one, where that is whole too, else the
 *  nearest one itself; -1 for whole cells and those farther off. In rings round the whole ones, O(cells). */
export function grainDonors(isWhole: ArrayLike<number>, across: number, down: number): Int32Array {
  const count = across * down;
  const nearest = new Int32Array(count).fill(-1);
  const donors = new Int32Array(count).fill(-1);
  let ring: number[] = [];
  for (let i = 0; i < count; i += 1)
    if (isWhole[i] !== 0) {
      nearest[i] = i;
      ring.push(i);
    }
  for (let distance = 1; distance <= REACH_CELLS; distance += 1) {
    const next: number[] = [];
    for (const i of ring)
      for (const j of neighbours(i, across, down)) {
        if (nearest[j] !== -1) continue;
        nearest[j] = nearest[i]!;
        donors[j] = mirrored(j, nearest[j]!, isWhole, { across, down }) ?? nearest[j]!;
        next.push(j);
      }
    ring = next;
  }
  return donors;
}

/** Above, below, left and right. */
function neighbours(i: number, across: number, down: number): number[] {
  const [x, y] = [i % across, Math.floor(i / across)];
  const found: number[] = [];
  if (x > 0) found.push(i - 1);
  if (x < across - 1) found.push(i + 1);
  if (y > 0) found.push(i - across);
  if (y < down - 1) found.push(i + across);
  return found;
}

function mirrored(
  cell: number,
  about: number,
  isWhole: ArrayLike<number>,
  { across, down }: { readonly across: number; readonly down: number },
): number | null {
  const x = 2 * (about % across) - (cell % across);
  const y = 2 * Math.floor(about / across) - Math.floor(cell / across);
  if (x < 0 || y < 0 || x >= across || y >= down) return null;
  return isWhole[y * across + x] === 0 ? null : y * across + x;
}
