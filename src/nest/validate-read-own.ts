import { parseDocument } from '#domain/parse-document.ts';
import { problemSchema } from '#domain/problem.ts';
import type { Piece, Problem, Sheet } from '#domain/problem.ts';
import type { Ring } from '#domain/ring.ts';
import { areaSize, perimeterOf, soundArea, without } from './validate-area.ts';
import { ringOfPath } from './validate-path.ts';
import type { Area, JudgedKit, JudgedPiece, JudgedProblem, JudgedSheet, JudgedZone } from './validate-problem.ts';
import { isRecord, refuse } from './validate-refuse.ts';

const MM = { mm: 1, cm: 10, m: 1000, in: 25.4 } as const;
/** Best of the leather scale; a problem that names a higher quality has a longer scale. */
const BEST_OF_SCALE = 4;
/** How far a curved outline may be off, mm. */
const FLATTENED = 0.05;
const DEFAULT_GRAIN_TOLERANCE = 5;

/** Reads Kerf's own problem as docs/contracts.md understands it (see "Fine print"), in mm. Everything is refused that
 *  would leave a rule unjudged: unknown keys, ids used twice or not there, pieces without a shape.
 *  @throws KerfError NEST_CHECK_UNREADABLE with path, found, expected */
export function readOwnProblem(document: unknown): JudgedProblem {
  const problem = parseDocument(problemSchema, withoutNulls(document), {
    name: 'problem',
    where: 'problem',
    code: 'NEST_CHECK_UNREADABLE',
  });
  const scale = MM[problem.unit ?? 'mm'];
  const best = bestOfScale(problem);
  const positions = positionsById(problem.pieces, 'problem.pieces');
  const sheets = problem.sheets ?? [];
  positionsById(sheets, 'problem.sheets');
  const drawn = problem.pieces.map((piece, k) => readPiece(piece, k, { problem, positions, scale, best }));
  const { kits, demands } = readKits(problem, drawn);
  const objective = problem.objective ?? 'sheets';
  const isStrip = objective === 'strip';
  if (isStrip && problem.stripHeight === undefined) refuse('problem.stripHeight', undefined, 'the height of the strip');
  if (isStrip === sheets.length > 0) refuse('problem.sheets', sheets.length, 'none with a strip, else at least one');
  if (objective === 'kits' && kits.length === 0) refuse('problem.kits', 'none', 'at least one for this objective');
  return {
    kind: 'own',
    pieces: drawn.map(({ kit: _kit, ...piece }, k) => ({ ...piece, demand: demands[k]! })),
    sheets: sheets.map((sheet, k) => readSheet(sheet, `problem.sheets[${k}]`, { positions, scale, best })),
    stripHeight: isStrip ? problem.stripHeight! * scale : null,
    spacing: (problem.spacing ?? 0) * scale,
    kits,
    objective,
  };
}

