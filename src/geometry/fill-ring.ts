import type { FlatRing } from '#domain/ring.ts';
import { ringBounds, type Bounds } from './ring-bounds.ts';

/** A grid of square cells over a box; cell (i, j) has its middle at minX + (i + 0.5) cell, minY + (j + 0.5) cell and
 *  the index j columns + i. */
export interface CellGrid {
  readonly minX: number;
  readonly minY: number;
  readonly cell: number;
  readonly columns: number;
  readonly rows: number;
}

export function cellGrid({ minX, minY, maxX, maxY }: Bounds, cell: number): CellGrid {
  return {
    minX,
    minY,
    cell,
    columns: Math.max(1, Math.ceil((maxX - minX) / cell)),
    rows: Math.max(1, Math.ceil((maxY - minY) / cell)),
  };
}

/** Calls `fill` with each run of cells whose middles lie inside the ring (even-odd): indices from, up to and without.
 *  O(edges of a row, rows): an area counted so errs by some cells along the rim, either way. */
export function fillRing(ring: FlatRing, grid: CellGrid, fill: (from: number, upTo: number) => void): void {
  const { minX, minY, cell, columns, rows } = grid;
  const box = ringBounds(ring);
  const first = Math.max(0, Math.ceil((box.minY - minY) / cell - 0.5));
  const last = Math.min(rows - 1, Math.floor((box.maxY - minY) / cell - 0.5));
  for (let j = first; j <= last; j += 1) {
    const crossings = crossingsAt(ring, minY + (j + 0.5) * cell);
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil((crossings[k]! - minX) / cell - 0.5));
      const upTo = Math.min(columns, Math.floor((crossings[k + 1]! - minX) / cell - 0.5) + 1);
      if (upTo > from) fill(j * columns + from, j * columns + upTo);
    }
  }
}

/** Where the ring's edges cross a level line, from left to right. */
function crossingsAt(ring: FlatRing, y: number): number[] {
  const crossings: number[] = [];
  let ax = ring[ring.length - 2]!;
  let ay = ring[ring.length - 1]!;
  for (let i = 0; i < ring.length; i += 2) {
    const bx = ring[i]!;
    const by = ring[i + 1]!;
    if (ay > y !== by > y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    ax = bx;
    ay = by;
  }
  return crossings.sort((a, b) => a - b);
}
