import { KerfError } from '#domain/kerf-error.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { formatPath, moveFigure } from '#geometry/format-path.ts';
import { inMillimetres } from '#geometry/in-millimetres.ts';
import { parsePath } from '#geometry/parse-path.ts';
import { drawnFromDxf } from './drawn-from-dxf.ts';
import { drawnFromJson } from './drawn-from-json.ts';
import { drawnFromSvg } from './drawn-from-svg.ts';
import type { DrawnPiece } from './drawn-piece.ts';

/** A file as a person hands it over: its name, perhaps with folders, and its text. */
export interface OrderFile {
  readonly name: string;
  readonly text: string;
}

export type LengthUnit = 'mm' | 'cm' | 'm' | 'in';

const MM_PER_UNIT = { mm: 1, cm: 10, m: 1000, in: 25.4 } as const;

/** By its whole name, else by the last part of it: a file chooser leaves folders out. */
export function findDrawing(drawings: readonly OrderFile[], file: string, where: string): OrderFile {
  const same = (a: string, b: string) =>
    a.replaceAll('\\', '/').toLowerCase() === b.replaceAll('\\', '/').toLowerCase();
  const found = drawings.find((d) => same(d.name, file)) ?? drawings.find((d) => same(baseOf(d.name), baseOf(file)));
  if (found) return found;
  throw new KerfError('ORDERS_DRAWING_MISSING', `${where}: found no drawing "${file}" among the files handed over.`, {
    details: { where, file },
  });
}

/** @throws KerfError ORDERS_DRAWING_REFUSED */
export function readDrawing({ name, text }: OrderFile): DrawnPiece {
  const where = baseOf(name);
  const ending = endingOf(name);
  return ending === 'dxf'
    ? drawnFromDxf(text, where)
    : ending === 'svg'
      ? drawnFromSvg(text, where)
      : drawnFromJson(text, where);
}

/** An order in mm as if its numbers were of another unit. */
export function scaledTo(order: Order, readAs: LengthUnit | undefined): Order {
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
export function unitOf({ name, text }: OrderFile): string | null {
  switch (endingOf(name)) {
    case 'dxf': {
      const code = /\$INSUNITS\s+70\s+(\d+)/.exec(text)?.[1];
      return code === undefined || code === '0'
        ? null
        : ({ 1: 'in', 2: 'ft', 4: 'mm', 5: 'cm', 6: 'm', 14: 'dm' }[code] ?? code);
    }
    case 'svg':
      return /<svg[^<>]*\s(?:width|height)\s*=\s*["']\s*[\d.]+\s*(mm|cm|in|pt|pc)/.exec(text)?.[1] ?? null;
    case 'json':
      return /"unit"\s*:\s*"(\w+)"/.exec(text)?.[1] ?? (isOrderDocument(text) ? 'mm' : null);
    default:
      return null;
  }
}

/** Whether a drawing that could state its unit states none; JSON is mm. */
export function isUnitOpen(file: OrderFile): boolean {
  return ['dxf', 'svg'].includes(endingOf(file.name)) && unitOf(file) === null;
}

export function isOrderDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'pieces' in value;
  } catch {
    // What cannot be read is told by its reader, which names the place.
    return false;
  }
}

export function baseOf(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? name;
}

export function endingOf(name: string): string {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}
