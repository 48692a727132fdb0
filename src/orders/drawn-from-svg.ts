import { moveFigure } from '#geometry/format-path.ts';
import { parsePath } from '#geometry/parse-path.ts';
import type { PathFigure } from '#geometry/parse-path.ts';
import { asDrawing, pieceFromContours, refuseDrawing } from './drawn-piece.ts';
import type { DrawnContour, DrawnPiece } from './drawn-piece.ts';

const MM_PER_UNIT: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, '': 1 };
const TAG = /<(\/?)([A-Za-z][\w:.-]*)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** What these hold is not drawn where it stands. */
const UNSEEN = new Set([
  'defs',
  'clipPath',
  'mask',
  'pattern',
  'symbol',
  'marker',
  'metadata',
  'style',
  'title',
  'desc',
]);

/** A piece's drawing as SVG: path, polygon, polyline, rect, circle, ellipse and line; the id, class or Inkscape label of the
 *  innermost group that has one is the layer. The size in mm, cm, in or pt with the viewBox gives the scale; without a
 *  unit one user unit is 1 mm. y is turned up. Transforms are refused, because a lost one would cut a wrong size.
 *  @throws KerfError ORDERS_DRAWING_REFUSED */
export function drawnFromSvg(source: string, where: string): DrawnPiece {
  const text = source.replace(/<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>/g, '');
  const contours: DrawnContour[] = [];
  const layers: (string | null)[] = [];
  let toMm: { scale: number; isFlipped: true; x: number; y: number } | null = null;
  let unseen: string | null = null;
  let depth = 0;
  for (const [, slash, name = '', rest = '', selfClosing] of text.matchAll(TAG)) {
    if (unseen !== null) {
      if (name === unseen) depth += slash ? -1 : selfClosing ? 0 : 1;
      if (depth === 0) unseen = null;
      continue;
    }
    if (slash) {
      if (name === 'g' || name === 'svg') layers.pop();
      continue;
    }
    const attributes = new Map([...rest.matchAll(ATTRIBUTE)].map(([, key, a, b]) => [key!, a ?? b ?? '']));
    if (UNSEEN.has(name)) {
      if (!selfClosing) [unseen, depth] = [name, 1];
      continue;
    }
    if (attributes.has('transform'))
      refuseDrawing(where, `a transform on <${name}>`, 'plain coordinates (flatten transforms on export)');
    if (name === 'svg') toMm ??= frameOf(attributes, where);
    if (name === 'g' || name === 'svg') {
      if (!selfClosing) layers.push(layerOf(attributes) ?? layers.at(-1) ?? null);
      continue;
    }
    for (const figure of figuresOf(name, attributes, where)) {
      if (!toMm) return refuseDrawing(where, `<${name}> outside <svg>`, 'an SVG drawing');
      contours.push({ figure: moveFigure(figure, toMm), layer: layerOf(attributes) ?? layers.at(-1) ?? null });
    }
  }
  if (!toMm) refuseDrawing(where, 'no <svg>', 'an SVG drawing');
  return pieceFromContours(contours, where);
}

type Attributes = ReadonlyMap<string, string>;

/** Only names that mean something, so that ids such as "path4" do not hide the group's. */
function layerOf(attributes: Attributes): string | null {
  const names = ['inkscape:label', 'class', 'id'].map((key) => attributes.get(key)?.trim().toUpperCase());
  return names.find((name) => name && /^(DRAW|NOTCH|DRILL|INNER|OUTER)$/.test(name)) ?? null;
}

function frameOf(attributes: Attributes, where: string): { scale: number; isFlipped: true; x: number; y: number } {
  const box = attributes
    .get('viewBox')
    ?.trim()
    .split(/[\s,]+/)
    .map(Number);
  if (box && (box.length !== 4 || !box.every(Number.isFinite) || box[2]! <= 0 || box[3]! <= 0)) {
    refuseDrawing(where, `viewBox "${attributes.get('viewBox')}"`, 'four numbers with a positive width and height');
  }
  const [width, height] = [sizeOf(attributes, 'width', where), sizeOf(attributes, 'height', where)];
  const [minX, minY, boxWidth, boxHeight] = box ?? [0, 0, width ?? 0, height ?? 0];
  const scale = box && width !== null ? width / boxWidth! : 1;
  if (box && height !== null && width !== null && Math.abs(height / boxHeight! - scale) > 1e-3 * scale) {
    refuseDrawing(where, `a scale of ${scale} across and ${height / boxHeight!} up`, 'the same scale both ways');
  }
  return { scale, isFlipped: true, x: 0 - minX! * scale, y: (minY! + boxHeight!) * scale };
}

