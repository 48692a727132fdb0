import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from '#geometry/parse-path.ts';
import type { DrawnContour } from './drawn-piece.ts';

/** How far ends may be apart that a CAD system means to be one, mm; more would join pieces that only lie close. */
const JOIN = 0.01;

/** Open contours of one layer whose ends meet become one, closed where its own ends meet. O(n²) in the open ones. */
export function chainFigures(contours: readonly DrawnContour[]): DrawnContour[] {
  const done = contours.filter(({ figure }) => figure.isClosed || figure.segments.length === 0);
  const open = contours.filter((contour) => !done.includes(contour));
  while (open.length > 0) {
    const first = open.shift()!;
    let { figure } = first;
    for (;;) {
      const next = open.findIndex(
        ({ figure: other, layer }) => layer === first.layer && joined(figure, other) !== null,
      );
      if (isRound(figure) || next < 0) break;
      figure = joined(figure, open[next]!.figure)!;
      open.splice(next, 1);
    }
    done.push({ ...first, figure: { ...figure, isClosed: isRound(figure) } });
  }
  return done;
}

function endOf({ start, segments }: PathFigure): Point {
  return segments.at(-1)?.to ?? start;
}

function doMeet(a: Point, b: Point): boolean {
  return Math.hypot(a[0] - b[0], a[1] - b[1]) <= JOIN;
}

/** A fillet shorter than the join meets itself too, but goes nowhere. */
function isRound(figure: PathFigure): boolean {
  const { start, segments } = figure;
  return doMeet(start, endOf(figure)) && segments.some((segment) => pointsOf(segment).some((p) => !doMeet(start, p)));
}

function pointsOf(segment: PathSegment): readonly Point[] {
  switch (segment.kind) {
    case 'line':
    case 'arc':
      return [segment.to];
    case 'quadratic':
      return [segment.control, segment.to];
    case 'cubic':
      return [segment.control1, segment.control2, segment.to];
  }
}

/** b after a, or before it, turned round where need be; null where no ends meet. */
function joined(a: PathFigure, b: PathFigure): PathFigure | null {
  const after = (p: PathFigure, q: PathFigure) => ({ ...p, segments: [...p.segments, ...q.segments] });
  if (doMeet(endOf(a), b.start)) return after(a, b);
  if (doMeet(endOf(a), endOf(b))) return after(a, backwards(b));
  if (doMeet(a.start, endOf(b))) return after(b, a);
  if (doMeet(a.start, b.start)) return after(backwards(b), a);
  return null;
}

function backwards({ start, segments, isClosed }: PathFigure): PathFigure {
  const turned = segments.map((segment, k): PathSegment => {
    const to = k === 0 ? start : segments[k - 1]!.to;
    switch (segment.kind) {
      case 'line':
      case 'quadratic':
        return { ...segment, to };
      case 'cubic':
        return { ...segment, control1: segment.control2, control2: segment.control1, to };
      case 'arc':
        return { ...segment, isPositive: !segment.isPositive, to };
    }
  });
  return { start: segments.at(-1)?.to ?? start, segments: turned.reverse(), isClosed };
}
