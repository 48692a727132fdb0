import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { OrderField, OrderMapping } from '#domain/order-mapping.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { orderSchema } from '#domain/problem.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { pieceShape } from '#geometry/piece-shape.ts';
import { regionArea } from '#geometry/ring-area.ts';
import { withBestStated, checkOrder } from './check-order.ts';
import { doubtOrder, type OrderDoubt } from './doubt-order.ts';
import { isUnitOpen, readDrawing, scaledTo, unitOf, type OrderFile } from './drawing-file.node.ts';
import type { DrawnPiece } from './drawn-piece.ts';
import { ID_PARTS, mappedLines, type MappedLine } from './mapped-lines.ts';
import { ORDER_COLUMNS, pieceFromRow, type OrderColumn } from './piece-from-row.ts';

/** Lines of one order, or of one colour, of a file that has several. */
export interface OnlyLines {
  readonly order?: string | undefined;
  readonly colour?: string | undefined;
}

export interface OrderByMappingOptions {
  /** Gives the drawing that a line names. */
  readonly readFile: (file: string) => Promise<OrderFile> | OrderFile;
  readonly only?: OnlyLines | undefined;
  readonly grading?: Grading;
}

export interface MappedOrder {
  /** The number that all lines give their order, else null. */
  readonly name: string | null;
  /** In mm. */
  readonly order: Order;
  readonly unitsStated: readonly string[];
  readonly doubts: readonly OrderDoubt[];
}

/** A drawing's area may differ this much from what the other program says: its figure is often rounded, or has seams. */
const AREA_SHARE = 0.15;

/** An order from another program's lines, by the columns of a mapping. Lines that ask for the same piece are added up;
 *  drawings that state no unit are of the mapping's.
 *  @throws KerfError ORDERS_MAPPING_REFUSED, ORDERS_LINE_REFUSED naming the other program's line and column,
 *  ORDERS_NO_LINES, ORDERS_DRAWING_…, and those of `checkOrder` */
export async function orderByMapping(
  text: string,
  where: string,
  mapping: OrderMapping,
  { readFile, only = {}, grading = LEATHER_GRADING }: OrderByMappingOptions,
): Promise<MappedOrder> {
  const found = mappedLines(text, where, mapping);
  const isWanted = ({ cell }: MappedLine) =>
    (only.order === undefined || cell('order') === only.order) &&
    (only.colour === undefined || cell('colour') === only.colour);
  const lines = found.filter(isWanted);
  if (lines.length === 0)
    throw new KerfError(
      'ORDERS_NO_LINES',
      `${where}: found ${found.length} lines, none of them wanted; expected at least one. It has orders ${listed(found, 'order')} and colours ${listed(found, 'colour')}.`,
      { details: { where, lineCount: found.length } },
    );
  const units = new Set<string>();
  let isOpen = false;
  const drawings = new Map<string, Promise<DrawnPiece>>();
  const drawingOf = async (file: string): Promise<DrawnPiece> => {
    const read = await readFile(file);
    const stated = unitOf(read) ?? mapping.unit;
    if (stated !== undefined) units.add(stated);
    else isOpen ||= isUnitOpen(read);
    const drawn = readDrawing(read);
    return unitOf(read) === null ? scaledDrawing(drawn, mapping) : drawn;
  };
  const refuse = (at: string, saw: string, expected: string): never => refuseLine(where, at, saw, expected);
  const context = {
    ...{ grading, refuse, hasDecimalComma: false },
    readDrawing: (file: string) => {
      const known = drawings.get(file) ?? drawingOf(file);
      drawings.set(file, known);
      return known;
    },
  };
  const merged = new Map<string, { readonly piece: Piece; readonly line: MappedLine; readonly at: string }>();
  for (const line of lines) {
    const row = rowOf(line, mapping, where);
    const piece = await pieceFromRow(row, context);
    const before = merged.get(piece.id);
    if (before && !isSamePiece(before.piece, piece))
      refuse(row.at('id'), `"${piece.id}" again, unlike before`, 'lines of one piece that differ in quantity alone');
    const quantity = (piece.quantity ?? 1) + (before?.piece.quantity ?? (before ? 1 : 0));
    merged.set(piece.id, { piece: { ...piece, quantity }, line, at: row.at('id') });
  }
  const entries = [...merged.values()];
  const kits = kitsOf(lines, where);
  const thickness = thicknessOf(lines, where);
  const order = parseDocument(
    orderSchema,
    {
      ...(thickness === null ? {} : { thickness }),
      ...{ kerf: 1, unit: 'mm', pieces: entries.map(({ piece }) => piece) },
      ...(kits.size > 0 ? { kits: [...kits].map(([id, quantity]) => ({ id, quantity })) } : {}),
    },
    { name: 'order', where, code: 'ORDERS_DOCUMENT_REFUSED' },
  );
  const places = {
    where,
    piece: (k: number) => entries[k]!.at,
    kit: (k: number) => `kit "${[...kits.keys()][k] ?? ''}"`,
  };
  checkOrder(order, places, grading);
  const orders = new Set(lines.map(({ cell }) => cell('order')).filter((text) => text !== ''));
  const hasFiles = drawings.size > 0;
  return {
    name: orders.size === 1 ? [...orders][0]! : null,
    order: withBestStated(order, grading),
    unitsStated: [...units],
    doubts: [
      // Rectangles are mm by the mapping; only a drawing can leave its unit open.
      ...doubtOrder(order, [...units], isOpen).filter((doubt) => hasFiles || doubt !== 'unitNotStated'),
      ...(orders.size > 1 ? (['ordersDiffer'] as const) : []),
      ...(new Set(lines.map(({ cell }) => cell('colour'))).size > 1 ? (['coloursDiffer'] as const) : []),
      ...(doAreasDiffer(order, entries) ? (['areasDiffer'] as const) : []),
    ],
  };
}

