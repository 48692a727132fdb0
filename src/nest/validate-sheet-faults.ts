import type { Paths } from 'clipper-lib';
import { centreOf, toPaths, without } from './validate-area.ts';
import { edgeDistance, sidesOf } from './validate-distance.ts';
import type { Sides } from './validate-distance.ts';
import { common, offset, outsideOf, placed, sizeOf } from './validate-placed.ts';
import type { Grid, PlacedPiece } from './validate-placed.ts';
import type { Area, JudgedPiece, JudgedSheet } from './validate-problem.ts';

/** Degrees that a rotation may differ from an allowed one. */
export const ANGLE_SLACK = 0.01;

/** What is asked of every placement on one sheet; made once a layout. */
export interface SheetGround {
  readonly sheet: JudgedSheet;
  readonly grid: Grid;
  /** The outline grown by the tolerance. */
  readonly roomy: Paths;
  readonly outlineSides: Sides;
  readonly holeSides: readonly Sides[];
  /** Holes, zones and what is left, lowest quality each: a piece's stricter part may not lie on them. */
  readonly grounds: readonly { readonly quality: number; readonly paths: Paths }[];
}

export function groundOf(sheet: JudgedSheet, grid: Grid): SheetGround {
  const { frame, toleranceUnits } = grid;
  const covered = [...sheet.holes, ...sheet.zones.map((zone) => zone.area)];
  const rest = sheet.base === null ? [] : [{ quality: sheet.base, area: without(sheet.outline, covered) }];
  const grounds = [...sheet.holes.map((area) => ({ quality: 0, area })), ...sheet.zones, ...rest];
  return {
    sheet,
    grid,
    outlineSides: sidesOf(sheet.outline),
    holeSides: sheet.holes.map(sidesOf),
    roomy: offset(toPaths(sheet.outline, frame), toleranceUnits),
    grounds: grounds.map(({ quality, area }) => ({ quality, paths: toPaths(area, frame) })),
  };
}

/** The angle between two directions, where `full` degrees are the same one again. */
export function turnBetween(a: number, b: number, full = 360): number {
  const off = (((a - b) % full) + full) % full;
  return Math.min(off, full - off);
}

export function freedomFaults({ placement }: PlacedPiece, piece: JudgedPiece): string[] {
  const { rotation, mirrored } = placement;
  const faults: string[] = [];
  const isAllowed =
    piece.rotations === null ||
    piece.rotations.some(({ angle, tolerance }) => turnBetween(rotation, angle) - tolerance <= ANGLE_SLACK);
  if (!isAllowed) faults.push(`rotation ${rotation} not allowed`);
  if (mirrored && !piece.canMirror) faults.push('mirrored, not allowed');
  return faults;
}

/** Outside the outline, or nearer to it than the margin. */
export function edgeFaults(there: PlacedPiece, piece: JudgedPiece, ground: SheetGround): string[] {
  const { sheet, grid, roomy } = ground;
  const faults: string[] = [];
  const sure = offset(there.paths, -piece.slack / grid.frame.step);
  const out = sizeOf(outsideOf(sure, roomy), grid);
  if (out > 0) faults.push(`outside the material (area ${digits(out, 4)})`);
  if (sheet.margin > 0) {
    const least = sheet.margin - grid.tolerance - piece.slack;
    const distance = edgeDistance(there.sides, ground.outlineSides, sheet.margin);
    if (distance < least) faults.push(`${digits(distance, 6)} from the outline, margin ${digits(sheet.margin, 6)}`);
  }
  return faults;
}

/** On a quality that is too low, or nearer to a hole than the margin. */
export function qualityFaults(
  there: PlacedPiece,
  piece: JudgedPiece,
  ground: SheetGround,
  partAbove: (quality: number) => Area,
): string[] {
  const { sheet, grid, grounds } = ground;
  const faults: string[] = [];
  const shrink = grid.toleranceUnits + piece.slack / grid.frame.step;
  const parts = new Map<number, { paths: Paths; shrunk: Paths | null }>();
  const partOn = (quality: number) => {
    const known = parts.get(quality) ?? {
      paths: toPaths(placed(partAbove(quality), there.placement), grid.frame),
      shrunk: null,
    };
    parts.set(quality, known);
    return known;
  };
  for (const { quality, paths } of grounds) {
    const part = partOn(quality);
    if (part.paths.length === 0 || !doBoxesMeet(part.paths, paths)) continue;
    if (common(part.paths, paths).length === 0) continue;
    part.shrunk ??= offset(part.paths, -shrink);
    const on = sizeOf(common(part.shrunk, paths), grid);
    if (on > 0) faults.push(`on quality ${quality} (area ${digits(on, 4)})`);
  }
  if (sheet.margin > 0 && sheet.holes.length > 0) {
    const part = placed(partAbove(0), there.placement);
    const least = sheet.margin - grid.tolerance - piece.slack;
    const sides = sidesOf(part);
    for (const [h, hole] of ground.holeSides.entries()) {
      if (part.length === 0) break;
      // A hole inside the part is no edge away, but upon it.
      const isUpon = common(partOn(0).paths, grounds[h]!.paths).length > 0;
      const distance = isUpon ? 0 : edgeDistance(sides, hole, sheet.margin);
      if (distance < least) faults.push(`${digits(distance, 6)} from a hole, margin ${digits(sheet.margin, 6)}`);
    }
  }
  return faults;
}

