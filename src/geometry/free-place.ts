import type { FlatRing, Point } from '#domain/ring.ts';
import { ringBounds, type Bounds } from './ring-bounds.ts';
import { pointInRing } from './point-in-ring.ts';

/** A ring that others keep off, by `gap`. */
interface Obstacle {
  readonly ring: FlatRing;
  readonly box: Bounds;
  readonly gap: number;
}

/** What lies round a piece that is to be laid somewhere. */
export interface Surroundings {
  readonly rim: Obstacle;
  readonly obstacles: readonly Obstacle[];
}

/** @param rim the material's outline; the piece stays inside by `margin`
 *  @param keepOut rings that the piece stays out of, each with its distance: other pieces, holes, zones below its grade */
export function surroundings(
  rim: FlatRing,
  margin: number,
  keepOut: readonly { readonly ring: FlatRing; readonly gap: number }[],
): Surroundings {
  return {
    rim: { ring: rim, box: ringBounds(rim), gap: margin },
    obstacles: keepOut.map(({ ring, gap }) => ({ ring, gap, box: ringBounds(ring) })),
  };
}

/** Whether a piece may lie there. Distances count between outlines as they are: with outlines that were flattened to a
 *  tolerance t, `slack` of t never calls a good place bad, -t never a bad place good.
 *  @param slack how much nearer than the gaps is let pass */
export function isFreePlace(ring: FlatRing, around: Surroundings, slack = 0): boolean {
  return isFreeShifted(ring, ringBounds(ring), 0, 0, around, slack);
}

/** Directions that are tried, and the step along each, mm. */
const DIRECTIONS = 32;
const STEP = 4;
const HALVINGS = 6;

/** The shortest way from a blocked place to a free one, as a shift; [0, 0] where it is free already, null where nothing
 *  within `reach` is. Looks along 32 directions in steps of 4 mm, so it may miss gaps narrower than that; what it
 *  gives is free. */
export function nearestFreeShift(ring: FlatRing, around: Surroundings, reach: number, slack = 0): Point | null {
  const box = ringBounds(ring);
  // A thousand places are tried: what none of them can meet is left out once.
  const near = around.obstacles.filter((obstacle) =>
    isNear(grown(box, reach), obstacle.box, Math.max(0, obstacle.gap - slack)),
  );
  const withinReach = { rim: around.rim, obstacles: near };
  const isFree = (x: number, y: number) => isFreeShifted(ring, box, x, y, withinReach, slack);
  if (isFree(0, 0)) return [0, 0];
  let best: { readonly x: number; readonly y: number; readonly away: number } | null = null;
  for (let i = 0; i < DIRECTIONS; i += 1) {
    const angle = (2 * Math.PI * i) / DIRECTIONS;
    const dx = Math.cos(angle);
    const dy = Math.sin(angle);
    for (let away = STEP; away <= Math.min(reach, best?.away ?? Infinity); away += STEP) {
      if (!isFree(away * dx, away * dy)) continue;
      let blocked = away - STEP;
      let free = away;
      for (let k = 0; k < HALVINGS; k += 1) {
        const middle = (blocked + free) / 2;
        if (isFree(middle * dx, middle * dy)) free = middle;
        else blocked = middle;
      }
      if (!best || free < best.away) best = { x: free * dx, y: free * dy, away: free };
      break;
    }
  }
  return best && [best.x, best.y];
}

function isFreeShifted(
  ring: FlatRing,
  box: Bounds,
  dx: number,
  dy: number,
  around: Surroundings,
  slack: number,
): boolean {
  const { rim, obstacles } = around;
  const moved: Bounds = { minX: box.minX + dx, minY: box.minY + dy, maxX: box.maxX + dx, maxY: box.maxY + dy };
  if (moved.minX < rim.box.minX || moved.minY < rim.box.minY || moved.maxX > rim.box.maxX || moved.maxY > rim.box.maxY)
    return false;
  for (const obstacle of obstacles) {
    const gap = Math.max(0, obstacle.gap - slack);
    if (!isNear(moved, obstacle.box, gap)) continue;
    if (isRimCloser(ring, dx, dy, moved, obstacle.ring, gap)) return false;
    // No rims meet: one may still lie inside the other.
    if (pointInRing(obstacle.ring, ring[0]! + dx, ring[1]! + dy) === 'inside') return false;
    if (pointInRing(ring, obstacle.ring[0]! - dx, obstacle.ring[1]! - dy) === 'inside') return false;
  }
  if (pointInRing(rim.ring, ring[0]! + dx, ring[1]! + dy) !== 'inside') return false;
  return !isRimCloser(ring, dx, dy, moved, rim.ring, Math.max(0, rim.gap - slack));
}

