import type { FlatRing } from '#domain/ring.ts';

/** Length of a notch that is given as a single point, mm: what a shoe or bag maker's notch usually has. */
const NOTCH_LENGTH = 3;

/** A notch given as one point becomes a slit from the nearest point of the outline (counter-clockwise), square to it,
 *  inwards. Two points `[x0, y0, x1, y1]`. */
export function notchLine(outline: FlatRing, x: number, y: number): Float64Array {
  let best = { distance: Infinity, x: 0, y: 0, nx: 0, ny: 0 };
  for (let i = 0, j = outline.length - 2; i < outline.length; j = i, i += 2) {
    const ax = outline[j]!;
    const ay = outline[j + 1]!;
    const dx = outline[i]! - ax;
    const dy = outline[i + 1]! - ay;
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (length * length)));
    const distance = Math.hypot(ax + t * dx - x, ay + t * dy - y);
    if (distance < best.distance) {
      best = { distance, x: ax + t * dx, y: ay + t * dy, nx: -dy / length, ny: dx / length };
    }
  }
  return Float64Array.of(best.x, best.y, best.x + NOTCH_LENGTH * best.nx, best.y + NOTCH_LENGTH * best.ny);
}
