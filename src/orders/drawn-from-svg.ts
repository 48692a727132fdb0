import type { PathFigure } from '#geometry/parse-path.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { composeAffine, transformFigure, transformPoint, UNMOVED } from '#geometry/transform-figure.ts';
import type { Affine } from '#geometry/transform-figure.ts';
import { asDrawing, pieceFromContours, refuseDrawing } from './drawn-piece.ts';
import type { DrawnContour, DrawnPiece } from './drawn-piece.ts';
import { readSvg, tagOf } from './read-svg.ts';
import type { SvgElement } from './read-svg.ts';
import { styleReader } from './svg-style.ts';
import { svgFit, svgTransform } from './svg-transform.ts';

const MM_PER_UNIT: Readonly<Record<string, number>> = { mm: 1, cm: 10, in: 25.4, pt: 25.4 / 72, pc: 25.4 / 6, '': 1 };
const GROUPS = new Set(['g', 'a', 'switch']);
const SHAPES = new Set(['path', 'polygon', 'polyline', 'line', 'rect', 'circle', 'ellipse']);
/** More than one symbol in another makes millions of a few hundred bytes. */
const MOST_USED = 20_000;

/** A piece's drawing as SVG: path, polygon, polyline, rect, circle, ellipse and line, under whatever transforms, <use> and
 *  <svg> within <svg>; the id, class or Inkscape label of the innermost group that has one is the layer. The size in mm,
 *  cm, in or pt with the viewBox gives the scale; without a unit one user unit is 1 mm. y is turned up. What is not shown
 *  is left out: display, visibility, opacity 0, painted with nothing, definitions. What would be shown otherwise than it is
 *  read is refused: clips and masks, styles that move or shape, rules for more than a tag, an id and classes.
 *  @throws KerfError ORDERS_DRAWING_REFUSED
 *  @see SVG 1.1, chapters 5, 7 and 11 */
