import type { FlatRing } from '#domain/ring.ts';

/** Centre of area of a region: outline without holes. Where there is no area, the mean of the outline's vertices. */
export function regionCentroid(outline: FlatRing, holes: readonly FlatRing[] = []): [number, number] {
  const x0 = outline[0] ?? 0;
  const y0 = outline[1] ?? 0;
  let area = 0;
  let mx = 0;
  let my = 0;
  [outline, ...holes].forEach((ring, which) => {
    const sums = moments(ring, x0, y0);
    const sign = (sums.area < 0 ? -1 : 1) * (which === 0 ? 1 : -1);
    area += sign * sums.area;
    mx += sign * sums.mx;
    my += sign * sums.my;
  });
  if (!(Math.abs(area) > 0)) return meanVertex(outline);
  return [x0 + mx / (3 * area), y0 + my / (3 * area)];
}

/** Twice the signed area, and first moments times six, about (x0, y0). */
function moments(ring: FlatRing, x0: number, y0: number): { area: number; mx: number; my: number } {
  let area = 0;
  let mx = 0;
  let my = 0;
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const ax = ring[j]! - x0;
    const ay = ring[j + 1]! - y0;
    const bx = ring[i]! - x0;
    const by = ring[i + 1]! - y0;
    const cross = ax * by - bx * ay;
    area += cross;
    mx += (ax + bx) * cross;
    my += (ay + by) * cross;
  }
  return { area, mx, my };
}

function meanVertex(ring: FlatRing): [number, number] {
  let x = 0;
  let y = 0;
  for (let i = 0; i + 1 < ring.length; i += 2) {
    x += ring[i]!;
    y += ring[i + 1]!;
  }
  const count = Math.max(1, ring.length / 2);
  return [x / count, y / count];
}
