import type { FlatRing } from '#domain/ring.ts';
import { NearPoints } from './near-points.ts';
import { ringBounds } from './ring-bounds.ts';
import { ringPerimeter } from './ring-perimeter.ts';
import { transformPoint, transformRing, poseOf, type Pose } from './transform-ring.ts';

/** How a sheet lies now against how it lay: turned about the frame's origin (degrees, counter-clockwise), then shifted. */
export interface SheetMove {
  readonly x: number;
  readonly y: number;
  readonly rotation: number;
}

export interface Alignment {
  readonly move: SheetMove;
  /** The largest way that a point of the rim went, mm. */
  readonly farthest: number;
  /** Root mean square of what is left between the rims where they match, mm. */
  readonly residual: number;
  /** Share of the earlier rim that lies within `MATCH` of the later one. */
  readonly share: number;
}

export interface AlignQuestion {
  /** Outline first, then whatever else may have an edge now: holes, cuts. mm. */
  readonly before: readonly FlatRing[];
  readonly after: readonly FlatRing[];
  /** Whether an edge at this point is the sheet's own, and not where the picture ends; default: everywhere. */
  readonly isRim?: (x: number, y: number) => boolean;
}

/** Rims nearer than this match, mm: more than outlines differ that two looks find, less than a piece's width. */
export const MATCH = 4;
/** What is sought: a slip, not a sheet laid anew. */
export const MOST_SHIFT = 80;
export const MOST_TURN = 8;
/** Rims that match over less than this share are not one sheet's, or nobody can tell. */
const LEAST_SHARE = 0.6;
/** Less rim than this says nothing, mm. */
const LEAST_RIM = 300;
const STARTS = [0, -3, 3, -6, 6] as const;
const COARSE_POINTS = 250;
const FINE_POINTS = 1500;
/** Distance of the points that stand for the later rim, mm. */
const STEP = 2;
/** Of each unit of turn or shift so much has to show at the rim: below, a disc could lie turned in any way. */
const LEAST_HOLD = 0.01;

export type AlignAnswer = Alignment | { readonly refused: 'no rim' | 'no match' | 'turns freely' | 'too far' };

/** Finds the rigid motion that brings an earlier look's rim onto a later one's: iterated closest points to tangents, from
 *  several turns, points without a partner left out, so that cuts that opened in between do not pull. Finds slips up
 *  to `MOST_SHIFT` and `MOST_TURN`; some 50 ms. */
export function alignOutlines({ before, after, isRim = () => true }: AlignQuestion): AlignAnswer {
  const [outline, ...rest] = before;
  if (!outline) return { refused: 'no rim' };
  const rim = pointsAlong([outline], FINE_POINTS, isRim);
  const seen = new NearPoints(
    after.flatMap((ring) => spaced(ring, STEP)).filter(({ x, y }) => isRim(x, y)),
    STEP * 4,
  );
  const isEnough = rim.length * stepOf([outline], FINE_POINTS) >= LEAST_RIM && seen.count * STEP >= LEAST_RIM;
  if (!isEnough) return { refused: 'no rim' };
  const box = ringBounds(outline);
  const middle = { x: (box.minX + box.maxX) / 2, y: (box.minY + box.maxY) / 2 };
  const all = [...rim, ...pointsAlong(rest, FINE_POINTS, isRim)];
  const coarse = all.filter((_, k) => k % Math.ceil(all.length / COARSE_POINTS) === 0);
  const found = STARTS.map((degrees) => follow(turnedAbout(middle, degrees), coarse, seen, MOST_SHIFT * 1.25, middle));
  const best = found.reduce((a, b) => (judge(b.pose, coarse, seen).score > judge(a.pose, coarse, seen).score ? b : a));
  const last = follow(best.pose, all, seen, MATCH * 2, middle);
  const { share, residual } = judge(last.pose, rim, seen);
  if (share < LEAST_SHARE) return { refused: 'no match' };
  if (last.hold < LEAST_HOLD) return { refused: 'turns freely' };
  const rotation = (Math.atan2(last.pose.b, last.pose.a) * 180) / Math.PI;
  const moved = transformRing(outline, last.pose);
  let farthest = 0;
  for (let i = 0; i + 1 < moved.length; i += 2)
    farthest = Math.max(farthest, Math.hypot(moved[i]! - outline[i]!, moved[i + 1]! - outline[i + 1]!));
  const mid = transformPoint([middle.x, middle.y], last.pose);
  if (Math.abs(rotation) > MOST_TURN || Math.hypot(mid[0] - middle.x, mid[1] - middle.y) > MOST_SHIFT)
    return { refused: 'too far' };
  return { move: { x: last.pose.x, y: last.pose.y, rotation }, farthest, residual, share };
}