export function drawnFromSvg(source: string, where: string): DrawnPiece {
  const { root, css, byId } = readSvg(source, where);
  const styleOf = styleReader(css, where);
  const contours: DrawnContour[] = [];
  let [hiddenCount, usedCount] = [0, 0];

  const walk = (element: SvgElement, around: Around): void => {
    const { name, attributes, children } = element;
    if (!GROUPS.has(name) && !SHAPES.has(name) && name !== 'svg' && name !== 'use') return;
    if (around.uses.length > 0 && (usedCount += 1) > MOST_USED)
      refuseDrawing(where, `<use> that makes more than ${MOST_USED} elements`, 'fewer');
    const here = seenFrom(element, around);
    if (here === null) {
      hiddenCount += shapeCount(element);
      return;
    }
    if (name === 'svg') {
      const inside = element === root ? here : windowOf(element, attributes, here);
      for (const child of children) walk(child, inside);
    } else if (name === 'use') walkUsed(element, here);
    else if (SHAPES.has(name)) {
      if (here.isHidden || (here.fill === 'none' && here.stroke === 'none')) hiddenCount += 1;
      else for (const figure of figuresOf(name, attributes, where)) draw(element, figure, here);
    } else {
      if (name === 'switch' && children.filter((child) => child.name !== 'foreignObject').length > 1)
        refuseDrawing(where, `${tagOf(element)} with a choice`, 'one drawing');
      for (const child of children) walk(child, here);
    }
  };

  const draw = (element: SvgElement, figure: PathFigure, { map, layer, window }: Around): void => {
    if (window) {
      const { toWindow, width, height } = window;
      const isBeyond = [figure.start, ...figure.segments.map(({ to }) => to)].some((point) => {
        const [x, y] = transformPoint(toWindow, point);
        return x < -BEYOND * width || x > (1 + BEYOND) * width || y < -BEYOND * height || y > (1 + BEYOND) * height;
      });
      if (isBeyond)
        refuseDrawing(where, `${tagOf(element)} beyond the <svg> or <symbol> round it`, 'what is not cut off');
    }
    contours.push({ figure: transformFigure(figure, map), layer });
  };

  /** What an element is seen with; null where it is not. */
  const seenFrom = (element: SvgElement, around: Around): Around | null => {
    const { attributes } = element;
    const style = styleOf(element);
    const said = (property: string) => {
      const value = style.get(property);
      return value === 'inherit' ? undefined : value;
    };
    if (said('display') === 'none' || Number.parseFloat(said('opacity') ?? '1') === 0) return null;
    for (const property of ['clip-path', 'mask'])
      if ((said(property) ?? 'none') !== 'none')
        refuseDrawing(where, `${property} on ${tagOf(element)}`, 'a drawing without clips and masks (release them)');
    const transform = attributes.get('transform');
    const map = transform === undefined ? UNMOVED : svgTransform(transform);
    if (map === null || (transform !== undefined && (element.name === 'svg' || attributes.has('transform-origin'))))
      return refuseDrawing(
        where,
        `a transform "${transform!.slice(0, 80)}" on ${tagOf(element)}`,
        'matrix, translate, scale, rotate or skew in user units and degrees, on groups and shapes',
      );
    const visibility = said('visibility');
    return {
      ...moved(around, map),
      layer: layerOf(attributes) ?? around.layer,
      fill: said('fill') ?? around.fill,
      stroke: said('stroke') ?? around.stroke,
      isHidden: visibility === undefined ? around.isHidden : visibility !== 'visible',
    };
  };

  const walkUsed = (element: SvgElement, here: Around): void => {
    const { attributes } = element;
    const link = (attributes.get('href') ?? attributes.get('xlink:href') ?? '').trim();
    const target = link.startsWith('#') ? byId.get(link.slice(1)) : undefined;
    if (!target || here.uses.includes(link))
      return refuseDrawing(
        where,
        `${tagOf(element)} of "${link.slice(0, 60)}", ${target ? 'within itself' : 'which is not in the drawing'}`,
        'an element of the same drawing',
      );
    const at: Affine = [1, 0, 0, 1, lengthOf(element, 'x', here, 0, where), lengthOf(element, 'y', here, 0, where)];
    const used = { ...moved(here, at), uses: [...here.uses, link] };
    if (target.name !== 'symbol' && target.name !== 'svg') return walk(target, used);
    // The size that the use asks for counts before its own.
    const sizes = ['width', 'height'].flatMap((key) => {
      const value = attributes.get(key);
      return value === undefined ? [] : ([[key, value]] as const);
    });
    const seen = seenFrom(target, used);
    if (seen === null) {
      hiddenCount += shapeCount(target);
      return;
    }
    const inside = windowOf(target, new Map([...target.attributes, ...sizes]), seen);
    for (const child of target.children) walk(child, inside);
  };

  /** What stands in an <svg> or <symbol> of its own size. */
  const windowOf = (element: SvgElement, attributes: Attributes, here: Around): Around => {
    const sized = { ...element, attributes };
    const isSymbol = element.name === 'symbol';
    const [x, y] = isSymbol ? [0, 0] : (['x', 'y'] as const).map((key) => lengthOf(sized, key, here, 0, where));
    const width = lengthOf(sized, 'width', here, here.viewport?.[0], where);
    const height = lengthOf(sized, 'height', here, here.viewport?.[1], where);
    if (!(width > 0 && height > 0))
      return refuseDrawing(where, `${tagOf(element)} of ${width} by ${height}`, 'a size above 0');
    const box = boxOf(attributes, where);
    const fit = box ? svgFit(box, width, height, attributes.get('preserveAspectRatio') ?? '') : UNMOVED;
    if (fit === null)
      return refuseDrawing(
        where,
        `preserveAspectRatio on ${tagOf(element)}`,
        'one that SVG knows, such as xMidYMid meet',
      );
    const placed = moved(here, [1, 0, 0, 1, x!, y!]);
    const isOpen = attributes.get('overflow') === 'visible' || attributes.get('overflow') === 'auto';
    return {
      ...moved({ ...placed, window: isOpen ? null : { toWindow: UNMOVED, width, height } }, fit),
      viewport: box ? [box[2]!, box[3]!] : [width, height],
    };
  };

  const { map, viewport } = frameOf(root.attributes, where);
  walk(root, {
    ...{ map, viewport, layer: null, fill: null, stroke: 'none', isHidden: false, window: null, uses: [] },
  });
  return pieceFromContours(contours, where, hiddenCount > 0 ? `${hiddenCount} not shown` : '');
}

type Attributes = ReadonlyMap<string, string>;

/** How far over the edge of an <svg> counts as on it, as a share of its size: rounding. */
const BEYOND = 1e-4;

/** What an element has from those round it. */
interface Around {
  /** From its user units to mm, y up. */
  readonly map: Affine;
  readonly layer: string | null;
  /** null: none said, which is black. */
  readonly fill: string | null;
  readonly stroke: string;
  readonly isHidden: boolean;
  /** Width and height, in user units, that percents are of. */
  readonly viewport: readonly [number, number] | null;
  /** Of the innermost <svg> that cuts off what is beyond it, but for the outermost: beyond the page people draw too. */
  readonly window: { readonly toWindow: Affine; readonly width: number; readonly height: number } | null;
  readonly uses: readonly string[];
}

