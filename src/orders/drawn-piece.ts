import { KerfError } from '#domain/kerf-error.ts';
import type { Piece } from '#domain/problem.ts';
import { flatRing } from '#domain/ring.ts';
import type { Ring } from '#domain/ring.ts';
import { flattenFigure } from '#geometry/flatten-path.ts';
import { formatPath } from '#geometry/format-path.ts';
import type { PathFigure } from '#geometry/parse-path.ts';
import { pointInRing, pointsInRing } from '#geometry/point-in-ring.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';

/** What a drawing beside a CSV order says of a piece. */
export type DrawnPiece = Pick<Piece, 'outline' | 'path' | 'holes' | 'zones' | 'marks'>;

/** One contour of a drawing in mm, y up. A single point has no segments. */
export interface DrawnContour {
  readonly figure: PathFigure;
  /** Layer (DXF) or group (SVG) it stands on. */
  readonly layer: string | null;
}

const MARK_LAYERS = { NOTCH: 'notch', DRILL: 'drill', DRAW: 'draw' } as const;
/** Finer than the 0.05 mm that outlines may be off, for holes and marks, which have no path of their own. */
const TOLERANCE = 0.02;

/** A piece from the contours of its drawing: the largest closed one is the outline (its curves kept), the closed ones in
 *  it are holes; what stands on a layer or group NOTCH, DRILL or DRAW is a mark. `leftOut` tells of what the drawing hides.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function pieceFromContours(contours: readonly DrawnContour[], where: string, leftOut = ''): DrawnPiece {
  const marks: NonNullable<Piece['marks']>[number][] = [];
  const shapes: { figure: PathFigure; points: Ring; size: number; isCurved: boolean }[] = [];
  for (const { figure, layer } of contours) {
    const name = layer?.toUpperCase() ?? '';
    const { points, isCurved } = asDrawing(where, () => flattenFigure(figure, TOLERANCE));
    if (name in MARK_LAYERS) {
      const kind = MARK_LAYERS[name as keyof typeof MARK_LAYERS];
      marks.push({
        kind,
        points: kind === 'drill' ? [middle(points)] : figure.isClosed ? [...points, points[0]!] : points,
      });
    } else if (!figure.isClosed) {
      const found = `an open line at (${points[0]!.map((v) => Number(v.toFixed(3))).join(', ')})${layer ? ` on "${layer}"` : ''}`;
      refuseDrawing(where, found, 'closed outlines, or lines on a layer NOTCH, DRILL or DRAW');
    } else shapes.push({ figure, points, size: Math.abs(ringArea(flatRing(points))), isCurved });
  }
  const [outline, ...rest] = shapes.sort((a, b) => b.size - a.size);
  if (!outline)
    return refuseDrawing(
      where,
      `no closed outline${leftOut === '' ? '' : ` (left out: ${leftOut})`}`,
      'the outline of one piece',
    );
  const ring = flatRing(outline.points);
  for (const { points } of rest) {
    const [x, y] = points[0]!;
    if (pointInRing(ring, x, y) !== 'outside') continue;
    refuseDrawing(where, `a second outline at ${spot(x, y)}`, 'one piece a file');
  }
  refuseNested([outline, ...rest], where);
  return {
    ...(outline.isCurved ? { path: formatPath(outline.figure) } : { outline: outline.points }),
    ...(rest.length > 0 ? { holes: rest.map(({ points }) => points) } : {}),
    ...(marks.length > 0 ? { marks } : {}),
  };
}

/** How much of the outline a contour in it may take: more is the outline drawn twice. */
const LARGEST_SHARE = 0.999;

/** Lines drawn twice would be a piece without leather, and what lies in a hole is another piece.
 *  `shapes` from large to small; the first is the outline. */
function refuseNested(shapes: readonly { readonly points: Ring; readonly size: number }[], where: string): void {
  const all = shapes.map(({ points, size }) => ({ ring: flatRing(points), size, ...ringBounds(flatRing(points)) }));
  for (let k = 1; k < all.length; k += 1) {
    const hole = all[k]!;
    const [x, y] = [hole.ring[0]!, hole.ring[1]!];
    if (hole.size > LARGEST_SHARE * all[0]!.size)
      refuseDrawing(where, `the outline twice, again at ${spot(x, y)}`, 'each line once');
    for (let l = 1; l < k; l += 1) {
      const larger = all[l]!;
      // By their boxes first: a perforated piece has thousands.
      if (hole.minX < larger.minX || hole.maxX > larger.maxX || hole.minY < larger.minY || hole.maxY > larger.maxY)
        continue;
      if (pointsInRing(larger.ring, hole.ring).includes('outside')) continue;
      refuseDrawing(where, `a contour at ${spot(x, y)} in a hole, or drawn twice`, 'one piece a file, each line once');
    }
  }
}

function spot(x: number, y: number): string {
  return `(${Number(x.toFixed(3))}, ${Number(y.toFixed(3))})`;
}

/** What a path is refused for, said of the drawing. */
export function asDrawing<T>(where: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof KerfError)) throw error;
    throw new KerfError('ORDERS_DRAWING_REFUSED', `${where}: ${error.message}`, { cause: error, details: { where } });
  }
}

export function refuseDrawing(where: string, found: string, expected: string): never {
  throw new KerfError('ORDERS_DRAWING_REFUSED', `${where}: found ${found}, expected ${expected}.`, {
    details: { where },
  });
}

/** A drill is drawn as a point or as a circle round it. */
function middle(points: Ring): readonly [number, number] {
  const sum = points.reduce<[number, number]>(([x, y], p) => [x + p[0], y + p[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}
