import type { Placement } from '#domain/nest-result.ts';
import type { FlatRing, Point } from '#domain/ring.ts';

/** What a placement does to points: x' = a x + c y + x, y' = b x + d y + y. */
export interface Pose {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly x: number;
  readonly y: number;
}

export type PlacementMove = Pick<Placement, 'x' | 'y' | 'rotation' | 'mirrored'>;

/** Mirror first (x to -x), then rotate counter-clockwise about the piece's own origin, then translate. Quarter turns are
 *  exact: sin 180° is 1.2e-16 in floating point, and a rectangle turned by it would no longer touch its neighbour. */
export function poseOf(move: PlacementMove): Pose {
  const [cos, sin] = cosSin(move.rotation);
  const flip = move.mirrored ? -1 : 1;
  return { a: flip * cos, b: flip * sin, c: -sin, d: cos, x: move.x, y: move.y };
}

/** The ring under a pose, a new array; a mirrored ring turns the other way. */
export function transformRing(ring: FlatRing, pose: Pose): Float64Array {
  const out = new Float64Array(ring.length);
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const x = ring[i]!;
    const y = ring[i + 1]!;
    out[i] = pose.a * x + pose.c * y + pose.x;
    out[i + 1] = pose.b * x + pose.d * y + pose.y;
  }
  return out;
}

export function transformPoint([x, y]: Point, pose: Pose): [number, number] {
  return [pose.a * x + pose.c * y + pose.x, pose.b * x + pose.d * y + pose.y];
}

/** The ring as a placement lays it. */
export function placeRing(ring: FlatRing, move: PlacementMove): Float64Array {
  return transformRing(ring, poseOf(move));
}

/** Mirrored about the y axis (x to -x), turning the same way round as before. */
export function mirrorRing(ring: FlatRing): Float64Array {
  const out = new Float64Array(ring.length);
  for (let i = 0; i < ring.length; i += 2) {
    const from = (ring.length - i) % ring.length;
    out[i] = -ring[from]!;
    out[i + 1] = ring[from + 1]!;
  }
  return out;
}

function cosSin(degrees: number): [number, number] {
  const turn = ((degrees % 360) + 360) % 360;
  if (turn === 0) return [1, 0];
  if (turn === 90) return [0, 1];
  if (turn === 180) return [-1, 0];
  if (turn === 270) return [0, -1];
  const radians = (turn * Math.PI) / 180;
  return [Math.cos(radians), Math.sin(radians)];
}
