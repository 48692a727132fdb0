import { KerfError } from '#domain/kerf-error.ts';
import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from './parse-path.ts';

export interface BSpline {
  readonly degree: number;
  /** As many as control points, degree and one together; none decreases. */
  readonly knots: readonly number[];
  readonly control: readonly Point[];
  /** One a control point, above 0; none where all count the same. */
  readonly weights: readonly number[];
}

/** How far chords may leave a curve that Béziers of a path cannot say, mm: below what marks and holes are followed to. */
const TOLERANCE = 0.005;
/** Halvings of one span at most. */
const MOST_HALVINGS = 10;
const HIGHEST_DEGREE = 11;

/** A B-spline in mm as a path: exactly, in its Béziers, up to degree 3 and without weights; else in chords within 0.005 mm.
 *  Open, also where its ends meet.
 *  @throws KerfError GEOMETRY_PATH_REFUSED
 *  @see Ramshaw 1987, "Blossoming: a connect-the-dots approach to splines" */
export function splineFigure({ degree, knots, control, weights }: BSpline): PathFigure {
  const count = control.length;
  const isRational = weights.some((weight) => weight !== weights[0]);
  const isSound =
    Number.isInteger(degree) &&
    degree >= 1 &&
    degree <= HIGHEST_DEGREE &&
    count > degree &&
    knots.length === count + degree + 1 &&
    knots.every((knot, k) => k === 0 || knot >= knots[k - 1]!) &&
    (weights.length === 0 || (weights.length === count && weights.every((weight) => weight > 0)));
  if (!isSound)
    refuse(
      `degree ${degree}, ${count} control points, ${knots.length} knots and ${weights.length} weights`,
      'a B-spline: knots in order, as many as control points, degree and one',
    );
  const points = control.map(([x, y], k): readonly number[] =>
    isRational ? [x * weights[k]!, y * weights[k]!, weights[k]!] : [x, y, 1],
  );
  /** The polar form of the span from knot `i`. */
  const blossom = (i: number, at: (round: number) => number): Point => {
    const d = points.slice(i - degree, i + 1);
    for (let round = 1; round <= degree; round += 1)
      for (let j = degree; j >= round; j -= 1) {
        const [low, high] = [knots[j + i - degree]!, knots[j + 1 + i - round]!];
        const share = (at(round) - low) / (high - low);
        d[j] = d[j]!.map((v, axis) => (1 - share) * d[j - 1]![axis]! + share * v);
      }
    const [x, y, w] = d[degree]! as [number, number, number];
    return [x / w, y / w];
  };
  const segments: PathSegment[] = [];
  let start: Point | null = null;
  for (let i = degree; i < count; i += 1) {
    const [from, to] = [knots[i]!, knots[i + 1]!];
    if (from === to) continue;
    const bezier = (k: number) => blossom(i, (round) => (round > degree - k ? to : from));
    const along = (t: number) => blossom(i, () => t);
    start ??= along(from);
    if (isRational || degree > 3) segments.push(...chordsOf(along, from, to));
    else if (degree === 1) segments.push({ kind: 'line', to: bezier(1) });
    else if (degree === 2) segments.push({ kind: 'quadratic', control: bezier(1), to: bezier(2) });
    else segments.push({ kind: 'cubic', control1: bezier(1), control2: bezier(2), to: bezier(3) });
  }
  if (start === null) return refuse('a spline without length', 'knots that differ');
  return { start, segments, isClosed: false };
}

function chordsOf(along: (t: number) => Point, from: number, to: number): PathSegment[] {
  const chords: PathSegment[] = [];
  const follow = (a: number, p: Point, b: number, q: Point, halvings: number): void => {
    const strays = [0.25, 0.5, 0.75].some((share) => {
      const [x, y] = along(a + share * (b - a));
      return distance([x, y], p, q) > TOLERANCE;
    });
    // The first halvings come unasked: an S crosses its chord where it would be asked.
    if (halvings > 2 && (!strays || halvings === MOST_HALVINGS)) {
      chords.push({ kind: 'line', to: q });
      return;
    }
    const middle = (a + b) / 2;
    const m = along(middle);
    follow(a, p, middle, m, halvings + 1);
    follow(middle, m, b, q, halvings + 1);
  };
  follow(from, along(from), to, along(to), 0);
  return chords;
}

function distance([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (y - ay) - (x - ax) * (by - ay)) / length;
}

function refuse(found: string, expected: string): never {
  throw new KerfError('GEOMETRY_PATH_REFUSED', `spline: found ${found}, expected ${expected}.`);
}
