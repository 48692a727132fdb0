import type { Point } from '#domain/ring.ts';
import type { PathFigure, PathSegment } from '#geometry/parse-path.ts';
import { splineFigure } from '#geometry/spline-figure.ts';
import { composeAffine, transformFigure, transformPoint } from '#geometry/transform-figure.ts';
import type { Affine } from '#geometry/transform-figure.ts';
import { asDrawing, refuseDrawing } from './drawn-piece.ts';
import { numberOf, numbersOf, outOfOrder, pointOf, textOf } from './read-dxf.ts';
import type { DxfEntity, DxfRecord } from './read-dxf.ts';

/** An entity's line in mm, `toMm` being the map of where it stands; null: no line that can be cut.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function dxfFigure(entity: DxfEntity, toMm: Affine, where: string): PathFigure | null {
  const inOcs = () => composeAffine(toMm, ocsMap(entity, where));
  switch (entity.type) {
    // In world coordinates whatever their extrusion says, which is the way of their thickness.
    case 'LINE': {
      const to = pointOf(entity, 11, where);
      const figure: PathFigure = { start: pointOf(entity, 10, where), segments: [line(to)], isClosed: false };
      return transformFigure(figure, toMm);
    }
    case 'POINT':
      return { start: transformPoint(toMm, pointOf(entity, 10, where)), segments: [], isClosed: false };
    case 'SPLINE':
    case 'HELIX':
      return spline(entity, toMm, where);
    // In world coordinates too; the extrusion says which way round.
    case 'ELLIPSE':
      return transformFigure(ellipse(entity, ocsMap(entity, where)[0], where), toMm);
    case 'CIRCLE':
      return transformFigure(circle(entity, 0, 2 * Math.PI, where), inOcs());
    case 'ARC': {
      const radians = (code: number) => (numberOf(entity, code, where) * Math.PI) / 180;
      return transformFigure(circle(entity, radians(50), radians(51), where), inOcs());
    }
    case 'LWPOLYLINE':
      return polyline(entity, lightVertices(entity, where), inOcs(), where);
    case 'POLYLINE': {
      const flags = numberOf(entity, 70, where, 0);
      if ((flags & (16 | 64)) !== 0) return refuseDrawing(where, `${named(entity)} of a mesh`, 'a flat line');
      // A spline's frame is not drawn where its line stands beside it.
      const isFrame = (vertex: DxfRecord) => (numberOf(vertex, 70, where, 0) & 16) !== 0;
      const vertices = entity.vertices.filter((vertex) => (flags & 4) === 0 || !isFrame(vertex));
      const drawn = vertices.map((v) => ({ at: pointOf(v, 10, where), bulge: numberOf(v, 42, where, 0) }));
      return polyline(entity, drawn, (flags & 8) === 0 ? inOcs() : toMm, where);
    }
    default:
      return null;
  }
}

/** An entity as a person finds it in the drawing. */
export function named(record: DxfRecord): string {
  const [handle, layer] = [textOf(record, 5), textOf(record, 8)];
  return `${record.type}${handle ? ` (handle ${handle})` : ''}${layer ? ` on layer "${layer}"` : ''}`;
}

/** Slant of an extrusion that is rounding. */
const UPRIGHT = 1e-6;

/** From an entity's own coordinates to those round it. Only the two that keep the drawing flat: by the arbitrary axis
 *  algorithm the one that points down has its x axis turned round. */
export function ocsMap(record: DxfRecord, where: string): Affine {
  const [x, y, z] = [210, 220, 230].map((code) => numberOf(record, code, where, code === 230 ? 1 : 0)) as [
    number,
    number,
    number,
  ];
  if (!(Math.hypot(x, y) <= UPRIGHT * Math.abs(z)) || z === 0)
    return refuseDrawing(
      where,
      `${named(record)} with extrusion (${x}, ${y}, ${z})`,
      'a flat drawing: (0, 0, 1) or (0, 0, -1)',
    );
  return [z < 0 ? -1 : 1, 0, 0, 1, 0, 0];
}

interface Vertex {
  readonly at: Point;
  readonly bulge: number;
}

function lightVertices({ groups }: DxfEntity, where: string): Vertex[] {
  const vertices: { x: number; y: number; bulge: number }[] = [];
  for (const [code, text] of groups) {
    if (code !== 10 && code !== 20 && code !== 42) continue;
    const value = text === '' ? NaN : Number(text);
    const last = vertices.at(-1);
    if (!Number.isFinite(value) || (code !== 10 && !last)) return outOfOrder(where);
    if (code === 10) vertices.push({ x: value, y: NaN, bulge: 0 });
    else if (code === 20) last!.y = value;
    else last!.bulge = value;
  }
  if (vertices.some(({ y }) => Number.isNaN(y))) return outOfOrder(where);
  return vertices.map(({ x, y, bulge }) => ({ at: [x, y], bulge }));
}

