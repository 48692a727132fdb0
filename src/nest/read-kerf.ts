import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument } from '#domain/parse-document.ts';
import type { Piece, Problem, Sheet } from '#domain/problem.ts';
import { problemSchema } from '#domain/problem.ts';
import type { Region, Ring } from '#domain/ring.ts';
import { flatRing, pointsOf } from '#domain/ring.ts';
import { enclosesArea } from '#geometry/encloses-area.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { regionCentroid } from '#geometry/ring-centroid.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { inFile } from './in-file.ts';
import { LEAST_STRIP_HEIGHT, type NestPiece, type NestProblem, type NestSheet } from './nest-problem.ts';

const BEST_OF_SCALE = 4;
const GRAIN_TOLERANCE = 5;
/** Judges follow curves to this, mm, and not all at the same points: the distance of centres is rounded up. */
const JUDGES_FOLLOW = 0.001;
const ROUNDED_UP = 1.05;

/** Reads Kerf's own problem (docs/contracts.md) into mm with its defaults filled in.
 *  @throws KerfError NEST_PROBLEM_REFUSED, GEOMETRY_PATH_REFUSED */
export function readKerf(document: unknown, where = 'problem'): NestProblem {
  const options = { name: 'problem', where, code: 'NEST_PROBLEM_REFUSED' };
  const problem = inMillimetres(parseDocument(problemSchema, document, options));
  const refuse = (path: string, found: string, expected: string): never => {
    throw new KerfError('NEST_PROBLEM_REFUSED', `${where}: problem.${path}: found ${found}, expected ${expected}.`, {
      details: { path },
    });
  };
  const objective = problem.objective ?? 'sheets';
  const sheets = problem.sheets ?? [];
  refuseTwins(problem.pieces, 'pieces', refuse);
  refuseTwins(sheets, 'sheets', refuse);
  refuseTwins(problem.kits ?? [], 'kits', refuse);
  refuseEmptyRings(problem, refuse);
  if ((objective === 'strip') !== (sheets.length === 0)) {
    refuse('sheets', String(sheets.length), objective === 'strip' ? 'none with a strip' : 'at least one');
  }
  const stripHeight = objective === 'strip' ? (problem.stripHeight ?? 0) : 0;
  if (objective === 'strip' && stripHeight < LEAST_STRIP_HEIGHT)
    refuse('stripHeight', String(problem.stripHeight ?? 'nothing'), 'a height above 0');
  if (objective === 'kits' && !problem.kits?.length) refuse('kits', 'none', 'at least one for this objective');
  const best = bestQuality(problem);
  const pieces = problem.pieces.map((_, k) => nestPiece(problem, k, best, { where, refuse }));
  (problem.kits ?? []).forEach((kit, k) => {
    if (!pieces.some((p) => p.kit?.kit === k && p.kit.each > 0))
      refuse(`kits[${k}]`, 'no piece', `pieces of "${kit.id}"`);
  });
  return {
    objective,
    stripHeight,
    spacing: problem.spacing ?? 0,
    kits: (problem.kits ?? []).map((kit) => ({
      id: kit.id,
      quantity: kit.quantity ?? 1,
      isOneSheet: kit.oneSheet ?? false,
      deltaE: kit.deltaE ?? null,
    })),
    pieces,
    sheets: sheets.map((sheet, k) => nestSheet(sheet, k, problem.pieces, best, refuse)),
  };
}

type Refuse = (path: string, found: string, expected: string) => never;
interface Reader {
  readonly where: string;
  readonly refuse: Refuse;
}

function refuseTwins(rows: readonly { readonly id: string }[], at: string, refuse: Refuse): void {
  const ids = new Set<string>();
  for (const [k, { id }] of rows.entries()) {
    if (ids.has(id)) refuse(`${at}[${k}].id`, `"${id}" again`, 'an id of its own');
    ids.add(id);
  }
}

