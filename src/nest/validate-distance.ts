import type { Area } from './validate-problem.ts';

/** Sides are looked at in runs of this many, whose common box is tried first. */
const RUN = 16;

/** The sides of an area, `[ax, ay, bx, by]` each, with the box `[minX, minY, maxX, maxY]` of every run of 16. */
export interface Sides {
  readonly sides: Float64Array;
  readonly boxes: Float64Array;
}

export function sidesOf(area: Area): Sides {
  const sides = new Float64Array(area.reduce((sum, ring) => sum + 2 * ring.length, 0));
  const boxes = new Float64Array(Math.ceil(sides.length / (4 * RUN)) * 4);
  let at = 0;
  for (const ring of area) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      sides.set([ring[j]!, ring[j + 1]!, ring[i]!, ring[i + 1]!], at);
      at += 4;
    }
  }
  for (let box = 0; box < boxes.length; box += 4) {
    let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let i = box * RUN; i < Math.min((box + 4) * RUN, sides.length); i += 2) {
      minX = Math.min(minX, sides[i]!);
      maxX = Math.max(maxX, sides[i]!);
      minY = Math.min(minY, sides[i + 1]!);
      maxY = Math.max(maxY, sides[i + 1]!);
    }
    boxes.set([minX, minY, maxX, maxY], box);
  }
  return { sides, boxes };
}

/** The least distance between the edges of two areas, or Infinity when it is more than `reach`; 0 where edges cross. Runs
 *  of sides whose boxes are farther apart than the least distance so far are left out. O(n m) at worst. */
export function edgeDistance(a: Sides, b: Sides, reach: number): number {
  let least = reach;
  let isReached = false;
  for (let p = 0; p < a.boxes.length; p += 4) {
    for (let q = 0; q < b.boxes.length; q += 4) {
      if (boxGap(a.boxes, p, b.boxes, q) > least) continue;
      for (let i = p * RUN; i < Math.min((p + 4) * RUN, a.sides.length); i += 4) {
        for (let j = q * RUN; j < Math.min((q + 4) * RUN, b.sides.length); j += 4) {
          if (sideGap(a.sides, i, b.sides, j) > least) continue;
          const distance = sideDistance(sideAt(a.sides, i), sideAt(b.sides, j));
          if (distance > least) continue;
          least = distance;
          isReached = true;
        }
      }
    }
  }
  return isReached ? least : Infinity;
}

type Side = readonly [number, number, number, number];

function sideAt(sides: Float64Array, i: number): Side {
  return [sides[i]!, sides[i + 1]!, sides[i + 2]!, sides[i + 3]!];
}

/** At most the distance of what two boxes hold: their larger gap on the two axes. */
function boxGap(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const gapX = Math.max(a[i]! - b[j + 2]!, b[j]! - a[i + 2]!);
  const gapY = Math.max(a[i + 1]! - b[j + 3]!, b[j + 1]! - a[i + 3]!);
  return Math.max(0, gapX, gapY);
}

/** The same of two sides by their boxes. */
function sideGap(a: Float64Array, i: number, b: Float64Array, j: number): number {
  const gapX = Math.max(
    Math.min(a[i]!, a[i + 2]!) - Math.max(b[j]!, b[j + 2]!),
    Math.min(b[j]!, b[j + 2]!) - Math.max(a[i]!, a[i + 2]!),
  );
  const gapY = Math.max(
    Math.min(a[i + 1]!, a[i + 3]!) - Math.max(b[j + 1]!, b[j + 3]!),
    Math.min(b[j + 1]!, b[j + 3]!) - Math.max(a[i + 1]!, a[i + 3]!),
  );
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
