import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from './parse-path.ts';

/** x' = a x + c y + e and y' = b x + d y + f, in the order of SVG's matrix(a b c d e f). */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const UNMOVED: Affine = [1, 0, 0, 1, 0, 0];

/** The inner one first. */
export function composeAffine(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [p, q, r, s, t, u] = inner;
  return [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f];
}

export function transformPoint([a, b, c, d, e, f]: Affine, [x, y]: Point): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

/** The figure as any affine map shows it, also mirrored or skewed: arcs stay arcs, of the ellipse that they become.
 *  The map must not be flat (a d = b c). */
export function transformFigure(figure: PathFigure, map: Affine): PathFigure {
  const isMirror = map[0] * map[3] - map[1] * map[2] < 0;
  return mapFigure(
    figure,
    (point) => transformPoint(map, point),
    (arc) => ({ ...ellipseUnder(arc, map), isPositive: arc.isPositive !== isMirror }),
  );
}

/** The figure with each of its points moved; `turned` gives what an arc's ellipse becomes. */
export function mapFigure(
  figure: PathFigure,
  move: (point: Point) => Point,
  turned: (arc: Arc) => Pick<Arc, 'rx' | 'ry' | 'tilt' | 'isPositive'>,
): PathFigure {
  const segments = figure.segments.map((segment): PathSegment => {
    switch (segment.kind) {
      case 'line':
        return { ...segment, to: move(segment.to) };
      case 'quadratic':
        return { ...segment, control: move(segment.control), to: move(segment.to) };
      case 'cubic':
        return { ...segment, control1: move(segment.control1), control2: move(segment.control2), to: move(segment.to) };
      case 'arc':
        return { ...segment, ...turned(segment), to: move(segment.to) };
    }
  });
  return { ...figure, start: move(figure.start), segments };
}

type Arc = Extract<PathSegment, { kind: 'arc' }>;

interface Ellipse {
  readonly rx: number;
  readonly ry: number;
  readonly tilt: number;
}

/** How far a matrix may be from a turn with one scale, as a share of it: sines and cosines are rounded. */
const ROUNDING = 1e-12;

/** Of [[p, q], [r, s]], which takes the unit circle to the ellipse, radii and axis are its singular values and the first
 *  left vector. @see Blinn 1996, "Consider the lowly 2 x 2 matrix" */
function ellipseUnder({ rx, ry, tilt }: Ellipse, [a, b, c, d]: Affine): Ellipse {
  const scale = Math.hypot(a, b);
  const isEven = (sign: number) => Math.hypot(a - sign * d, b + sign * c) <= ROUNDING * scale;
  // Circles stay without a tilt that says nothing.
  if (rx === ry && (isEven(1) || isEven(-1))) return { rx: rx * scale, ry: rx * scale, tilt: 0 };
  const radians = (tilt * Math.PI) / 180;
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)];
  const [p, q] = [(a * cos + c * sin) * rx, (c * cos - a * sin) * ry];
  const [r, s] = [(b * cos + d * sin) * rx, (d * cos - b * sin) * ry];
  const [even, odd] = [Math.hypot(p + s, r - q) / 2, Math.hypot(p - s, r + q) / 2];
  const turn = (Math.atan2(r - q, p + s) + Math.atan2(r + q, p - s)) / 2;
  return { rx: even + odd, ry: Math.abs(even - odd), tilt: (turn * 180) / Math.PI };
}