function moved(around: Around, map: Affine): Around {
  const { window } = around;
  return {
    ...around,
    map: composeAffine(around.map, map),
    window: window && { ...window, toWindow: composeAffine(window.toWindow, map) },
  };
}

function shapeCount({ name, children }: SvgElement): number {
  return children.reduce((sum, child) => sum + shapeCount(child), SHAPES.has(name) || name === 'use' ? 1 : 0);
}

/** Only names that mean something, so that ids such as "path4" do not hide the group's. */
function layerOf(attributes: Attributes): string | null {
  const names = ['inkscape:label', 'class', 'id'].map((key) => attributes.get(key)?.trim().toUpperCase());
  return names.find((name) => name && /^(DRAW|NOTCH|DRILL|INNER|OUTER)$/.test(name)) ?? null;
}

/** A length in user units or percent. */
function lengthOf(
  element: SvgElement,
  key: 'x' | 'y' | 'width' | 'height',
  { viewport }: Around,
  fallback: number | undefined,
  where: string,
): number {
  const text = element.attributes.get(key)?.trim() ?? (fallback === undefined ? '100%' : String(fallback));
  const whole = viewport?.[key === 'x' || key === 'width' ? 0 : 1] ?? NaN;
  const value = text === '' ? NaN : text.endsWith('%') ? (Number(text.slice(0, -1)) / 100) * whole : Number(text);
  return Number.isFinite(value)
    ? value
    : refuseDrawing(where, `${tagOf(element)} with ${key} "${text}"`, 'a number of user units');
}

function boxOf(attributes: Attributes, where: string): readonly number[] | null {
  const text = attributes.get('viewBox');
  if (text === undefined) return null;
  const box = text
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  if (box.length !== 4 || !box.every(Number.isFinite) || box[2]! <= 0 || box[3]! <= 0)
    return refuseDrawing(where, `viewBox "${text}"`, 'four numbers with a positive width and height');
  return box;
}

function frameOf(attributes: Attributes, where: string): Pick<Around, 'map' | 'viewport'> {
  const box = boxOf(attributes, where);
  const [width, height] = [sizeOf(attributes, 'width', where), sizeOf(attributes, 'height', where)];
  for (const [key, size] of Object.entries({ width, height }))
    if (!box && size?.unit)
      refuseDrawing(
        where,
        `${key} "${attributes.get(key)}" without a viewBox`,
        'a viewBox, which says how long a user unit is',
      );
  if (!box) {
    const viewport = width && height ? ([width.mm, height.mm] as const) : null;
    return { map: [1, 0, 0, -1, 0, height?.mm ?? 0], viewport };
  }
  const [minX, minY, boxWidth, boxHeight] = box as [number, number, number, number];
  const [across, up] = [width && width.mm / boxWidth, height && height.mm / boxHeight];
  const isNone = /^\s*none\b/.test(attributes.get('preserveAspectRatio') ?? '');
  if (across !== null && up !== null && !isNone && Math.abs(up - across) > 1e-3 * across)
    refuseDrawing(where, `a scale of ${across} across and ${up} up`, 'the same scale both ways');
  // Between two that differ by rounding all is shown at the smaller one.
  const even = Math.min(across ?? up ?? 1, up ?? across ?? 1);
  const [sx, sy] = isNone ? [across ?? even, up ?? even] : [even, even];
  return { map: [sx, 0, 0, -sy, 0 - minX * sx, (minY + boxHeight) * sy], viewport: [boxWidth, boxHeight] };
}

/** Width or height; null without one or in percent. */
function sizeOf(
  attributes: Attributes,
  key: 'width' | 'height',
  where: string,
): { readonly mm: number; readonly unit: string } | null {
  const text = attributes.get(key)?.trim();
  if (text === undefined || text.endsWith('%') || text === 'auto') return null;
  const [, number, unit = ''] = /^([-+]?[\d.]+(?:e[-+]?\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const mm = number === undefined ? NaN : Number(number) * (MM_PER_UNIT[unit.toLowerCase()] ?? NaN);
  if (!(mm > 0 && mm < Infinity)) refuseDrawing(where, `${key} "${text}"`, 'a size above 0 in mm, cm, in or pt');
  return { mm, unit };
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
      const [acrossCorner, upCorner] = [value('rx', value('ry', 0)), value('ry', value('rx', 0))];
      const [rx, ry] = [Math.min(w / 2, acrossCorner), Math.min(h / 2, upCorner)];
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
