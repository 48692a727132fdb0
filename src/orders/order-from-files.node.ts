import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { formatPath, moveFigure } from '#geometry/format-path.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { drawnFromDxf } from './drawn-from-dxf.node.ts';
import { drawnFromJson } from './drawn-from-json.ts';
import { drawnFromSvg } from './drawn-from-svg.ts';
import type { DrawnPiece } from './drawn-piece.ts';
import { orderFromCsv } from './order-from-csv.ts';
import { orderFromJson } from './order-from-json.ts';

/** A file as a person hands it over: its name, perhaps with folders, and its text. */
export interface OrderFile {
  readonly name: string;
  readonly text: string;
}

export type LengthUnit = 'mm' | 'cm' | 'm' | 'in';

export interface FoundOrder {
  /** The order's file, or the first drawing, without folder and ending. */
  readonly name: string;
  /** In mm. */
  readonly order: Order;
  /** Units that the files state, each once, in the files' own word; empty where none states one and mm was taken. */
  readonly unitsStated: readonly string[];
}

export interface OrderFromFilesOptions {
  readonly grading?: Grading;
  /** What a number of a file means that states no unit, or states a wrong one; default: as the files say. */
  readonly readAs?: LengthUnit;
}

const MM_PER_UNIT = { mm: 1, cm: 10, m: 1000, in: 25.4 } as const;

/** An order from files handed over together: an order.json or order.csv with its drawings, or drawings alone, each then
 *  a piece that is wanted once.
 *  @throws KerfError ORDERS_NOTHING_TO_READ, ORDERS_SEVERAL_ORDERS, ORDERS_FILE_UNREADABLE (a drawing that a CSV names and
 *  nobody handed over), and those of `readOrder` */
export async function orderFromFiles(
  files: readonly OrderFile[],
  { grading, readAs }: OrderFromFilesOptions = {},
): Promise<FoundOrder> {
  const known = files.map((file) => ({ name: file.name, text: file.text.replace(/^\uFEFF/, '') }));
  const tables = known.filter((f) => endingOf(f.name) === 'csv');
  const documents = known.filter((f) => endingOf(f.name) === 'json' && isOrderDocument(f.text));
  const drawings = known.filter((f) => ['json', 'svg', 'dxf'].includes(endingOf(f.name)) && !documents.includes(f));
  const [main, second] = [...tables, ...documents];
  if (main && second)
    throw new KerfError(
      'ORDERS_SEVERAL_ORDERS',
      `found two orders, ${main.name} and ${second.name}, expected one with its drawings.`,
      { details: { where: main.name, second: second.name } },
    );
  const first = main ?? drawings[0];
  if (!first)
    throw new KerfError('ORDERS_NOTHING_TO_READ', 'found no order and no drawing, expected JSON, CSV, SVG or DXF.', {
      details: { where: files[0]?.name ?? '' },
    });
  const order = scaledTo(await readMain(main ?? null, drawings, grading), readAs);
  const unitsStated = [...new Set(known.flatMap((file) => unitOf(file) ?? []))];
  return { name: baseOf(first.name).replace(/\.[^.]*$/, ''), order, unitsStated };
}

function readMain(
  main: OrderFile | null,
  drawings: readonly OrderFile[],
  grading: Grading | undefined,
): Promise<Order> | Order {
  if (main && endingOf(main.name) === 'json') return orderFromJson(main.text, baseOf(main.name), grading);
  const csv = main?.text ?? tableOf(drawings);
  const where = main ? baseOf(main.name) : 'drawings';
  return orderFromCsv(csv, where, {
    readDrawing: async (file) => readDrawing(findDrawing(drawings, file, where)),
    ...(grading ? { grading } : {}),
  });
}

/** Drawings alone: one row each, wanted once, named as their files. */
function tableOf(drawings: readonly OrderFile[]): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const rows = drawings.map(({ name }) => `${quoted(baseOf(name).replace(/\.[^.]*$/, ''))},${quoted(name)}`);
  return ['id,file', ...rows].join('\n');
}

/** By its whole name, else by the last part of it: a file chooser leaves folders out. */
function findDrawing(drawings: readonly OrderFile[], file: string, where: string): OrderFile {
  const same = (a: string, b: string) =>
    a.replaceAll('\\', '/').toLowerCase() === b.replaceAll('\\', '/').toLowerCase();
  const found = drawings.find((d) => same(d.name, file)) ?? drawings.find((d) => same(baseOf(d.name), baseOf(file)));
  if (found) return found;
  throw new KerfError('ORDERS_DRAWING_MISSING', `${where}: found no drawing "${file}" among the files handed over.`, {
    details: { where, file },
  });
}

function readDrawing({ name, text }: OrderFile): DrawnPiece {
  const where = baseOf(name);
  const ending = endingOf(name);
  return ending === 'dxf'
    ? drawnFromDxf(text, where)
    : ending === 'svg'
      ? drawnFromSvg(text, where)
      : drawnFromJson(text, where);
}

function scaledTo(order: Order, readAs: LengthUnit | undefined): Order {
  if (readAs === undefined || readAs === 'mm') return order;
  const scale = MM_PER_UNIT[readAs];
  const scaled = inMillimetres({ ...order, unit: readAs });
  // A path is mm whatever the unit says, so the document's scaling leaves it alone.
  const bigger = (piece: Piece): Piece =>
    piece.path === undefined
      ? piece
      : { ...piece, path: formatPath(moveFigure(parsePath(piece.path), { scale, isFlipped: false, x: 0, y: 0 })) };
  return { ...scaled, pieces: scaled.pieces.map(bigger) };
}

/** The unit that a file states, as it states it. */
function unitOf({ name, text }: OrderFile): string | null {
  switch (endingOf(name)) {
    case 'dxf': {
      const code = /\$INSUNITS\s+70\s+(\d+)/.exec(text)?.[1];
      return code === undefined || code === '0'
        ? null
        : ({ 1: 'in', 2: 'ft', 4: 'mm', 5: 'cm', 6: 'm', 14: 'dm' }[code] ?? code);
    }
    case 'svg':
      return /<svg[^>]*\swidth\s*=\s*["']\s*[\d.]+\s*(mm|cm|in|pt|pc)/.exec(text)?.[1] ?? null;
    case 'json':
      return /"unit"\s*:\s*"(\w+)"/.exec(text)?.[1] ?? (isOrderDocument(text) ? 'mm' : null);
    default:
      return null;
  }
}

function isOrderDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'pieces' in value;
  } catch {
    // What cannot be read is told by its reader, which names the place.
    return false;
  }
}

function baseOf(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

function endingOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