function polyline(entity: DxfEntity, vertices: readonly Vertex[], map: Affine, where: string): PathFigure | null {
  const isClosed = (numberOf(entity, 70, where, 0) & 1) === 1;
  const first = vertices[0];
  if (!first || vertices.length < 2) return null;
  const ends = isClosed ? [...vertices.slice(1), first] : vertices.slice(1);
  const segments = ends.flatMap((end, k) => side(vertices[k]!, end));
  return segments.length === 0 ? null : transformFigure({ start: first.at, segments, isClosed }, map);
}

/** Bulge is the tangent of a quarter of the arc's angle, positive counter-clockwise. A vertex twice in a place has no side. */
function side({ at: [x, y], bulge }: Vertex, { at: to }: Vertex): PathSegment[] {
  const chord = Math.hypot(to[0] - x, to[1] - y);
  if (chord === 0) return [];
  if (bulge === 0) return [line(to)];
  const radius = (chord * (1 + bulge * bulge)) / (4 * Math.abs(bulge));
  return [{ ...arc(radius, radius, 0, to), isLarge: Math.abs(bulge) > 1, isPositive: bulge > 0 }];
}

/** Counter-clockwise in its own coordinates, in halves: each then says which way it goes, and a whole one is none. */
function circle(entity: DxfEntity, from: number, to: number, where: string): PathFigure {
  const [x, y] = pointOf(entity, 10, where);
  const r = numberOf(entity, 40, where);
  if (!(r > 0)) return refuseDrawing(where, `${named(entity)} of radius ${r}`, 'a radius above 0');
  const on = (angle: number): Point => [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  return halves(entity, { from, to, on, half: (end) => arc(r, r, 0, end) }, where);
}

function ellipse(entity: DxfEntity, facing: number, where: string): PathFigure {
  const [x, y] = pointOf(entity, 10, where);
  const [majorX, majorY] = pointOf(entity, 11, where);
  const ratio = numberOf(entity, 40, where, 1) * facing;
  const major = Math.hypot(majorX, majorY);
  if (!(major > 0) || ratio === 0) return refuseDrawing(where, `${named(entity)} without width`, 'two axes above 0');
  const on = (angle: number): Point => {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle) * ratio];
    return [x + cos * majorX - sin * majorY, y + cos * majorY + sin * majorX];
  };
  const tilt = (Math.atan2(majorY, majorX) * 180) / Math.PI;
  const half = (end: Point) => ({ ...arc(major, major * Math.abs(ratio), tilt, end), isPositive: ratio > 0 });
  const [from, to] = [numberOf(entity, 41, where, 0), numberOf(entity, 42, where, 2 * Math.PI)];
  return halves(entity, { from, to, on, half }, where);
}

/** Less of a turn than this is rounding of one: programs write 6.283185 for a whole one. */
const WHOLE_TURN = 1e-5;

function halves(
  entity: DxfEntity,
  { from, to, on, half }: { from: number; to: number; on: (angle: number) => Point; half: (end: Point) => PathSegment },
  where: string,
): PathFigure {
  const turn = 2 * Math.PI;
  if (to === from) return refuseDrawing(where, `${named(entity)} that ends where it begins`, 'an arc with length');
  const swing = (((to - from) % turn) + turn) % turn;
  const isWhole = turn - swing < WHOLE_TURN || (swing < WHOLE_TURN && Math.abs(to - from) > Math.PI);
  const length = isWhole ? turn : swing;
  const start = on(from);
  const end = isWhole ? start : on(from + length);
  return { start, segments: [half(on(from + length / 2)), half(end)], isClosed: isWhole };
}

function spline(entity: DxfEntity, toMm: Affine, where: string): PathFigure {
  const [xs, ys] = [numbersOf(entity, 10, where), numbersOf(entity, 20, where)];
  if (xs.length === 0)
    return refuseDrawing(where, `${named(entity)} of fit points alone`, 'a spline with its control points');
  if (xs.length !== ys.length) return outOfOrder(where);
  return asDrawing(where, () =>
    splineFigure({
      degree: numberOf(entity, 71, where, 3),
      knots: numbersOf(entity, 40, where),
      // Moved before they are followed: how closely is said in mm.
      control: xs.map((x, k) => transformPoint(toMm, [x, ys[k]!])),
      weights: numbersOf(entity, 41, where),
    }),
  );
}

function line(to: Point): PathSegment {
  return { kind: 'line', to };
}

function arc(rx: number, ry: number, tilt: number, to: Point): Extract<PathSegment, { kind: 'arc' }> {
  return { kind: 'arc', rx, ry, tilt, isLarge: false, isPositive: true, to };
}
