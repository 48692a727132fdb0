/** A point in a file or message of ours: [x, y]. */
export type Point = readonly [number, number];

/** A ring as files hold it: an open list of points, in mm of the table frame unless its owner says otherwise. */
export type Ring = readonly Point[];

/** A ring as geometry works on it: flat `[x0, y0, x1, y1, …]`, open; outer rings counter-clockwise, holes clockwise
 *  once `orientRing` has seen them. In mm of the table where its owner says nothing else. */
export type FlatRing = Float64Array;

/** Flattens a file's ring. Length 2n for n points. */
export function flatRing(points: Ring): Float64Array {
  const flat = new Float64Array(points.length * 2);
  for (let i = 0; i < points.length; i += 1) {
    flat[2 * i] = points[i]![0];
    flat[2 * i + 1] = points[i]![1];
  }
  return flat;
}

/** The inverse of `flatRing`. */
export function pointsOf(flat: FlatRing): [number, number][] {
  const points: [number, number][] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) points.push([flat[i]!, flat[i + 1]!]);
  return points;
}

/** A region with holes, as files hold it. */
export interface Region {
  readonly outline: Ring;
  readonly holes: readonly Ring[];
}