/** null is as good as absent. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]) => (v === null ? [] : [[key, withoutNulls(v)] as const])),
  );
}

function bestOfScale(problem: Problem): number {
  type Graded = { readonly zones?: readonly { readonly quality?: number | undefined }[] | undefined };
  const owners: readonly Graded[] = [...problem.pieces, ...(problem.sheets ?? [])];
  const zones = owners.flatMap((owner) => owner.zones ?? []);
  const named = [
    ...problem.pieces.map((piece) => piece.quality),
    ...(problem.sheets ?? []).map((sheet) => sheet.baseQuality),
    ...zones.map((zone) => zone.quality),
  ];
  return Math.max(BEST_OF_SCALE, ...named.map((quality) => quality ?? 0));
}

function positionsById(rows: readonly { readonly id: string }[], at: string): ReadonlyMap<string, number> {
  const positions = new Map<string, number>();
  for (const [k, { id }] of rows.entries()) {
    if (positions.has(id)) refuse(`${at}[${k}].id`, id, 'an id of its own');
    positions.set(id, k);
  }
  return positions;
}

interface Context {
  readonly positions: ReadonlyMap<string, number>;
  readonly scale: number;
  readonly best: number;
}

type DrawnPiece = JudgedPiece & { readonly kit: string | null };

function readPiece(piece: Piece, index: number, context: Context & { readonly problem: Problem }): DrawnPiece {
  const { problem, positions, scale, best } = context;
  const at = `problem.pieces[${index}]`;
  const twinOf = typeof piece.mirror === 'object' ? piece.mirror.pairOf : null;
  const from =
    twinOf === null ? index : (positions.get(twinOf) ?? refuse(`${at}.mirror.pairOf`, twinOf, 'the id of a piece'));
  const drawn = problem.pieces[from]!;
  if (twinOf !== null) checkTwin(piece, drawn, at);
  const flip = twinOf === null ? (area: Area) => area : mirrored;
  const drawnAt = `problem.pieces[${from}]`;
  if ((drawn.outline === undefined) === (drawn.path === undefined)) {
    refuse(drawnAt, drawn.path === undefined ? 'neither outline nor path' : 'both', 'either outline or path');
  }
  const curve = drawn.path === undefined ? null : ringOfPath(drawn.path, `${drawnAt}.path`);
  const outline = curve
    ? sound(curve.points, `${drawnAt}.path`, 1)
    : sound(drawn.outline!, `${drawnAt}.outline`, scale);
  const area = flip(without(outline, readHoles(drawn, drawnAt, scale)));
  const size = areaSize(area);
  const grain = piece.grain ?? drawn.grain;
  return {
    area,
    areaSize: size,
    perimeter: perimeterOf(area),
    demand: drawn.quantity ?? 1,
    base: piece.quality ?? best,
    zones: (drawn.zones ?? []).map((zone, k) => ({
      quality: zone.quality,
      area: flip(readArea(zone, `${drawnAt}.zones[${k}]`, scale)),
    })),
    rotations: readRotations(piece.rotation ?? 'free'),
    canMirror: piece.mirror === 'allowed',
    spacing: (piece.spacing ?? 0) * scale,
    isCommonLine: piece.commonLine ?? false,
    grain: grain
      ? {
          angle: piece.grain || twinOf === null ? grain.angle : 180 - grain.angle,
          tolerance: grain.tolerance ?? DEFAULT_GRAIN_TOLERANCE,
        }
      : null,
    slack: curve?.isCurved ? FLATTENED : 0,
    value: piece.value ?? size / 100,
    kit: drawn.kit ?? null,
  };
}

function checkTwin(piece: Piece, drawn: Piece, at: string): void {
  if (typeof drawn.mirror === 'object') refuse(`${at}.mirror.pairOf`, drawn.id, 'a piece with an outline');
  for (const key of ['outline', 'path', 'holes', 'zones'] as const) {
    if (piece[key] !== undefined && piece[key].length > 0) refuse(`${at}.${key}`, 'a shape', 'none beside pairOf');
  }
  if (piece.quantity !== undefined && piece.quantity !== (drawn.quantity ?? 1)) {
    refuse(`${at}.quantity`, piece.quantity, `${drawn.quantity ?? 1}, as of its pair`);
  }
  if (piece.kit !== undefined && piece.kit !== drawn.kit)
    refuse(`${at}.kit`, piece.kit, `${drawn.kit ?? 'none'}, as of its pair`);
}

function readRotations(rotation: NonNullable<Piece['rotation']>): JudgedPiece['rotations'] {
  if (rotation === 'free') return null;
  if (rotation === 'fixed') return [{ angle: 0, tolerance: 0 }];
  if ('around' in rotation) return [{ angle: rotation.around, tolerance: rotation.tolerance }];
  return rotation.map((angle) => ({ angle, tolerance: 0 }));
}

/** Kits multiply the quantity of their pieces; pieces of which a kit takes none are no part of it. */
function readKits(problem: Problem, drawn: readonly DrawnPiece[]): { kits: JudgedKit[]; demands: number[] } {
  const rows = problem.kits ?? [];
  const positions = positionsById(rows, 'problem.kits');
  for (const [k, { kit }] of drawn.entries()) {
    if (kit !== null && !positions.has(kit)) refuse(`problem.pieces[${k}].kit`, kit, 'the id of a kit');
  }
  const kits = rows.map((kit, k): JudgedKit => {
    const pieces = drawn.flatMap((piece, p) =>
      piece.kit === kit.id && piece.demand > 0 ? [{ piece: p, each: piece.demand }] : [],
    );
    if (pieces.length === 0) refuse(`problem.kits[${k}]`, 'no piece', 'pieces with this kit');
    return {
      id: kit.id,
      quantity: kit.quantity ?? 1,
      isOneSheet: kit.oneSheet ?? false,
      deltaE: kit.deltaE ?? null,
      pieces,
    };
  });
  const demands = drawn.map(
    (piece) => piece.demand * (piece.kit === null ? 1 : kits[positions.get(piece.kit)!]!.quantity),
  );
  return { kits, demands };
}

