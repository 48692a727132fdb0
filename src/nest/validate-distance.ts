import type { Box } from './validate-area.ts';
import type { Area } from './validate-problem.ts';

/** The least distance between the edges of two areas, or Infinity when it is more than `reach`; 0 where edges cross. Sides
 *  that are farther apart than `reach` by their boxes are left out. O(n m) at worst. */
export function edgeDistance(a: Area, b: Area, reach: number): number {
  let least = reach;
  let isReached = false;
  const sidesOfA = [...sides(a)];
  const near = sidesOfA.length > 0 ? grown(boxOfSides(sidesOfA), reach) : null;
  if (!near) return Infinity;
  for (const q of sides(b)) {
    if (isApart(q, near)) continue;
    for (const p of sidesOfA) {
      if (boxGap(p, q) > least) continue;
      const distance = sideDistance(p, q);
      if (distance > least) continue;
      least = distance;
      isReached = true;
      if (least === 0) return 0;
    }
  }
  return isReached ? least : Infinity;
}

type Side = readonly [number, number, number, number];

function* sides(area: Area): Generator<Side> {
  for (const ring of area) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      yield [ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!];
    }
  }
}

function boxOfSides(all: readonly Side[]): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of all) {
    minX = Math.min(minX, x);
    maxX = Math.max(maxX, x);
    minY = Math.min(minY, y);
    maxY = Math.max(maxY, y);
  }
  return { minX, minY, maxX, maxY };
}

function grown(box: Box, by: number): Box {
  return { minX: box.minX - by, minY: box.minY - by, maxX: box.maxX + by, maxY: box.maxY + by };
}

function isApart([ax, ay, bx, by]: Side, box: Box): boolean {
  return (
    Math.max(ax, bx) < box.minX ||
    Math.min(ax, bx) > box.maxX ||
    Math.max(ay, by) < box.minY ||
    Math.min(ay, by) > box.maxY
  );
}

/** At most the distance of two sides: the larger gap of their boxes on the two axes. */
function boxGap([ax, ay, bx, by]: Side, [cx, cy, dx, dy]: Side): number {
  const gapX = Math.max(Math.min(ax, bx) - Math.max(cx, dx), Math.min(cx, dx) - Math.max(ax, bx));
  const gapY = Math.max(Math.min(ay, by) - Math.max(cy, dy), Math.min(cy, dy) - Math.max(ay, by));
  return Math.max(0, gapX, gapY);
}

function sideDistance(p: Side, q: Side): number {
  if (doCross(p, q)) return 0;
  const [ax, ay, bx, by] = p;
  const [cx, cy, dx, dy] = q;
  return Math.min(toSide(ax, ay, q), toSide(bx, by, q), toSide(cx, cy, p), toSide(dx, dy, p));
}

function toSide(x: number, y: number, [ax, ay, bx, by]: Side): number {
  const dx = bx - ax;
  const dy = by - ay;
  const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

function doCross([ax, ay, bx, by]: Side, [cx, cy, dx, dy]: Side): boolean {
  const side = (ox: number, oy: number, px: number, py: number, x: number, y: number) =>
    (px - ox) * (y - oy) - (x - ox) * (py - oy);
  const c = side(ax, ay, bx, by, cx, cy);
  const d = side(ax, ay, bx, by, dx, dy);
  const a = side(cx, cy, dx, dy, ax, ay);
  const b = side(cx, cy, dx, dy, bx, by);
  return c > 0 !== d > 0 && a > 0 !== b > 0 && c !== 0 && d !== 0 && a !== 0 && b !== 0;
}
