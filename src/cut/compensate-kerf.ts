import ClipperLib from 'clipper-lib';
import type { IntPoint, Paths } from 'clipper-lib';
import { KerfError } from '#domain/kerf-error.ts';
import { pointsOf, type FlatRing } from '#domain/ring.ts';
import { NearPoints } from '#geometry/near-points.ts';
import { ringArea } from '#geometry/ring-area.ts';
import { ringDistance } from '#geometry/ring-distance.ts';

/** Clipper works on integers: ten-thousandths of a mm. */
const UNITS_PER_MM = 10_000;
/** How far round corners may leave their arc, mm. */
const ARC_TOLERANCE = 0.002;
/** What of a ring may be lost beyond what a corner has to lose to a round beam, mm: less is not seen on leather. */
const LEAST_LOSS = 0.05;
/** The same in kerfs: a square corner loses .21 of one, jags of a scanned outline no more than .3. */
const LEAST_SHARE = 0.3;
/** Sides at a smaller angle than this are those of a slot; at a larger one a corner that no beam reaches into, degrees. */
const SHARPEST_CORNER = 10;
/** How far from a place along the ring its two sides are looked for, in half kerfs: the lost end of a corner of 10 degrees
 *  is 11.4 deep, a rounded tip hides them nearer by. */
const SIDE_REACHES = [2, 4, 6, 8, 12];

/** The way of a beam or jet that takes away `kerfWidth`: half of it outside an outline, half of it inside a hole, so that
 *  what stays has the drawn size. Outer corners become round, as the beam leaves them. `ring` counter-clockwise for an
 *  outline, clockwise for a hole, and so is the answer. `piece` is named in errors.
 *  @throws KerfError CUT_KERF_TOO_WIDE where a hole or a slot is narrower than the kerf */
export function compensateKerf(
  ring: FlatRing,
  kerfWidth: number,
  kind: 'inner' | 'outer',
  piece: string | null = null,
): FlatRing {
  if (kerfWidth === 0) return ring;
  const path = [];
  for (let i = 0; i < ring.length; i += 2) {
    path.push({ X: Math.round(ring[i]! * UNITS_PER_MM), Y: Math.round(ring[i + 1]! * UNITS_PER_MM) });
  }
  if (!ClipperLib.Clipper.Orientation(path)) path.reverse();
  const half = (kind === 'outer' ? 0.5 : -0.5) * kerfWidth;
  const out = offsetBy(path, half);
  const [first] = out;
  if (!first || out.length > 1) throw tooWide(kerfWidth, kind, piece, neckPlace(out));
  const lost = lostPlace(ring, offsetBy(first, -half), kerfWidth / 2);
  if (lost) throw tooWide(kerfWidth, kind, piece, lost);
  const flat = flatOf(first);
  if (kind === 'outer') return flat;
  const turned = new Float64Array(flat.length);
  for (let i = 0; i < flat.length; i += 2) turned.set(flat.subarray(flat.length - 2 - i, flat.length - i), i);
  return turned;
}

function offsetBy(path: IntPoint[], distance: number): Paths {
  const offsetter = new ClipperLib.ClipperOffset(2, ARC_TOLERANCE * UNITS_PER_MM);
  offsetter.AddPath(path, ClipperLib.JoinType.jtRound, ClipperLib.EndType.etClosedPolygon);
  const out: Paths = [];
  offsetter.Execute(out, distance * UNITS_PER_MM);
  return out;
}

function flatOf(path: readonly IntPoint[]): FlatRing {
  return Float64Array.from(path.flatMap(({ X, Y }) => [X / UNITS_PER_MM, Y / UNITS_PER_MM]));
}

interface Lost {
  readonly at: readonly [number, number];
  /** Null where the beam does not come through a neck. */
  readonly depth: number | null;
}

/** A place beside the neck that cuts a ring apart; null where nothing is left of it. */
function neckPlace(parts: Paths): Lost | null {
  const bySize = parts.map(flatOf).sort((a, b) => Math.abs(ringArea(a)) - Math.abs(ringArea(b)));
  const [smallest] = bySize;
  return smallest && bySize.length > 1 ? { at: [smallest[0]!, smallest[1]!], depth: null } : null;
}

/** The corner of a ring that lies deepest in what the beam cannot follow: `kept` is what it leaves of the ring. Null where
 *  nothing is lost but what every corner loses to a round beam. */
function lostPlace(ring: FlatRing, kept: Paths, half: number): Lost | null {
  const rings = kept.map(flatOf);
  const corners = rings.flatMap((one) => pointsOf(one).map(([x, y]) => ({ x, y })));
  const near = new NearPoints(corners, LEAST_LOSS);
  const least = Math.max(LEAST_LOSS, LEAST_SHARE * 2 * half);
  let worst: (Lost & { readonly depth: number }) | null = null;
  for (let i = 0; i < ring.length; i += 2) {
    const at = [ring[i]!, ring[i + 1]!] as const;
    // Most corners come back where they were: the line is not looked at all round for each of them.
    if (near.nearest(...at, LEAST_LOSS)) continue;
    const depth = Math.min(...rings.map((one) => ringDistance(one, ...at)));
    if (depth <= least || depth <= (worst?.depth ?? 0)) continue;
    const inCorner = Math.max(...SIDE_REACHES.map((reach) => lossInCorner(ring, i, reach * half) * half));
    if (depth > 1.1 * inCorner + least) worst = { at, depth };
  }
  return worst;
}

/** How far from its tip a beam of radius 1 comes to stand in a corner with the sides that lie `reach` before and behind a
 *  place of the ring; none in a slot. */
function lossInCorner(ring: FlatRing, i: number, reach: number): number {
  const [bx, by] = sideAfter(ring, i, reach, -2);
  const [fx, fy] = sideAfter(ring, i, reach, 2);
  const angle = Math.acos(Math.min(1, Math.max(-1, bx * fx + by * fy)));
  return angle * (180 / Math.PI) < SHARPEST_CORNER ? 0 : 1 / Math.sin(angle / 2) - 1;
}

/** Direction of the side that is reached from corner i after `reach` along the ring, one way (2) or the other (-2). */
function sideAfter(ring: FlatRing, i: number, reach: number, step: 2 | -2): readonly [number, number] {
  const n = ring.length;
  let left = reach;
  let from = i;
  for (let k = 0; ; k += 2) {
    const to = (from + step + n) % n;
    const [dx, dy] = [ring[to]! - ring[from]!, ring[to + 1]! - ring[from + 1]!];
    const length = Math.hypot(dx, dy);
    if (length >= left || k >= n) return [dx / (length || 1), dy / (length || 1)];
    left -= length;
    from = to;
  }
}

function tooWide(kerfWidth: number, kind: 'inner' | 'outer', piece: string | null, lost: Lost | null): KerfError {
  const whose = piece === null ? '' : `piece "${piece}": `;
  const what = kind === 'outer' ? 'an outline with a slot' : lost ? 'a hole with a slot' : 'a hole';
  const at = lost ? ` at (${lost.at.map((v) => v.toFixed(2)).join(', ')})` : '';
  const deep = lost && lost.depth !== null ? `, ${lost.depth.toFixed(2)} mm deep` : '';
  return new KerfError(
    'CUT_KERF_TOO_WIDE',
    `${whose}found ${what} narrower than the kerf${at}${deep}, expected at least ${kerfWidth} mm.`,
    { details: { kerfWidth, kind, piece, ...(lost && { x: lost.at[0], y: lost.at[1], depth: lost.depth }) } },
  );
}
