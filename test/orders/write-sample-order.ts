/** Writes test/fixtures/orders: the sample order as order.json, and as a CSV with its drawings. Run it by
 *  `node test/orders/write-sample-order.ts` after sample-order.ts changed; a test says when that was forgotten. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DxfWriter, LWPolylineFlags, point2d, point3d, Units } from '@tarikjabiri/dxf';
import { gradeName } from '#domain/grading.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { flatRing } from '#domain/ring.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { formatPath, moveFigure } from '#geometry/format-path.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { ringBounds } from '#geometry/ring-bounds.ts';
import { sampleOrder } from '#orders/sample-order.ts';
import { formatted } from '../formatted.ts';

/** File name and text of everything in the fixture folder. */
export async function sampleFiles(): Promise<Map<string, string>> {
  const order = sampleOrder();
  const files = new Map([['sample-order.json', await json(order)]]);
  const rows = ['id,file,quantity,quality,rotation,grainAngle,grainTolerance,mirror,kit,value,priority,label'];
  for (const [k, piece] of order.pieces.entries()) {
    const drawn = typeof piece.mirror === 'object' ? null : await drawing(order, k, piece);
    if (drawn) files.set(`sample-csv/${drawn.name}`, drawn.text);
    const mirror = typeof piece.mirror === 'object' ? `pairOf:${piece.mirror.pairOf}` : (piece.mirror ?? '');
    const quantity = drawn ? String(piecesInAll(order, piece)) : '';
    const { grain } = piece;
    const cells = [
      piece.id,
      drawn?.name,
      quantity,
      gradeName(piece.quality!),
      '',
      grain?.angle,
      grain?.tolerance,
      mirror,
      '',
      '',
      piece.priority,
      piece.label,
    ];
    rows.push(cells.map((cell) => cell ?? '').join(','));
  }
  files.set('sample-csv/order.csv', `${rows.join('\r\n')}\r\n`);
  return files;
}

export function piecesInAll(order: Order, piece: Piece): number {
  const drawn =
    typeof piece.mirror === 'object'
      ? order.pieces.find(({ id }) => typeof piece.mirror === 'object' && id === piece.mirror.pairOf)!
      : piece;
  return (drawn.quantity ?? 1) * (order.kits?.find(({ id }) => id === drawn.kit)?.quantity ?? 1);
}

/** Zones fit into JSON only; curves go to SVG, the rest to DXF. */
async function drawing(order: Order, index: number, piece: Piece): Promise<{ name: string; text: string }> {
  if (piece.zones) {
    const { outline, path, holes, zones, marks } = piece;
    return { name: `${piece.id}.json`, text: await json({ outline, path, holes, zones, marks }) };
  }
  if (piece.path !== undefined) return { name: `${piece.id}.svg`, text: svg(order, index, piece.path) };
  return { name: `${piece.id}.dxf`, text: dxf(piece) };
}

/** As the repository formats JSON. */
const json = (value: unknown): Promise<string> => formatted('order.json', JSON.stringify(value));

function svg(order: Order, index: number, path: string): string {
  const shape = pieceShape(order.pieces, index);
  const { minX, minY, maxX, maxY } = ringBounds(shape.outline);
  const [width, height] = [Math.ceil(maxX - minX), Math.ceil(maxY - minY)];
  const flip = { scale: 1, isFlipped: true, x: -minX, y: height + minY };
  const toSvg = (data: string) => formatPath(moveFigure(parsePath(data), flip));
  const ring = (points: Float64Array) => toSvg(`M ${[...points].join(' ')} Z`);
  const [x, y] = [(v: number) => v - minX, (v: number) => height + minY - v];
  const marks = shape.marks.flatMap(({ kind, points }) => {
    const out: string[] = [];
    for (let i = 0; i < points.length; i += 2) {
      const at = `cx="${x(points[i]!)}" cy="${y(points[i + 1]!)}"`;
      if (kind === 'drill') out.push(`<g id="DRILL"><circle ${at} r="1"/></g>`);
    }
    if (kind === 'notch')
      out.push(
        `<g id="NOTCH"><path d="M ${x(points[0]!)} ${y(points[1]!)} L ${x(points[0]!)} ${y(points[1]! + 3)}"/></g>`,
      );
    return out;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}mm" height="${height}mm" viewBox="0 0 ${width} ${height}">`,
    `<path d="${toSvg(path)}"/>`,
    ...shape.holes.map((hole) => `<path d="${ring(hole)}"/>`),
    ...marks,
    '</svg>',
    '',
  ].join('\n');
}

function dxf(piece: Piece): string {
  const writer = new DxfWriter();
  writer.setUnits(Units.Millimeters);
  for (const name of ['OUTER', 'INNER', 'DRILL', 'NOTCH']) writer.addLayer(name, 7, 'Continuous');
  for (const [k, ring] of [piece.outline!, ...(piece.holes ?? [])].entries()) {
    const vertices = ring.map(([x, y]) => ({ point: point2d(x, y) }));
    writer.addLWPolyline(vertices, { flags: LWPolylineFlags.Closed, layerName: k === 0 ? 'OUTER' : 'INNER' });
  }
  for (const mark of piece.marks ?? []) {
    const flat = flatRing(mark.points);
    if (mark.kind === 'notch') {
      writer.addLine(point3d(flat[0], flat[1]), point3d(flat[0], flat[1]! + 3), { layerName: 'NOTCH' });
    }
  }
  return `${writer.stringify().trimEnd()}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(dirname(fileURLToPath(import.meta.url)), '../fixtures/orders');
  await mkdir(resolve(folder, 'sample-csv'), { recursive: true });
  for (const [name, text] of await sampleFiles()) await writeFile(resolve(folder, name), text);
}
