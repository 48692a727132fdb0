import { flatRing, pointsOf, type Ring } from '#domain/ring.ts';
import { maskToContours } from './mask-to-contour.ts';
import { simplifyRings } from './simplify-ring.ts';

/** Cells across half the band, and at most this many along a side of the drawing. More cells: rounder ends, more time. */
const CELLS_ACROSS = 5;
const MOST_CELLS = 480;

/** What a pen of this half width covers on its way along a stroke: the outer rim, rounded at the ends. Where the stroke
 *  crosses itself the band is one, and what it encloses belongs to it. Made on a raster: errs by up to a fifth of the half
 *  width, more for strokes longer than ninety-six half widths. O(cells of the stroke's box).
 *  @param stroke mm, at least one point
 *  @returns a simple ring, or null for a stroke without points */
export function strokeBand(stroke: Ring, halfWidth: number): Ring | null {
  const xs = stroke.map((p) => p[0]);
  const ys = stroke.map((p) => p[1]);
  if (stroke.length === 0) return null;
  const minX = Math.min(...xs) - halfWidth;
  const minY = Math.min(...ys) - halfWidth;
  const width = Math.max(...xs) + halfWidth - minX;
  const height = Math.max(...ys) + halfWidth - minY;
  const cell = Math.max(halfWidth / CELLS_ACROSS, Math.max(width, height) / MOST_CELLS);
  const columns = Math.ceil(width / cell) + 2;
  const rows = Math.ceil(height / cell) + 2;
  const mask = new Uint8Array(columns * rows);
  // Half a cell of air round the stroke, so that a band thinner than a cell still hangs together.
  const reach = Math.max(halfWidth, cell * 0.75);
  for (let i = 0; i < stroke.length; i += 1) {
    const [ax, ay] = stroke[Math.max(0, i - 1)]!;
    const [bx, by] = stroke[i]!;
    const fromColumn = Math.max(0, Math.floor((Math.min(ax, bx) - reach - minX) / cell));
    const toColumn = Math.min(columns - 1, Math.ceil((Math.max(ax, bx) + reach - minX) / cell) + 1);
    const fromRow = Math.max(0, Math.floor((Math.min(ay, by) - reach - minY) / cell));
    const toRow = Math.min(rows - 1, Math.ceil((Math.max(ay, by) + reach - minY) / cell) + 1);
    for (let row = fromRow; row <= toRow; row += 1)
      for (let column = fromColumn; column <= toColumn; column += 1) {
        const x = minX + (column - 0.5) * cell;
        const y = minY + (row - 0.5) * cell;
        if (segmentDistance(x, y, ax, ay, bx, by) <= reach) mask[row * columns + column] = 1;
      }
  }
  const regions = maskToContours((index) => mask[index] === 1, columns, rows);
  const largest = regions.reduce((a, b) => (b.areaPx > a.areaPx ? b : a), regions[0]!);
  const ring = pointsOf(largest.outline).map(([u, v]): [number, number] => [
    minX + (u - 1) * cell,
    minY + (v - 1) * cell,
  ]);
  return pointsOf(simplifyRings([flatRing(ring)], cell * 0.9)[0]!);
}

function segmentDistance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const t = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
