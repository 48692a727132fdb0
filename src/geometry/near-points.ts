/** Points in square cells, asked for the one nearest to a place. */
export class NearPoints<P extends { readonly x: number; readonly y: number }> {
  readonly #cell: number;
  readonly #cells = new Map<number, P[]>();
  readonly count: number;

  constructor(points: readonly P[], cell: number) {
    this.#cell = cell;
    this.count = points.length;
    for (const point of points) {
      const key = keyOf(Math.floor(point.x / cell), Math.floor(point.y / cell));
      const there = this.#cells.get(key);
      if (there) there.push(point);
      else this.#cells.set(key, [point]);
    }
  }

  /** The nearest within `reach`, if any. Looks at rings of cells outwards. */
  nearest(x: number, y: number, reach: number): P | undefined {
    const cell = this.#cell;
    const [cx, cy] = [Math.floor(x / cell), Math.floor(y / cell)];
    let best: P | undefined;
    let least = reach;
    // A point in ring k is at least k - 1 cells away.
    for (let k = 0; (k - 1) * cell <= least; k += 1)
      for (let i = -k; i <= k; i += 1)
        for (let j = -k; j <= k; j += Math.abs(i) === k || k === 0 ? 1 : 2 * k)
          for (const point of this.#cells.get(keyOf(cx + i, cy + j)) ?? []) {
            const far = Math.hypot(point.x - x, point.y - y);
            if (far <= least) [best, least] = [point, far];
          }
    return best;
  }
}

/** Distinct for places within some 10^6 cells of the origin. */
function keyOf(i: number, j: number): number {
  return i * 4_194_304 + j;
}