/** Holes and zones, as no judge reads one without area. Outlines are left to the solver, which has codes for them. */
function refuseEmptyRings({ pieces, sheets = [] }: Problem, refuse: Refuse): void {
  const check = (outline: Ring, at: string) => {
    if (!enclosesArea(flatRing(outline))) refuse(at, 'no area', 'a ring with an area');
  };
  const checkHoles = (holes: readonly Ring[] | undefined, at: string) =>
    holes?.forEach((hole, h) => check(hole, `${at}.holes[${h}]`));
  for (const [kind, rows] of [
    ['pieces', pieces],
    ['sheets', sheets],
  ] as const) {
    for (const [k, { holes, zones }] of rows.entries()) {
      checkHoles(holes, `${kind}[${k}]`);
      for (const [z, zone] of (zones ?? []).entries()) {
        check(zone.outline, `${kind}[${k}].zones[${z}].outline`);
        checkHoles(zone.holes, `${kind}[${k}].zones[${z}]`);
      }
    }
  }
}

/** 4, or the highest quality that the problem names. */
function bestQuality(problem: Problem): number {
  const named = [
    ...problem.pieces.flatMap((p) => [p.quality, ...(p.zones ?? []).map((z) => z.quality)]),
    ...(problem.sheets ?? []).flatMap((s) => [s.baseQuality, ...(s.zones ?? []).map((z) => z.quality)]),
  ];
  return Math.max(BEST_OF_SCALE, ...named.filter((q) => q !== undefined));
}

function nestPiece(problem: Problem, k: number, best: number, { where, refuse }: Reader): NestPiece {
  const piece = problem.pieces[k]!;
  const twinOf = typeof piece.mirror === 'object' ? piece.mirror.pairOf : null;
  const drawn = twinOf === null ? piece : problem.pieces.find((p) => p.id === twinOf);
  if (!drawn) return refuse(`pieces[${k}].mirror.pairOf`, JSON.stringify(twinOf), 'the id of a piece');
  if (typeof drawn.mirror === 'object')
    refuse(`pieces[${k}].mirror.pairOf`, JSON.stringify(twinOf), 'a piece with an outline');
  refuseContradictions(piece, drawn, k, refuse);
  const shape = inFile(where, () => pieceShape(problem.pieces, k));
  const each = drawn.quantity ?? 1;
  const kit = drawn.kit === undefined ? -1 : (problem.kits ?? []).findIndex((c) => c.id === drawn.kit);
  if (drawn.kit !== undefined && kit < 0) refuse(`pieces[${k}].kit`, JSON.stringify(drawn.kit), 'the id of a kit');
  return {
    name: piece.id,
    quantity: kit < 0 ? each : each * (problem.kits?.[kit]?.quantity ?? 1),
    quality: piece.quality ?? best,
    mayMirror: piece.mirror === 'allowed',
    priority: piece.priority ?? 0,
    value: piece.value ?? null,
    kit: kit < 0 ? null : { kit, each },
    pairOf: twinOf === null ? null : problem.pieces.indexOf(drawn),
    spacing: piece.spacing ?? 0,
    commonLine: piece.commonLine ?? false,
    grain: withDoubt(grainOf(piece, drawn), problem.pieces, k),
    rotations: rotationsOf(piece),
    shape: region(shape),
    zones: shape.zones.map((zone) => ({ quality: zone.quality, shape: region(zone) })),
  };
}

function region(shape: { readonly outline: Float64Array; readonly holes: readonly Float64Array[] }): Region {
  return { outline: pointsOf(shape.outline), holes: shape.holes.map(pointsOf) };
}

