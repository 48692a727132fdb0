import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from './parse-path.ts';
import { mapFigure } from './transform-figure.ts';

/** SVG path data of a figure, to the nanometre: the inverse of `parsePath`. */
export function formatPath({ start, segments, isClosed }: PathFigure): string {
  const parts = [`M ${text(start)}`, ...segments.map(segmentText)];
  return [...parts, ...(isClosed ? ['Z'] : [])].join(' ');
}

/** The figure moved, scaled by `scale` (one number for both axes) and, with `isFlipped`, turned upside down first (y to
 *  -y), which changes the sense of arcs. */
export function moveFigure(
  figure: PathFigure,
  {
    scale,
    isFlipped,
    x,
    y,
  }: { readonly scale: number; readonly isFlipped: boolean; readonly x: number; readonly y: number },
): PathFigure {
  const up = isFlipped ? -1 : 1;
  const move = (p: Point): Point => [p[0] * scale + x, up * p[1] * scale + y];
  return mapFigure(figure, move, ({ rx, ry, tilt, isPositive }) => ({
    ...{ rx: rx * scale, ry: ry * scale, tilt: up * tilt },
    isPositive: isPositive !== isFlipped,
  }));
}

function segmentText(segment: PathSegment): string {
  switch (segment.kind) {
    case 'line':
      return `L ${text(segment.to)}`;
    case 'quadratic':
      return `Q ${text(segment.control)} ${text(segment.to)}`;
    case 'cubic':
      return `C ${text(segment.control1)} ${text(segment.control2)} ${text(segment.to)}`;
    case 'arc': {
      const { rx, ry, tilt, isLarge, isPositive, to } = segment;
      return `A ${text([rx, ry])} ${number(tilt)} ${isLarge ? 1 : 0} ${isPositive ? 1 : 0} ${text(to)}`;
    }
  }
}

function text([x, y]: Point): string {
  return `${number(x)} ${number(y)}`;
}

function number(v: number): string {
  return String(Math.round(v * 1e6) / 1e6 + 0);
}