function readSheet(sheet: Sheet, at: string, { positions, scale, best }: Context): JudgedSheet {
  const zones: JudgedZone[] = [];
  const shades: JudgedSheet['shades'][number][] = [];
  for (const [k, zone] of (sheet.zones ?? []).entries()) {
    const area = readArea(zone, `${at}.zones[${k}]`, scale);
    if (zone.shade) shades.push({ lab: zone.shade, area });
    if (zone.quality !== undefined) zones.push({ quality: zone.quality, area });
    else if (!zone.shade) refuse(`${at}.zones[${k}]`, 'neither quality nor shade', 'a quality');
  }
  const { grain } = sheet;
  return {
    outline: sound(sheet.outline, `${at}.outline`, scale),
    holes: readHoles(sheet, at, scale),
    zones,
    shades,
    base: sheet.baseQuality ?? best,
    margin: (sheet.margin ?? 0) * scale,
    grain: grain
      ? {
          samples: grain.field?.map(({ x, y, angle }) => ({ x: x * scale, y: y * scale, angle })) ?? [
            { x: 0, y: 0, angle: grain.angle! },
          ],
          isDirected: grain.directed ?? false,
        }
      : null,
    stock: sheet.quantity ?? 1,
    cost: sheet.cost ?? 1,
    locked: (sheet.locked ?? []).map((lock, k) => ({
      piece: positions.get(lock.piece) ?? refuse(`${at}.locked[${k}].piece`, lock.piece, 'the id of a piece'),
      x: lock.x * scale,
      y: lock.y * scale,
      rotation: lock.rotation ?? 0,
      mirrored: lock.mirrored ?? false,
    })),
  };
}

interface Drawn {
  readonly outline?: Ring | undefined;
  readonly holes?: readonly Ring[] | undefined;
}

function readArea(owner: Drawn, at: string, scale: number): Area {
  return without(sound(owner.outline!, `${at}.outline`, scale), readHoles(owner, at, scale));
}

function readHoles(owner: Drawn, at: string, scale: number): Area[] {
  return (owner.holes ?? []).map((hole, k) => sound(hole, `${at}.holes[${k}]`, scale));
}

function sound(points: Ring, at: string, scale: number): Area {
  const area = soundArea(scale === 1 ? points : points.map(([x, y]) => [x * scale, y * scale]));
  const size = areaSize(area);
  if (!Number.isFinite(size)) refuse(at, 'numbers whose area is beyond all numbers', 'a ring with an area');
  return size > 0 ? area : refuse(at, 'no area', 'a ring with an area');
}

function mirrored(area: Area): Area {
  return area.map((ring) => {
    const out = new Float64Array(ring.length);
    for (let i = 0; i < ring.length; i += 2) {
      out[ring.length - 2 - i] = -ring[i]!;
      out[ring.length - 1 - i] = ring[i + 1]!;
    }
    return out;
  });
}