function rowOf(line: MappedLine, mapping: OrderMapping, where: string): Parameters<typeof pieceFromRow>[0] {
  const { cell, at } = line;
  const isKnown = (column: string): column is OrderColumn => ORDER_COLUMNS.some((c) => c === column);
  const has = (field: OrderField) => mapping.columns.some(({ to }) => to === field);
  if (has('quantity') && cell('quantity') === '')
    refuseLine(where, at('quantity'), 'nothing', 'a whole number of at least 1');
  const drawing =
    cell('file') === '' && !cell('mirror').toLowerCase().startsWith('pair') ? rectangle(line, where) : null;
  const idOf = () => ID_PARTS.map((part) => cell(part)).filter((text) => text !== '');
  return {
    cell: (column) => (column === 'id' && !has('id') ? idOf().join('-') : isKnown(column) ? cell(column) : ''),
    at: (column) => at(column === 'id' && !has('id') ? (ID_PARTS.find(has) ?? 'id') : column),
    ...(drawing ? { drawing } : {}),
  };
}

/** A strap or a panel that needs no drawing. */
function rectangle({ cell, at }: MappedLine, where: string): DrawnPiece | null {
  if (cell('width') === '' && cell('height') === '') return null;
  const side = (field: 'width' | 'height') => {
    const mm = Number(cell(field));
    if (cell(field) !== '' && mm > 0) return mm;
    return refuseLine(where, at(field), cell(field) === '' ? 'nothing' : `"${cell(field)}"`, 'a length above 0');
  };
  const [w, h] = [side('width'), side('height')];
  return {
    outline: [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
    ],
  };
}

/** How many of each kit; every line of one says the same. */
function kitsOf(lines: readonly MappedLine[], where: string): ReadonlyMap<string, number> {
  const kits = new Map<string, number>();
  for (const { cell, at } of lines) {
    const kit = cell('kit');
    if (kit === '') continue;
    const text = cell('kitQuantity');
    const count = text === '' ? 1 : Number(text);
    const before = kits.get(kit);
    if (!Number.isInteger(count) || count < 0) refuseLine(where, at('kitQuantity'), `"${text}"`, 'a whole number');
    if (before !== undefined && before !== count)
      refuseLine(where, at('kitQuantity'), String(count), `${before}, as other lines of kit "${kit}" say`);
    kits.set(kit, count);
  }
  return kits;
}

/** What the lines that say it agree on; null: none says it. */
function thicknessOf(lines: readonly MappedLine[], where: string): number | null {
  let agreed: number | null = null;
  for (const { cell, at } of lines) {
    const text = cell('thickness');
    if (text === '') continue;
    const value = Number(text);
    if (!(value >= 0)) refuseLine(where, at('thickness'), `"${text}"`, 'millimetres, 0 or more');
    if (agreed !== null && agreed !== value)
      refuseLine(where, at('thickness'), text, `${agreed}, as other lines say: an order is of one material`);
    agreed = value;
  }
  return agreed;
}

function isSamePiece(a: Piece, b: Piece): boolean {
  const bare = ({ quantity: _, ...piece }: Piece) => JSON.stringify(piece);
  return bare(a) === bare(b);
}

function scaledDrawing(drawn: DrawnPiece, { unit }: OrderMapping): DrawnPiece {
  const { id: _, ...scaled } = scaledTo({ kerf: 1, pieces: [{ id: 'drawn', ...drawn }] }, unit).pieces[0]!;
  return scaled;
}

function doAreasDiffer({ pieces }: Order, entries: readonly { readonly line: MappedLine }[]): boolean {
  return entries.some(({ line }, k) => {
    const stated = Number(line.cell('areaMm2'));
    if (line.cell('areaMm2') === '' || !(stated > 0)) return false;
    const { outline, holes } = pieceShape(pieces, k);
    return Math.abs(regionArea(outline, holes) - stated) > AREA_SHARE * stated;
  });
}

function listed(lines: readonly MappedLine[], field: OrderField): string {
  const all = [...new Set(lines.map(({ cell }) => cell(field)).filter((text) => text !== ''))];
  return all.length === 0 ? 'none' : `${all.slice(0, 10).join(', ')}${all.length > 10 ? ' …' : ''}`;
}

function refuseLine(where: string, at: string, found: string, expected: string): never {
  throw new KerfError('ORDERS_LINE_REFUSED', `${where}: ${at}: found ${found}, expected ${expected}.`, {
    details: { where, path: at },
  });
}