function isNear(a: Bounds, b: Bounds, gap: number): boolean {
  return a.minX - gap < b.maxX && b.minX < a.maxX + gap && a.minY - gap < b.maxY && b.minY < a.maxY + gap;
}

/** Whether two rims cross or come closer than `gap`, the first one shifted. O(edges of one near the other's box). */
function isRimCloser(a: FlatRing, dx: number, dy: number, boxA: Bounds, b: FlatRing, gap: number): boolean {
  return someEdge(b, 0, 0, grown(boxA, gap), (px, py, qx, qy) => {
    const edge = { minX: Math.min(px, qx), minY: Math.min(py, qy), maxX: Math.max(px, qx), maxY: Math.max(py, qy) };
    return someEdge(
      a,
      dx,
      dy,
      grown(edge, gap),
      (ax, ay, bx, by) =>
        segmentsCross(ax, ay, bx, by, px, py, qx, qy) || endsCloser(ax, ay, bx, by, px, py, qx, qy, gap),
    );
  });
}

function grown({ minX, minY, maxX, maxY }: Bounds, by: number): Bounds {
  return { minX: minX - by, minY: minY - by, maxX: maxX + by, maxY: maxY + by };
}

/** Whether one of the shifted ring's edges with a part in the box is so. */
function someEdge(
  ring: FlatRing,
  dx: number,
  dy: number,
  { minX, minY, maxX, maxY }: Bounds,
  isSo: (ax: number, ay: number, bx: number, by: number) => boolean,
): boolean {
  let ax = ring[ring.length - 2]! + dx;
  let ay = ring[ring.length - 1]! + dy;
  for (let i = 0; i < ring.length; i += 2) {
    const bx = ring[i]! + dx;
    const by = ring[i + 1]! + dy;
    const isFar =
      (ax < minX && bx < minX) || (ax > maxX && bx > maxX) || (ay < minY && by < minY) || (ay > maxY && by > maxY);
    if (!isFar && isSo(ax, ay, bx, by)) return true;
    ax = bx;
    ay = by;
  }
  return false;
}

function segmentsCross(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  px: number,
  py: number,
  qx: number,
  qy: number,
): boolean {
  const d1 = (qx - px) * (ay - py) - (qy - py) * (ax - px);
  const d2 = (qx - px) * (by - py) - (qy - py) * (bx - px);
  const d3 = (bx - ax) * (py - ay) - (by - ay) * (px - ax);
  const d4 = (bx - ax) * (qy - ay) - (by - ay) * (qx - ax);
  return ((d1 > 0 && d2 < 0) || (d1 < 0 && d2 > 0)) && ((d3 > 0 && d4 < 0) || (d3 < 0 && d4 > 0));
}

/** Segments that do not cross are nearest at an end of one of them. */
function endsCloser(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  px: number,
  py: number,
  qx: number,
  qy: number,
  gap: number,
): boolean {
  const squared = gap * gap;
  return (
    distanceSquared(ax, ay, px, py, qx, qy) < squared ||
    distanceSquared(bx, by, px, py, qx, qy) < squared ||
    distanceSquared(px, py, ax, ay, bx, by) < squared ||
    distanceSquared(qx, qy, ax, ay, bx, by) < squared
  );
}

function distanceSquared(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const ux = bx - ax;
  const uy = by - ay;
  const along = ((x - ax) * ux + (y - ay) * uy) / (ux * ux + uy * uy || 1);
  const t = along < 0 ? 0 : along > 1 ? 1 : along;
  const ex = x - ax - t * ux;
  const ey = y - ay - t * uy;
  return ex * ex + ey * ey;
}
