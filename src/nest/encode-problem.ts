import type { Region, Ring } from '#domain/ring.ts';
import type { NestPiece, NestPlacement, NestProblem, NestSheet, QualityZone } from './nest-problem.ts';

/** A layout to start from: a place on the `copy`-th sheet of kind `sheet`. */
export interface StartPlacement extends NestPlacement {
  readonly sheet: number;
  readonly copy: number;
}

const VERSION = 4;
/** Numbers of a placement. */
const PLACEMENT = 7;
const OBJECTIVES = ['strip', 'sheets', 'value', 'kits'] as const;

/** The problem as the one stream of numbers that crosses into Rust. `native/core/src/problem.rs` reads it: the order of
 *  the fields stands here and there, and a version in front. Lengths go before lists, -1 stands for null. */
export function encodeProblem(
  problem: NestProblem,
  start: readonly StartPlacement[] | { readonly numbers: readonly number[] } = [],
): Float64Array {
  const out: number[] = [
    VERSION,
    OBJECTIVES.indexOf(problem.objective),
    problem.stripHeight,
    problem.spacing,
    problem.pieces.length,
    problem.sheets.length,
    problem.kits.length,
    ...problem.kits.flatMap((kit) => [kit.quantity, Number(kit.isOneSheet), kit.deltaE ?? -1]),
  ];
  for (const piece of problem.pieces) encodePiece(out, piece);
  problem.sheets.forEach((sheet, position) => encodeSheet(out, sheet, position));
  if ('numbers' in start) {
    out.push(start.numbers.length / PLACEMENT);
    for (const n of start.numbers) out.push(n);
  } else {
    out.push(start.length);
    for (const p of start) encodePlacement(out, p, p.sheet, p.copy);
  }
  return Float64Array.from(out);
}

function encodePiece(out: number[], piece: NestPiece): void {
  out.push(piece.quantity, piece.quality, Number(piece.mayMirror), piece.priority, piece.value ?? -1);
  out.push(piece.kit?.kit ?? -1, piece.kit?.each ?? 0, piece.pairOf ?? -1, piece.spacing, Number(piece.commonLine));
  if (!piece.grain) out.push(0);
  else if (piece.grain.centreDoubt === undefined) out.push(1, piece.grain.angle, piece.grain.tolerance);
  else out.push(2, piece.grain.angle, piece.grain.tolerance, piece.grain.centreDoubt);
  out.push(piece.rotations?.length ?? -1);
  for (const r of piece.rotations ?? []) out.push(r.angle, r.tolerance);
  encodeRegion(out, piece.shape);
  encodeZones(out, piece.zones);
}

function encodeSheet(out: number[], sheet: NestSheet, position: number): void {
  out.push(sheet.quantity, sheet.baseQuality ?? -1, sheet.cost, sheet.margin, Number(sheet.isGrainDirected));
  out.push(sheet.grain.length);
  for (const g of sheet.grain) out.push(g.x, g.y, g.angle);
  encodeRegion(out, sheet);
  encodeZones(out, sheet.zones);
  out.push(sheet.shades.length);
  for (const { lab, shape } of sheet.shades) {
    out.push(...lab);
    encodeRegion(out, shape);
  }
  out.push(sheet.locked.length);
  for (const l of sheet.locked) encodePlacement(out, l, position, 0);
}

function encodePlacement(out: number[], p: NestPlacement, sheet: number, copy: number): void {
  out.push(sheet, copy, p.piece, p.x, p.y, p.rotation, Number(p.mirrored));
}

function encodeZones(out: number[], zones: readonly QualityZone[]): void {
  out.push(zones.length);
  for (const zone of zones) {
    out.push(zone.quality);
    encodeRegion(out, zone.shape);
  }
}

function encodeRegion(out: number[], region: Region): void {
  out.push(region.holes.length);
  encodeRing(out, region.outline);
  for (const hole of region.holes) encodeRing(out, hole);
}

function encodeRing(out: number[], ring: Ring): void {
  out.push(ring.length);
  for (const [x, y] of ring) out.push(x, y);
}