interface Spot {
  readonly x: number;
  readonly y: number;
  /** Across the edge, of length 1. */
  readonly nx: number;
  readonly ny: number;
}

function stepOf(rings: readonly FlatRing[], most: number): number {
  return Math.max(STEP, rings.reduce((sum, ring) => sum + ringPerimeter(ring), 0) / most);
}

function pointsAlong(rings: readonly FlatRing[], most: number, isRim: (x: number, y: number) => boolean): Spot[] {
  const step = stepOf(rings, most);
  return rings.flatMap((ring) => spaced(ring, step)).filter(({ x, y }) => isRim(x, y));
}

/** Points along a ring, about `step` apart, none at a corner. */
function spaced(ring: FlatRing, step: number): Spot[] {
  const spots: Spot[] = [];
  for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
    const [ax, ay] = [ring[j]!, ring[j + 1]!];
    const [dx, dy] = [ring[i]! - ax, ring[i + 1]! - ay];
    const length = Math.hypot(dx, dy);
    if (length === 0) continue;
    const count = Math.max(1, Math.round(length / step));
    for (let k = 0; k < count; k += 1) {
      const t = (k + 0.5) / count;
      spots.push({ x: ax + t * dx, y: ay + t * dy, nx: dy / length, ny: -dx / length });
    }
  }
  return spots;
}

function turnedAbout({ x, y }: { readonly x: number; readonly y: number }, degrees: number): Pose {
  const pose = poseOf({ x: 0, y: 0, rotation: degrees, mirrored: false });
  const [mx, my] = transformPoint([x, y], pose);
  return { ...pose, x: x - mx, y: y - my };
}

const MOST_ROUNDS = 40;

/** Draws the points onto the edges that lie nearest, the gate closing as they come near.
 *  @returns the motion, and how firmly edges hold it: the least eigenvalue of a point's share in the normal equations */
function follow(
  start: Pose,
  spots: readonly Spot[],
  seen: NearPoints<Spot>,
  gate: number,
  middle: { readonly x: number; readonly y: number },
): { readonly pose: Pose; readonly hold: number } {
  let pose = start;
  let reach = gate;
  let hold = 0;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    // Unknowns: turn about the middle (in mm at `arm` from it), shift.
    const h = new Float64Array(9);
    const g = new Float64Array(3);
    const gaps: number[] = [];
    const [cx, cy] = transformPoint([middle.x, middle.y], pose);
    const arm = spots.reduce((sum, s) => sum + Math.hypot(s.x - middle.x, s.y - middle.y), 0) / spots.length;
    for (const spot of spots) {
      const [x, y] = transformPoint([spot.x, spot.y], pose);
      const near = seen.nearest(x, y, reach);
      if (!near) continue;
      // Edges that run across each other are no partners.
      const nx = pose.a * spot.nx + pose.c * spot.ny;
      const ny = pose.b * spot.nx + pose.d * spot.ny;
      if (Math.abs(nx * near.nx + ny * near.ny) < 0.6) continue;
      const gap = (near.x - x) * near.nx + (near.y - y) * near.ny;
      gaps.push(Math.hypot(near.x - x, near.y - y));
      const row = [((x - cx) * near.ny - (y - cy) * near.nx) / arm, near.nx, near.ny];
      for (let i = 0; i < 3; i += 1) {
        g[i]! += row[i]! * gap;
        for (let j = 0; j < 3; j += 1) h[3 * i + j]! += row[i]! * row[j]!;
      }
    }
    if (gaps.length < 8) return { pose, hold: 0 };
    hold = leastEigenvalue(h) / gaps.length;
    const step = solve3(h, g, 1e-3 * gaps.length);
    const [turn, sx, sy] = [step[0] / arm, step[1], step[2]];
    pose = moved(pose, { x: cx, y: cy }, turn, sx, sy);
    gaps.sort((a, b) => a - b);
    const typical = gaps[Math.floor(gaps.length * 0.6)]!;
    const next = Math.max(MATCH, Math.min(reach, 3 * typical));
    if (Math.abs(step[0]) + Math.abs(sx) + Math.abs(sy) < 1e-3 && next > reach * 0.95) break;
    reach = next;
  }
  return { pose, hold };
}

