/** Calls `visit` once for each pixel whose centre lies inside an odd number of the flat rings [x0, y0, x1, y1, …], px. A
 *  shape too thin to hold a centre still gets the pixels of its corners, some perhaps twice. O(edges + pixels). */
export function visitPolygons(
  widthPx: number,
  heightPx: number,
  rings: readonly (readonly number[])[],
  visit: (index: number) => void,
): void {
  const rows = new Map<number, number[]>();
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [x0, y0] = [ring[i]!, ring[i + 1]!];
      const [x1, y1] = [ring[(i + 2) % ring.length]!, ring[(i + 3) % ring.length]!];
      const from = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
      const to = Math.min(heightPx - 1, Math.ceil(Math.max(y0, y1) - 0.5) - 1);
      for (let v = from; v <= to; v += 1) {
        const x = x0 + ((v + 0.5 - y0) / (y1 - y0)) * (x1 - x0);
        const row = rows.get(v);
        if (row) row.push(x);
        else rows.set(v, [x]);
      }
    }
  let visited = 0;
  for (const [v, crossings] of rows) {
    crossings.sort((a, b) => a - b);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! - 0.5));
      const to = Math.min(widthPx - 1, Math.ceil(crossings[k + 1]! - 0.5) - 1);
      for (let u = from; u <= to; u += 1) {
        visit(v * widthPx + u);
        visited += 1;
      }
    }
  }
  if (visited > 0) return;
  for (const ring of rings)
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const [u, v] = [Math.floor(ring[i]!), Math.floor(ring[i + 1]!)];
      if (u >= 0 && v >= 0 && u < widthPx && v < heightPx) visit(v * widthPx + u);
    }
}

/** Writes `value` into the pixels of a polygon (rings as `visitPolygons` takes them). */
export function fillPolygons(
  mask: Uint8Array,
  widthPx: number,
  heightPx: number,
  rings: readonly (readonly number[])[],
  value: number,
): void {
  visitPolygons(widthPx, heightPx, rings, (at) => (mask[at] = value));
}
