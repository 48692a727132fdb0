import { createRequire } from 'node:module';
import { KerfError } from '#domain/kerf-error.ts';
import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from '#geometry/parse-path.ts';
import { moveFigure } from '#geometry/format-path.ts';
import { chainFigures } from './chain-figures.ts';
import { pieceFromContours, refuseDrawing } from './drawn-piece.ts';
import type { DrawnContour, DrawnPiece } from './drawn-piece.ts';

interface Vertex {
  readonly x: number;
  readonly y: number;
  readonly bulge?: number;
}

/** What the `dxf` package (5.3, without types) makes of an entity, as far as it is used here. */
interface Entity {
  readonly type: string;
  readonly layer?: string;
  readonly x: number;
  readonly y: number;
  readonly r: number;
  /** Radians. */
  readonly startAngle: number;
  readonly endAngle: number;
  readonly start: Vertex;
  readonly end: Vertex;
  readonly vertices: readonly Vertex[];
  readonly closed?: boolean;
  readonly transforms: readonly unknown[];
}

/** A drawing as it was written: blocks are inserted by their names, also in rows and columns. */
interface Written {
  readonly type: string;
  readonly block?: string;
  readonly rowCount?: number;
  readonly columnCount?: number;
}

interface DxfHelper {
  readonly denormalised: readonly Entity[];
  readonly parsed: {
    readonly header: { readonly insUnits?: number };
    readonly blocks: readonly { readonly name: string; readonly entities: readonly Written[] }[];
    readonly entities: readonly Written[];
  };
  toPolylines(): { readonly polylines: readonly { readonly vertices: readonly (readonly [number, number])[] }[] };
}

/** With the first drawing: who reads none does not hold the reader and its hundred parts. */
function openDxf(text: string): DxfHelper {
  const { Helper } = createRequire(import.meta.url)('dxf') as { Helper: new (text: string) => DxfHelper };
  return new Helper(text);
}

/** $INSUNITS: 0 (none said) counts as mm. */
const MM_PER_UNIT: Readonly<Record<number, number>> = { 0: 1, 1: 25.4, 2: 304.8, 4: 1, 5: 10, 6: 1000, 14: 100 };
const NOT_DRAWN = new Set(['TEXT', 'MTEXT', 'ATTDEF', 'ATTRIB', 'DIMENSION', 'VIEWPORT', 'HATCH', 'IMAGE', 'LEADER']);

/** A piece's drawing as DXF: LINE, ARC, CIRCLE, LWPOLYLINE and POLYLINE keep their arcs, SPLINE and ELLIPSE are followed in
 *  short lines; lines and arcs whose ends meet within 0.01 mm are one contour. $INSUNITS gives the unit. Layers NOTCH,
 *  DRILL, DRAW are marks, SHEET and LABEL are left out, as are texts and dimensions.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function drawnFromDxf(text: string, where: string): DrawnPiece {
  if (!/^\s*0\s*\r?\n\s*SECTION/m.test(text)) refuseDrawing(where, 'no DXF section', 'an ASCII DXF drawing');
  const { helper, entities } = parsed(text, where);
  const units = Number(helper.parsed.header.insUnits ?? 0);
  const scale = MM_PER_UNIT[units];
  if (scale === undefined)
    return refuseDrawing(where, `$INSUNITS ${units}`, '4 (mm), 1 (in), 2 (ft), 5 (cm), 6 (m) or 14 (dm)');
  const lines = entities.some(isFollowed) ? helper.toPolylines().polylines : [];
  const contours: DrawnContour[] = [];
  for (const [k, entity] of entities.entries()) {
    const layer = entity.layer ?? null;
    if (NOT_DRAWN.has(entity.type) || layer === 'SHEET' || layer === 'LABEL') continue;
    const figure = isFollowed(entity) ? followed(lines[k]!.vertices) : exactFigure(entity);
    if (figure === null)
      return refuseDrawing(where, `an entity ${entity.type}`, 'lines, arcs, circles, polylines, splines');
    contours.push({ figure: moveFigure(figure, { scale, isFlipped: false, x: 0, y: 0 }), layer });
  }
  return pieceFromContours(chainFigures(contours), where);
}

/** The library takes for granted that groups come in their order; where they do not it fails in its own words. */
function parsed(text: string, where: string): { readonly helper: DxfHelper; readonly entities: readonly Entity[] } {
  try {
    const helper = openDxf(text);
    const count = countWhole(helper.parsed);
    if (count > MOST_ENTITIES)
      refuseDrawing(
        where,
        count === Infinity ? 'a block within itself' : `blocks that make ${count} entities`,
        `${MOST_ENTITIES} entities at most`,
      );
    return { helper, entities: helper.denormalised };
  } catch (cause) {
    if (cause instanceof KerfError) throw cause;
    return refuseDrawing(where, 'DXF groups out of their order', 'a whole ASCII DXF drawing');
  }
}