export function grainFaults(there: PlacedPiece, piece: JudgedPiece, { sheet, grid }: SheetGround): string[] {
  if (!piece.grain || !sheet.grain) return [];
  const { rotation, mirrored } = there.placement;
  const angle = (mirrored ? 180 - piece.grain.angle : piece.grain.angle) + rotation;
  const [x, y] = centreOf(there.area);
  const away = sheet.grain.samples.map((sample) => Math.hypot(sample.x - x, sample.y - y));
  const nearest = Math.min(...away) + grid.tolerance;
  const full = sheet.grain.isDirected ? 360 : 180;
  // Of samples that are equally near any may fit.
  const off = Math.min(
    ...sheet.grain.samples
      .filter((_, k) => away[k]! <= nearest)
      .map((sample) => turnBetween(angle, sample.angle, full)),
  );
  const { tolerance } = piece.grain;
  return off > tolerance + ANGLE_SLACK ? [`grain is ${digits(off, 4)} degrees off, ${tolerance} allowed`] : [];
}

/** Overlaps and distances that are too small. */
export function pairFaults(
  all: readonly PlacedPiece[],
  pieces: readonly JudgedPiece[],
  spacing: number,
  grid: Grid,
): string[] {
  const faults: string[] = [];
  const reach = Math.max(spacing, ...all.map((there) => pieces[there.placement.piece]!.spacing));
  const order = all.map((_, k) => k).sort((p, q) => all[p]!.box.minX - all[q]!.box.minX);
  let active: number[] = [];
  for (const k of order) {
    const { box } = all[k]!;
    active = active.filter((other) => all[other]!.box.maxX + reach >= box.minX);
    for (const other of active) {
      const their = all[other]!.box;
      if (their.minY > box.maxY + reach || their.maxY < box.minY - reach) continue;
      const [first, second] = other < k ? [all[other]!, all[k]!] : [all[k]!, all[other]!];
      const fault = pairFault(first, second, { pieces, spacing, grid });
      if (fault !== null) faults.push(fault);
    }
    active.push(k);
  }
  return faults;
}

function pairFault(
  a: PlacedPiece,
  b: PlacedPiece,
  { pieces, spacing, grid }: { pieces: readonly JudgedPiece[]; spacing: number; grid: Grid },
): string | null {
  const [pa, pb] = [pieces[a.placement.piece]!, pieces[b.placement.piece]!];
  const both = sharedSize(a, b, { pa, pb, grid });
  if (both > 0) return `placements ${a.index} and ${b.index} overlap (area ${digits(both, 4)})`;
  const isCommonLine = pa.isCommonLine && pb.isCommonLine;
  const wanted = isCommonLine ? 0 : Math.max(spacing, pa.spacing, pb.spacing);
  if (wanted === 0) return null;
  const distance = edgeDistance(a.sides, b.sides, wanted);
  const isNear = distance < wanted - grid.tolerance - pa.slack - pb.slack;
  return isNear
    ? `placements ${a.index} and ${b.index} are ${digits(distance, 6)} apart, ${digits(wanted, 6)} wanted`
    : null;
}

/** How much of two pieces lies on each other when both are shrunk by half the tolerance and by what their curves may be off. */
function sharedSize(a: PlacedPiece, b: PlacedPiece, context: { pa: JudgedPiece; pb: JudgedPiece; grid: Grid }): number {
  const { pa, pb, grid } = context;
  if (a.box.minX > b.box.maxX || b.box.minX > a.box.maxX || a.box.minY > b.box.maxY || b.box.minY > a.box.maxY)
    return 0;
  const shared = common(a.paths, b.paths);
  if (shared.length === 0) return 0;
  const half = grid.toleranceUnits / 2;
  const [slackA, slackB] = [pa.slack / grid.frame.step, pb.slack / grid.frame.step];
  // Shrinking both alike is the same as shrinking what they share, which is mostly next to nothing.
  if (slackA === slackB) return sizeOf(offset(shared, -half - slackA), grid);
  return sizeOf(common(offset(a.paths, -half - slackA), offset(b.paths, -half - slackB)), grid);
}

function doBoxesMeet(a: Paths, b: Paths): boolean {
  const [p, q] = [boxOfPaths(a), boxOfPaths(b)];
  return p[0] <= q[2] && q[0] <= p[2] && p[1] <= q[3] && q[1] <= p[3];
}

function boxOfPaths(paths: Paths): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const path of paths) {
    for (const { X, Y } of path) {
      if (X < box[0]) box[0] = X;
      if (Y < box[1]) box[1] = Y;
      if (X > box[2]) box[2] = X;
      if (Y > box[3]) box[3] = Y;
    }
  }
  return box;
}

export function digits(v: number, count: number): string {
  return String(Number(v.toPrecision(count)));
}