/** Width or height in mm; null without one or in percent. */
function sizeOf(attributes: Attributes, key: 'width' | 'height', where: string): number | null {
  const text = attributes.get(key)?.trim();
  if (text === undefined || text.endsWith('%') || text === 'auto') return null;
  const [, number, unit = ''] = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const mm = number === undefined ? NaN : Number(number) * (MM_PER_UNIT[unit.toLowerCase()] ?? NaN);
  if (!(mm > 0)) refuseDrawing(where, `${key} "${text}"`, 'a size above 0 in mm, cm, in or pt');
  return mm;
}

function figuresOf(name: string, attributes: Attributes, where: string): PathFigure[] {
  const value = (key: string, fallback?: number): number => {
    const text = attributes.get(key);
    const v = text === undefined ? fallback : Number(text);
    if (v === undefined || !Number.isFinite(v))
      return refuseDrawing(where, `<${name}> with ${key} "${text ?? ''}"`, 'a number');
    return v;
  };
  const size = (key: string, fallback?: number): number => {
    const v = value(key, fallback);
    return v > 0 ? v : refuseDrawing(where, `<${name}> with ${key} ${v}`, 'a size above 0');
  };
  switch (name) {
    case 'path':
      return subpaths(attributes.get('d') ?? '', where);
    case 'polygon':
    case 'polyline':
      return [read(`M ${attributes.get('points') ?? ''}${name === 'polygon' ? ' Z' : ''}`, where)];
    case 'line':
      return [read(`M ${value('x1', 0)} ${value('y1', 0)} L ${value('x2', 0)} ${value('y2', 0)}`, where)];
    case 'rect': {
      const [x, y, w, h] = [value('x', 0), value('y', 0), size('width'), size('height')];
      const rx = Math.min(w / 2, value('rx', value('ry', 0)));
      const ry = Math.min(h / 2, value('ry', rx));
      if (rx <= 0 || ry <= 0) return [read(`M ${x} ${y} h ${w} v ${h} h ${-w} Z`, where)];
      const corner = (dx: number, dy: number) => `a ${rx} ${ry} 0 0 1 ${dx} ${dy}`;
      const [flat, tall] = [w - 2 * rx, h - 2 * ry];
      const start = `M ${x + rx} ${y} h ${flat} ${corner(rx, ry)} v ${tall} ${corner(-rx, ry)}`;
      return [read(`${start} h ${-flat} ${corner(-rx, -ry)} v ${-tall} ${corner(rx, -ry)} Z`, where)];
    }
    case 'circle':
    case 'ellipse': {
      const [x, y] = [value('cx', 0), value('cy', 0)];
      const rx = name === 'circle' ? size('r') : size('rx');
      const ry = name === 'circle' ? rx : size('ry');
      const half = (dx: number) => `a ${rx} ${ry} 0 0 1 ${dx} 0`;
      return [read(`M ${x + rx} ${y} ${half(-2 * rx)} ${half(2 * rx)} Z`, where)];
    }
    default:
      return [];
  }
}

/** One figure for each M; a relative m goes on from where the last figure ended. */
function subpaths(data: string, where: string): PathFigure[] {
  const figures: PathFigure[] = [];
  for (const part of data.split(/(?=[Mm])/).filter((text) => text.trim() !== '')) {
    const last = figures.at(-1);
    const pen = !last ? [0, 0] : last.isClosed ? last.start : (last.segments.at(-1)?.to ?? last.start);
    const relative = /^m[\s,]*([-+]?[\d.]+(?:e[-+]?\d+)?)[\s,]*([-+]?[\d.]+(?:e[-+]?\d+)?)[\s,]*/i.exec(part);
    if (!part.startsWith('m') || !relative) figures.push(read(part, where));
    else {
      const rest = part.slice(relative[0].length);
      const start = `M ${pen[0]! + Number(relative[1])} ${pen[1]! + Number(relative[2])}`;
      figures.push(read(`${start} ${/^[-+\d.]/.test(rest) ? 'l ' : ''}${rest}`, where));
    }
  }
  return figures;
}

function read(data: string, where: string): PathFigure {
  return asDrawing(where, () => parsePath(data));
}
