import { KerfError } from '#domain/kerf-error.ts';
import type { Point, Ring } from '#domain/ring.ts';
import { parsePath } from './parse-path.ts';
import type { PathFigure, PathSegment } from './parse-path.ts';

/** How far the outline of a piece given as `path` may leave its curves, mm (docs/contracts.md, "Own problem"): doubling
 *  it would let `kerf check` call touching curved pieces an overlap. */
export const PATH_TOLERANCE = 0.05;

/** Of one curve. A circle of 4 km radius takes so many at PATH_TOLERANCE: beyond is a slip of the pen, and would take all
 *  memory there is. */
const MOST_CHORDS = 10_000;

/** SVG path data (mm, y up) of one closed figure as an open ring; curves are followed to `tolerance`, corners kept.
 *  A positive arc sweep is counter-clockwise. Repeated points are left out.
 *  @throws KerfError GEOMETRY_PATH_REFUSED */
export function flattenPath(data: string, tolerance = PATH_TOLERANCE): { points: Ring; isCurved: boolean } {
  return flattenFigure(parsePath(data), tolerance);
}

/** The same of a figure that is read already.
 *  @throws KerfError GEOMETRY_PATH_REFUSED */
export function flattenFigure(
  { start, segments }: PathFigure,
  tolerance = PATH_TOLERANCE,
): { points: Ring; isCurved: boolean } {
  const points: Point[] = [start];
  let isCurved = false;
  for (const segment of segments) {
    const from = points[points.length - 1]!;
    const next = pointsAfter(from, segment, tolerance);
    for (const p of next) if (!isSame(p, points[points.length - 1]!)) points.push(p);
    isCurved ||= segment.kind !== 'line';
  }
  while (points.length > 1 && isSame(points[points.length - 1]!, points[0]!)) points.pop();
  return { points, isCurved };
}

function pointsAfter(from: Point, segment: PathSegment, tolerance: number): Point[] {
  switch (segment.kind) {
    case 'line':
      return [segment.to];
    case 'quadratic':
      return bezier([from, segment.control, segment.to], tolerance);
    case 'cubic':
      return bezier([from, segment.control1, segment.control2, segment.to], tolerance);
    case 'arc':
      return arc(from, segment, tolerance);
  }
}

/** A chord over 1/n of the parameter leaves the curve by at most |second derivative| / (8 n²). */
function bezier(control: readonly Point[], tolerance: number): Point[] {
  const degree = control.length - 1;
  let bend = 0;
  for (let k = 0; k + 2 <= degree; k += 1) {
    const [a, b, c] = [control[k]!, control[k + 1]!, control[k + 2]!];
    bend = Math.max(bend, Math.hypot(a[0] - 2 * b[0] + c[0], a[1] - 2 * b[1] + c[1]));
  }
  const count = chords(Math.sqrt((degree * (degree - 1) * bend) / (8 * tolerance)));
  const out: Point[] = [];
  for (let k = 1; k < count; k += 1) out.push(bezierAt(control, k / count));
  out.push(control[degree]!);
  return out;
}

function bezierAt(control: readonly Point[], t: number): Point {
  const s = 1 - t;
  const weights =
    control.length === 3 ? [s * s, 2 * s * t, t * t] : [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
  let x = 0;
  let y = 0;
  for (let k = 0; k < control.length; k += 1) {
    x += weights[k]! * control[k]![0];
    y += weights[k]! * control[k]![1];
  }
  return [x, y];
}

/** @see SVG 1.1, appendix F.6: centre from end points, and radii that are too small grow until they reach */
function arc(from: Point, segment: Extract<PathSegment, { kind: 'arc' }>, tolerance: number): Point[] {
  const { to, tilt, isLarge, isPositive } = segment;
  if (isSame(from, to) || segment.rx === 0 || segment.ry === 0) return [to];
  const cos = Math.cos((tilt * Math.PI) / 180);
  const sin = Math.sin((tilt * Math.PI) / 180);
  const dx = (from[0] - to[0]) / 2;
  const dy = (from[1] - to[1]) / 2;
  let ux = (cos * dx + sin * dy) / segment.rx;
  let uy = (cos * dy - sin * dx) / segment.ry;
  const grow = Math.max(1, Math.hypot(ux, uy));
  const rx = segment.rx * grow;
  const ry = segment.ry * grow;
  ux /= grow;
  uy /= grow;
  const length = Math.hypot(ux, uy);
  const reach = Math.sqrt(Math.max(0, 1 - length * length)) / length;
  const side = isLarge === isPositive ? 1 : -1;
  const cx = -side * reach * uy;
  const cy = side * reach * ux;
  const begin = Math.atan2(uy - cy, ux - cx);
  let swing = Math.atan2(-uy - cy, -ux - cx) - begin;
  if (isPositive && swing < 0) swing += 2 * Math.PI;
  if (!isPositive && swing > 0) swing -= 2 * Math.PI;
  const count = chords(Math.abs(swing) * Math.sqrt(Math.max(rx, ry) / (8 * tolerance)));
  const midX = (from[0] + to[0]) / 2;
  const midY = (from[1] + to[1]) / 2;
  const out: Point[] = [];
  for (let k = 1; k < count; k += 1) {
    const angle = begin + (swing * k) / count;
    const ex = rx * (cx + Math.cos(angle));
    const ey = ry * (cy + Math.sin(angle));
    out.push([midX + cos * ex - sin * ey, midY + sin * ex + cos * ey]);
  }
  out.push(to);
  return out;
}

/** Not a number where coordinates overflow: refused too. */
function chords(wanted: number): number {
  if (wanted <= MOST_CHORDS) return Math.max(1, Math.ceil(wanted));
  const found = Number.isFinite(wanted) ? `a curve of ${Math.ceil(wanted)} chords` : 'a curve without end';
  throw new KerfError(
    'GEOMETRY_PATH_REFUSED',
    `path data: found ${found}, expected ${MOST_CHORDS} at most: look for a slipped number, or another unit than mm.`,
  );
}

function isSame(a: Point, b: Point): boolean {
  return a[0] === b[0] && a[1] === b[1];
}