function refuseContradictions(piece: Piece, drawn: Piece, k: number, refuse: Refuse): void {
  if (piece === drawn) {
    if ((piece.outline === undefined) === (piece.path === undefined))
      refuse(`pieces[${k}]`, piece.outline ? 'both' : 'neither', 'either outline or path');
    return;
  }
  for (const key of ['outline', 'path', 'holes', 'zones'] as const) {
    const value = piece[key];
    if (value !== undefined && value.length > 0) refuse(`pieces[${k}].${key}`, 'a shape', 'none beside pairOf');
  }
  if (piece.quantity !== undefined && piece.quantity !== (drawn.quantity ?? 1)) {
    refuse(`pieces[${k}].quantity`, String(piece.quantity), `${drawn.quantity ?? 1}, as of its pair`);
  }
  if (piece.kit !== undefined && piece.kit !== drawn.kit) {
    refuse(`pieces[${k}].kit`, JSON.stringify(piece.kit), `${JSON.stringify(drawn.kit ?? null)}, as of its pair`);
  }
}

function grainOf(piece: Piece, drawn: Piece): NestPiece['grain'] {
  if (piece.grain) return { angle: piece.grain.angle, tolerance: piece.grain.tolerance ?? GRAIN_TOLERANCE };
  if (!drawn.grain) return null;
  return { angle: 180 - drawn.grain.angle, tolerance: drawn.grain.tolerance ?? GRAIN_TOLERANCE };
}

/** With how far from the centre of the flattened outline that of the curves themselves lies. */
function withDoubt(grain: NestPiece['grain'], pieces: readonly Piece[], k: number): NestPiece['grain'] {
  if (!grain) return null;
  const shape = pieceShape(pieces, k);
  if (!shape.isCurved) return grain;
  const fine = pieceShape(pieces, k, JUDGES_FOLLOW);
  const [x, y] = regionCentroid(shape.outline, shape.holes);
  const [u, v] = regionCentroid(fine.outline, fine.holes);
  return { ...grain, centreDoubt: Math.hypot(u - x, v - y) * ROUNDED_UP + JUDGES_FOLLOW };
}

function rotationsOf(piece: Piece): NestPiece['rotations'] {
  const rotation = piece.rotation ?? 'free';
  if (rotation === 'free') return null;
  if (rotation === 'fixed') return [{ angle: 0, tolerance: 0 }];
  if ('around' in rotation) return [{ angle: rotation.around, tolerance: rotation.tolerance }];
  return rotation.map((angle) => ({ angle, tolerance: 0 }));
}

function nestSheet(sheet: Sheet, k: number, pieces: readonly Piece[], best: number, refuse: Refuse): NestSheet {
  const zones = sheet.zones ?? [];
  zones.forEach((zone, z) => {
    if (zone.quality === undefined && zone.shade === undefined)
      refuse(`sheets[${k}].zones[${z}].quality`, 'nothing', 'a quality or a shade');
  });
  const { grain } = sheet;
  return {
    name: sheet.id,
    quantity: sheet.quantity ?? 1,
    baseQuality: sheet.baseQuality ?? best,
    cost: sheet.cost ?? 1,
    margin: sheet.margin ?? 0,
    isGrainDirected: grain?.directed ?? false,
    grain: grain ? (grain.field ?? [{ x: 0, y: 0, angle: grain.angle ?? 0 }]) : [],
    outline: sheet.outline,
    holes: sheet.holes ?? [],
    // A zone that states a shade only leaves the quality as it is.
    zones: zones.flatMap((z) =>
      z.quality === undefined ? [] : [{ quality: z.quality, shape: { outline: z.outline, holes: z.holes ?? [] } }],
    ),
    shades: zones.flatMap((z) =>
      z.shade === undefined ? [] : [{ lab: z.shade, shape: { outline: z.outline, holes: z.holes ?? [] } }],
    ),
    locked: (sheet.locked ?? []).map((l, n) => {
      const piece = pieces.findIndex((p) => p.id === l.piece);
      if (piece < 0) refuse(`sheets[${k}].locked[${n}].piece`, JSON.stringify(l.piece), 'the id of a piece');
      return { piece, x: l.x, y: l.y, rotation: l.rotation ?? 0, mirrored: l.mirrored ?? false };
    }),
  };
}
