import ClipperLib from 'clipper-lib';
import type { FlatRing } from '#domain/ring.ts';
import { ringArea } from './ring-area.ts';
import { ringBounds } from './ring-bounds.ts';

/** Steps of a ring's larger side. What is narrower than one counts as nothing. */
const STEPS = 2 ** 26;
/** Of the square round a ring: with more area than this, however it winds, it is not nothing. */
const PLAINLY = 1e-6;

/** Whether a ring has an area, even-odd where it crosses itself: the halves of a bow tie cancel in `ringArea` and are there
 *  all the same. O(n), and a sweep for those that have next to none. */
export function enclosesArea(ring: FlatRing): boolean {
  const { minX, minY, maxX, maxY } = ringBounds(ring);
  const side = Math.max(maxX - minX, maxY - minY);
  if (!(side > 0)) return false;
  if (Math.abs(ringArea(ring)) > PLAINLY * side * side) return true;
  const step = side / STEPS;
  const path: ClipperLib.Path = [];
  for (let i = 0; i < ring.length; i += 2) {
    const x = Math.round((ring[i]! - (minX + maxX) / 2) / step);
    path.push({ X: x, Y: Math.round((ring[i + 1]! - (minY + maxY) / 2) / step) });
  }
  const clipper = new ClipperLib.Clipper();
  clipper.AddPath(path, ClipperLib.PolyType.ptSubject, true);
  const out: ClipperLib.Paths = [];
  const evenOdd = ClipperLib.PolyFillType.pftEvenOdd;
  clipper.Execute(ClipperLib.ClipType.ctUnion, out, evenOdd, evenOdd);
  return out.some((found) => ClipperLib.Clipper.Area(found) !== 0);
}
