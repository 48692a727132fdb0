type At = readonly [number, number];

/** Points a cell of the grid that they are sorted into. */
const POINTS_A_CELL = 2;

/** For each place the `count` nearest points, as positions, the nearest first; all of them where there are no more. Of
 *  points that are equally near the first come first. */
export function nearestOf(points: readonly At[], places: readonly At[], count: number): Int32Array[] {
  const { columns, rows, cell, minX, minY, cells } = sorted(points);
  const wanted = Math.min(count, points.length);
  return places.map(([x, y]) => {
    const cx = Math.min(columns - 1, Math.max(0, Math.floor((x - minX) / cell)));
    const cy = Math.min(rows - 1, Math.max(0, Math.floor((y - minY) / cell)));
    const found: Found[] = [];
    const ringCount = Math.max(columns, rows);
    for (let ring = 0; ring < ringCount; ring += 1) {
      // What lies in this ring is at least ring - 1 cells away.
      if (found.length === wanted && (ring - 1) * cell > found[wanted - 1]!.far) break;
      for (let row = Math.max(0, cy - ring); row <= Math.min(rows - 1, cy + ring); row += 1) {
        const isRim = row === cy - ring || row === cy + ring;
        for (let column = cx - ring; column <= cx + ring; column += isRim || ring === 0 ? 1 : 2 * ring) {
          if (column < 0 || column >= columns) continue;
          for (const point of cells[row * columns + column]!) {
            const far = Math.hypot(points[point]![0] - x, points[point]![1] - y);
            if (found.length === wanted && far > found[wanted - 1]!.far) continue;
            let k = found.length;
            while (k > 0 && isBefore({ point, far }, found[k - 1]!)) k -= 1;
            found.splice(k, 0, { point, far });
            if (found.length > wanted) found.pop();
          }
        }
      }
    }
    return Int32Array.from(found, ({ point }) => point);
  });
}

interface Found {
  readonly point: number;
  readonly far: number;
}

function isBefore(a: Found, b: Found): boolean {
  return a.far < b.far || (a.far === b.far && a.point < b.point);
}

function sorted(points: readonly At[]) {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of points) {
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minY, maxY] = [Math.min(minY, y), Math.max(maxY, y)];
  }
  const [width, height] = [maxX - minX, maxY - minY];
  const share = POINTS_A_CELL / points.length;
  const cell = Math.max(Math.sqrt(width * height * share), Math.max(width, height) * share) || 1;
  const columns = Math.floor(width / cell) + 1;
  const rows = Math.floor(height / cell) + 1;
  const cells: number[][] = Array.from({ length: columns * rows }, () => []);
  points.forEach(([x, y], k) => {
    const column = Math.min(columns - 1, Math.floor((x - minX) / cell));
    cells[Math.min(rows - 1, Math.floor((y - minY) / cell)) * columns + column]!.push(k);
  });
  return { columns, rows, cell, minX, minY, cells };
}