/** The largest piece of a sofa's order has some hundred. */
const MOST_ENTITIES = 20_000;

/** Entities once every block stands where it is inserted: a few hundred bytes can ask for thousands of millions.
 *  Infinity where a block is inserted into itself. */
function countWhole({ blocks, entities }: DxfHelper['parsed']): number {
  const byName = new Map(blocks.map((block) => [block.name, block.entities]));
  // A block that is being counted is not in itself any more.
  const known = new Map<string, number>();
  const count = (list: readonly Written[]): number =>
    list.reduce((sum, { type, block = '', rowCount = 1, columnCount = 1 }) => {
      if (type !== 'INSERT') return sum + 1;
      if (!known.has(block)) {
        known.set(block, Infinity);
        known.set(block, count(byName.get(block) ?? []));
      }
      const times = Math.max(0, rowCount) * Math.max(0, columnCount);
      return times === 0 ? sum : sum + times * Math.max(1, known.get(block) ?? 0);
    }, 0);
  return count(entities);
}

/** What has no exact form here, or lies in a block that moves it. */
function isFollowed({ type, transforms }: Entity): boolean {
  return type === 'SPLINE' || type === 'ELLIPSE' || (transforms.length > 0 && type !== 'POINT' && !NOT_DRAWN.has(type));
}

function followed(vertices: readonly (readonly [number, number])[]): PathFigure | null {
  const [first, ...rest] = vertices;
  if (!first || rest.length === 0) return null;
  const last = rest[rest.length - 1]!;
  const isClosed = Math.hypot(last[0] - first[0], last[1] - first[1]) < 1e-6;
  return { start: [first[0], first[1]], segments: rest.map(([x, y]) => ({ kind: 'line', to: [x, y] })), isClosed };
}

function exactFigure(entity: Entity): PathFigure | null {
  const { type, x, y, r } = entity;
  switch (type) {
    case 'LINE':
      return { start: at(entity.start), segments: [{ kind: 'line', to: at(entity.end) }], isClosed: false };
    case 'POINT':
      return { start: [x, y], segments: [], isClosed: false };
    case 'CIRCLE':
      return { start: [x + r, y], segments: [arc(r, false, [x - r, y]), arc(r, false, [x + r, y])], isClosed: true };
    case 'ARC': {
      const on = (angle: number): Point => [x + r * Math.cos(angle), y + r * Math.sin(angle)];
      const swing = (((entity.endAngle - entity.startAngle) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI);
      return {
        start: on(entity.startAngle),
        segments: [arc(r, swing > Math.PI, on(entity.endAngle))],
        isClosed: false,
      };
    }
    case 'LWPOLYLINE':
    case 'POLYLINE': {
      const { vertices, closed = false } = entity;
      if (vertices.length < 2) return null;
      const ends = closed ? [...vertices.slice(1), vertices[0]!] : vertices.slice(1);
      return { start: at(vertices[0]!), segments: ends.map((end, k) => side(vertices[k]!, end)), isClosed: closed };
    }
    default:
      return null;
  }
}

/** Bulge is the tangent of a quarter of the arc's angle, positive counter-clockwise. */
function side(from: Vertex, to: Vertex): PathSegment {
  const bulge = from.bulge ?? 0;
  if (bulge === 0) return { kind: 'line', to: at(to) };
  const radius = (Math.hypot(to.x - from.x, to.y - from.y) * (1 + bulge * bulge)) / (4 * Math.abs(bulge));
  return { ...arc(radius, Math.abs(bulge) > 1, at(to)), isPositive: bulge > 0 };
}

function arc(radius: number, isLarge: boolean, to: Point): Extract<PathSegment, { kind: 'arc' }> {
  return { kind: 'arc', rx: radius, ry: radius, tilt: 0, isLarge, isPositive: true, to };
}

function at({ x, y }: Vertex): Point {
  return [x, y];
}
