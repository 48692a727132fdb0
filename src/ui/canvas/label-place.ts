import type { Point, Ring } from '#domain/ring.ts';
import { boxOf } from './viewport.ts';

/** Where a label lies best inside a ring: far from the rim, along the long side. All in the ring's own unit. */
export interface LabelPlace {
  readonly at: Point;
  /** Distance from `at` to the rim. */
  readonly radius: number;
  /** Length free along the long axis through `at`, both ways the same. */
  readonly length: number;
  /** Length free along x through `at`, both ways the same. */
  readonly level: number;
  /** Direction of the long axis in degrees, in (-90, 90]. */
  readonly angle: number;
}

/** First cells along the longer side, and how far a better place must be better to be looked for, share of the size:
 *  doubling either moves labels by less than a letter. */
const FIRST_CELLS = 4;
const PRECISION = 0.02;

const places = new WeakMap<Ring, LabelPlace>();

/** Kept for each ring: layouts come several times a second, pieces that stay where they are cost nothing. */
export function labelPlace(ring: Ring, holes: readonly Ring[] = []): LabelPlace {
  const known = places.get(ring);
  if (known) return known;
  const place = findPlace(ring, holes);
  places.set(ring, place);
  return place;
}

function findPlace(ring: Ring, holes: readonly Ring[]): LabelPlace {
  const room = (p: Point) => {
    if (!isInside(ring, p) || holes.some((hole) => isInside(hole, p))) return 0;
    return Math.min(rimDistance(ring, p), ...holes.map((hole) => rimDistance(hole, p)));
  };
  const free = (from: Point, angle: number) =>
    2 * Math.min(reach(ring, from, angle), ...holes.map((hole) => reach(hole, from, angle)));
  const box = boxOf(ring) ?? { minX: 0, minY: 0, maxX: 0, maxY: 0 };
  const size = Math.max(box.maxX - box.minX, box.maxY - box.minY) || 1;
  const centre = centroid(ring);
  let at: Point = centre;
  let radius = room(centre);
  // The pole of inaccessibility by shrinking cells, after Garcia-Castellanos and Lombardo 2007: a cell is looked into
  // only while a place in it could be freer than the best so far.
  const first = size / FIRST_CELLS;
  let cells: (readonly [number, number])[] = [];
  for (let x = box.minX + first / 2; x < box.maxX + first / 2; x += first)
    for (let y = box.minY + first / 2; y < box.maxY + first / 2; y += first) cells.push([x, y]);
  for (let half = first / 2; cells.length > 0 && half > size * PRECISION; half /= 2) {
    const seen = cells.map(([x, y]) => {
      const signed = isInside(ring, [x, y]) ? 1 : -1;
      const reachable = signed * rimDistance(ring, [x, y]) + half * Math.SQRT2;
      const r = signed > 0 ? room([x, y]) : 0;
      // The centroid keeps the label unless another place is clearly freer.
      if (r > radius * (at === centre ? 1.15 : 1.02)) [at, radius] = [[x, y], r];
      return { x, y, reachable };
    });
    const quarter = half / 2;
    cells = seen
      .filter((c) => c.reachable > radius * 1.02 + size * PRECISION)
      .flatMap(({ x, y }): (readonly [number, number])[] => [
        [x - quarter, y - quarter],
        [x + quarter, y - quarter],
        [x - quarter, y + quarter],
        [x + quarter, y + quarter],
      ]);
  }
  const angle = longAxis(ring, centre);
  return { at, radius, length: free(at, angle), level: free(at, 0), angle };
}

/** Even-odd rule. */
export function isInside(ring: Ring, [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export function rimDistance(ring: Ring, [x, y]: Point): number {
  let best = Infinity;
  let [ax, ay] = ring.at(-1) ?? [Infinity, Infinity];
  for (let i = 0; i < ring.length; i += 1) {
    const bx = ring[i]![0];
    const by = ring[i]![1];
    const dx = bx - ax;
    const dy = by - ay;
    const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
    const t = along < 0 ? 0 : along > 1 ? 1 : along;
    const ex = x - ax - t * dx;
    const ey = y - ay - t * dy;
    const squared = ex * ex + ey * ey;
    if (squared < best) best = squared;
    ax = bx;
    ay = by;
  }
  return Math.sqrt(best);
}

function centroid(ring: Ring): Point {
  let area = 0;
  let cx = 0;
  let cy = 0;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[j]!;
    const [bx, by] = ring[i]!;
    const cross = ax * by - bx * ay;
    area += cross;
    cx += (ax + bx) * cross;
    cy += (ay + by) * cross;
  }
  return Math.abs(area) < 1e-9 ? (ring[0] ?? [0, 0]) : [cx / (3 * area), cy / (3 * area)];
}

/** Direction of the longest extent, among turns of 5 degrees: principal axes mislead on arcs and L shapes. */
function longAxis(ring: Ring, [cx, cy]: Point): number {
  let best = { angle: 0, extent: -Infinity };
  for (let angle = -85; angle <= 90; angle += 5) {
    const c = Math.cos((angle * Math.PI) / 180);
    const s = Math.sin((angle * Math.PI) / 180);
    let low = Infinity;
    let high = -Infinity;
    let lowAcross = Infinity;
    let highAcross = -Infinity;
    for (const [x, y] of ring) {
      const along = (x - cx) * c + (y - cy) * s;
      const across = (y - cy) * c - (x - cx) * s;
      low = Math.min(low, along);
      high = Math.max(high, along);
      lowAcross = Math.min(lowAcross, across);
      highAcross = Math.max(highAcross, across);
    }
    // Level text wins ties: it needs no turned head.
    const extent = high - low - (highAcross - lowAcross) - Math.abs(angle) * 1e-6;
    if (extent > best.extent) best = { angle, extent };
  }
  return best.angle;
}

/** Distance from `at` to the ring along `angle`, the nearer of both ways; Infinity where it is not met. */
function reach(ring: Ring, [x, y]: Point, angle: number): number {
  const c = Math.cos((angle * Math.PI) / 180);
  const s = Math.sin((angle * Math.PI) / 180);
  let ahead = Infinity;
  let behind = Infinity;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const a = across(ring[j]!, x, y, c, s);
    const b = across(ring[i]!, x, y, c, s);
    if (a.across > 0 === b.across > 0) continue;
    const t = a.across / (a.across - b.across);
    const along = a.along + t * (b.along - a.along);
    if (along >= 0) ahead = Math.min(ahead, along);
    else behind = Math.min(behind, -along);
  }
  const least = Math.min(ahead, behind);
  return least;
}

function across([px, py]: Point, x: number, y: number, c: number, s: number) {
  return { along: (px - x) * c + (py - y) * s, across: (py - y) * c - (px - x) * s };
}