/** The motion followed by a turn about a point and a shift. */
function moved(
  pose: Pose,
  about: { readonly x: number; readonly y: number },
  turn: number,
  sx: number,
  sy: number,
): Pose {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [dx, dy] = [pose.x - about.x, pose.y - about.y];
  return {
    a: cos * pose.a - sin * pose.b,
    b: sin * pose.a + cos * pose.b,
    c: cos * pose.c - sin * pose.d,
    d: sin * pose.c + cos * pose.d,
    x: about.x + cos * dx - sin * dy + sx,
    y: about.y + sin * dx + cos * dy + sy,
  };
}

function judge(
  pose: Pose,
  rim: readonly Spot[],
  seen: NearPoints<Spot>,
): { share: number; residual: number; score: number } {
  let count = 0;
  let square = 0;
  for (const spot of rim) {
    const [x, y] = transformPoint([spot.x, spot.y], pose);
    const near = seen.nearest(x, y, MATCH + STEP);
    const gap = near ? Math.abs((near.x - x) * near.nx + (near.y - y) * near.ny) : Infinity;
    if (gap > MATCH) continue;
    count += 1;
    square += gap * gap;
  }
  const share = count / rim.length;
  const residual = count === 0 ? 0 : Math.sqrt(square / count);
  return { share, residual, score: share - residual / (10 * MATCH) };
}

/** Of a symmetric 3 x 3 matrix, by its characteristic polynomial. */
function leastEigenvalue(m: Float64Array): number {
  const [a, b, c, d, e, f] = [m[0]!, m[4]!, m[8]!, m[1]!, m[5]!, m[2]!];
  const q = (a + b + c) / 3;
  const p2 = (a - q) ** 2 + (b - q) ** 2 + (c - q) ** 2 + 2 * (d * d + e * e + f * f);
  if (p2 === 0) return q;
  const p = Math.sqrt(p2 / 6);
  const [A, B, C, D, E, F] = [(a - q) / p, (b - q) / p, (c - q) / p, d / p, e / p, f / p];
  const r = (A * (B * C - E * E) - D * (D * C - E * F) + F * (D * E - B * F)) / 2;
  const angle = Math.acos(Math.max(-1, Math.min(1, r))) / 3;
  return q + 2 * p * Math.cos(angle + (2 * Math.PI) / 3);
}

/** (h + ridge) x = g, by Cramer: the ridge keeps a direction that nothing holds where it is. */
function solve3(h: Float64Array, g: Float64Array, ridge: number): [number, number, number] {
  const m = Array.from(h, (v, i) => (i % 4 === 0 ? v + ridge : v));
  const det = (k: number[]) =>
    k[0]! * (k[4]! * k[8]! - k[5]! * k[7]!) -
    k[1]! * (k[3]! * k[8]! - k[5]! * k[6]!) +
    k[2]! * (k[3]! * k[7]! - k[4]! * k[6]!);
  const whole = det(m);
  const column = (c: number) => det(m.map((v, i) => (i % 3 === c ? g[(i - c) / 3]! : v))) / whole;
  return [column(0), column(1), column(2)];
}
