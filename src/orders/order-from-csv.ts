import { LEATHER_GRADING } from '#domain/grading.ts';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { orderSchema } from '#domain/problem.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { checkOrder, withBestStated } from './check-order.ts';
import { parseCsv } from './parse-csv.ts';
import { ORDER_COLUMNS, pieceFromRow, type OrderColumn, type ReadDrawing } from './piece-from-row.ts';

/** An order.csv as an order in mm (docs/contracts.md, "Own problem"). The first row names the columns, in any order; `id` is
 *  needed, and `file` unless `mirror` is "pairOf:ID". Quality is a grade's letter or a number; rotation is free, fixed, angles
 *  apart by spaces or bars ("0 180"), or "90+-5"; a kit named here is wanted once, its pieces' quantities being for one kit.
 *  With semicolons a number may have a decimal comma.
 *  @throws KerfError ORDERS_CSV_REFUSED naming row and column, ORDERS_DRAWING_…, and those of `checkOrder` */
export async function orderFromCsv(
  text: string,
  where: string,
  { readDrawing, grading = LEATHER_GRADING }: { readonly readDrawing: ReadDrawing; readonly grading?: Grading },
): Promise<Order> {
  const { delimiter, rows } = parseCsv(text, where);
  const [head, ...body] = rows;
  if (!head) refuse(where, 'row 1', 'nothing', `the columns ${ORDER_COLUMNS.join(delimiter)}`);
  const columns = readHead(head!.cells, where);
  if (body.length === 0) refuse(where, 'row 2', 'no row', 'one row a piece');
  const pieces: Piece[] = [];
  const context = {
    ...{ grading, readDrawing, hasDecimalComma: delimiter === ';' },
    refuse: (at: string, found: string, expected: string) => refuse(where, at, found, expected),
  };
  for (const { line, cells } of body) {
    if (cells.length > columns.length) {
      refuse(
        where,
        `row ${line}`,
        `${cells.length} cells`,
        `${columns.length}, as many as columns (quote a cell that holds "${delimiter}")`,
      );
    }
    const cell = (column: OrderColumn) => cells[columns.indexOf(column)] ?? '';
    const at = (column: OrderColumn) => `row ${line}, column ${column}`;
    pieces.push(await pieceFromRow({ cell, at }, context));
  }
  const kits = [...new Set(pieces.flatMap(({ kit }) => (kit === undefined ? [] : [kit])))];
  const order: Order = {
    kerf: 1,
    unit: 'mm',
    pieces,
    ...(kits.length > 0 ? { kits: kits.map((id) => ({ id, quantity: 1 })) } : {}),
  };
  const parsed = parseDocument(orderSchema, order, { name: 'order', where, code: 'ORDERS_DOCUMENT_REFUSED' });
  const rowOf = (k: number) => `row ${body[k]!.line}`;
  checkOrder(parsed, { where, piece: rowOf, kit: (k) => `kit "${kits[k]!}"` }, grading);
  return withBestStated(parsed, grading);
}

function readHead(cells: readonly string[], where: string): readonly OrderColumn[] {
  const columns = cells.map((name, k): OrderColumn => {
    const known = ORDER_COLUMNS.find((column) => column.toLowerCase() === name.trim().toLowerCase());
    if (!known) return refuse(where, `row 1, column ${k + 1}`, `"${name}"`, `one of ${ORDER_COLUMNS.join(', ')}`);
    return known;
  });
  const twice = columns.find((column, k) => columns.indexOf(column) !== k);
  if (twice) refuse(where, 'row 1', `the column "${twice}" twice`, 'each column once');
  if (!columns.includes('id')) refuse(where, 'row 1', cells.join(', '), 'a column "id"');
  return columns;
}

function refuse(where: string, at: string, found: string, expected: string): never {
  throw new KerfError('ORDERS_CSV_REFUSED', `${where}: ${at}: found ${found}, expected ${expected}.`, {
    details: { where, path: at },
  });
}
