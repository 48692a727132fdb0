import { LEATHER_GRADING, qualityOfGrade } from '#domain/grading.ts';
import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument } from '#domain/parse-document.ts';
import { orderSchema } from '#domain/problem.ts';
import type { Order, Piece } from '#domain/problem.ts';
import { checkOrder } from './check-order.ts';
import type { DrawnPiece } from './drawn-piece.ts';
import { parseCsv } from './parse-csv.ts';

const COLUMNS = [
  'id',
  'file',
  'quantity',
  'quality',
  'rotation',
  'grainAngle',
  'grainTolerance',
  'mirror',
  'kit',
  'value',
  'priority',
  'label',
] as const;
type Column = (typeof COLUMNS)[number];

/** Gives the drawing that a CSV order names: a file beside it. */
export type ReadDrawing = (file: string) => Promise<DrawnPiece>;

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
  if (!head) refuse(where, 'row 1', 'nothing', `the columns ${COLUMNS.join(delimiter)}`);
  const columns = readHead(head!.cells, where);
  if (body.length === 0) refuse(where, 'row 2', 'no row', 'one row a piece');
  const pieces: Piece[] = [];
  for (const { line, cells } of body) {
    if (cells.length > columns.length) {
      refuse(
        where,
        `row ${line}`,
        `${cells.length} cells`,
        `${columns.length}, as many as columns (quote a cell that holds "${delimiter}")`,
      );
    }
    const cell = (column: Column) => cells[columns.indexOf(column)] ?? '';
    pieces.push(await readRow(cell, { where, line, grading, hasDecimalComma: delimiter === ';', readDrawing }));
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
  return parsed;
}

function readHead(cells: readonly string[], where: string): readonly Column[] {
  const columns = cells.map((name, k): Column => {
    const known = COLUMNS.find((column) => column.toLowerCase() === name.trim().toLowerCase());
    if (!known) return refuse(where, `row 1, column ${k + 1}`, `"${name}"`, `one of ${COLUMNS.join(', ')}`);
    return known;
  });
  const twice = columns.find((column, k) => columns.indexOf(column) !== k);
  if (twice) refuse(where, 'row 1', `the column "${twice}" twice`, 'each column once');
  if (!columns.includes('id')) refuse(where, 'row 1', cells.join(', '), 'a column "id"');
  return columns;
}

interface RowContext {
  readonly where: string;
  readonly line: number;
  readonly grading: Grading;
  readonly hasDecimalComma: boolean;
  readonly readDrawing: ReadDrawing;
}

async function readRow(cell: (column: Column) => string, context: RowContext): Promise<Piece> {
  const { where, line, grading, readDrawing } = context;
  const wrong = (column: Column, expected: string): never =>
    refuse(where, `row ${line}, column ${column}`, cell(column) === '' ? 'nothing' : `"${cell(column)}"`, expected);
  const number = (column: Column, isFitting: (v: number) => boolean, expected: string): number | undefined => {
    const text = cell(column);
    if (text === '') return undefined;
    const v = Number(context.hasDecimalComma ? text.replace(',', '.') : text);
    return Number.isFinite(v) && isFitting(v) ? v : wrong(column, expected);
  };
  const id = cell('id') === '' ? wrong('id', 'an id of its own') : cell('id');
  const mirror = readMirror(cell('mirror')) ?? wrong('mirror', 'never, allowed or pairOf:ID');
  const isPair = typeof mirror === 'object';
  if (isPair && cell('file') !== '') wrong('file', 'none beside pairOf');
  if (!isPair && cell('file') === '') wrong('file', 'the name of a JSON, SVG or DXF drawing beside the order');
  const drawing = isPair ? {} : await readDrawing(cell('file'));
  const quality = cell('quality') === '' ? undefined : qualityOfGrade(cell('quality'), grading);
  const scale = grading.grades.map((grade) => grade.name).join(', ');
  if (quality === null || quality === 0) wrong('quality', `a grade (${scale}) or its number, above 0`);
  const angle = number('grainAngle', () => true, 'an angle in degrees');
  const tolerance = number('grainTolerance', (v) => v >= 0, 'degrees, at least 0');
  if (tolerance !== undefined && angle === undefined) wrong('grainAngle', 'an angle beside grainTolerance');
  const stated = {
    // A quantity of 0 goes on to where an order.json's is refused.
    quantity: number('quantity', (v) => Number.isInteger(v) && v >= 0, 'a whole number of at least 1'),
    quality: quality ?? undefined,
    rotation:
      cell('rotation') === ''
        ? undefined
        : (readRotation(cell('rotation')) ?? wrong('rotation', 'free, fixed, angles ("0 180") or "90+-5"')),
    grain: angle === undefined ? undefined : { angle, tolerance },
    mirror: mirror === 'never' ? undefined : mirror,
    kit: cell('kit') || undefined,
    value: number('value', (v) => v >= 0, 'a number of at least 0'),
    priority: number('priority', () => true, 'a number'),
    label: cell('label') || undefined,
  };
  return { id, ...drawing, ...(withoutUndefined(stated) as Partial<Piece>) };
}

function readMirror(text: string): NonNullable<Piece['mirror']> | null {
  const word = text.toLowerCase();
  if (word === '' || word === 'never') return 'never';
  if (word === 'allowed') return 'allowed';
  const pair = /^pairof\s*[:=]\s*(.+)$/i.exec(text)?.[1];
  return pair === undefined ? null : { pairOf: pair.trim() };
}

function readRotation(text: string): NonNullable<Piece['rotation']> | null {
  const word = text.toLowerCase();
  if (word === 'free' || word === 'fixed') return word;
  const around = /^(.+?)\s*(?:\+-|\+\/-|±)\s*(.+)$/.exec(text);
  const numbers = (around ? around.slice(1) : text.split(/[\s|/]+/)).map((part) => (part === '' ? NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) return null;
  if (!around) return numbers;
  return numbers[1]! >= 0 ? { around: numbers[0]!, tolerance: numbers[1]! } : null;
}

function withoutUndefined(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, v]) => {
      if (v === undefined) return [];
      const isPlain = typeof v === 'object' && v !== null && !Array.isArray(v);
      return [[key, isPlain ? withoutUndefined(v as Record<string, unknown>) : v]];
    }),
  );
}

function refuse(where: string, at: string, found: string, expected: string): never {
  throw new KerfError('ORDERS_CSV_REFUSED', `${where}: ${at}: found ${found}, expected ${expected}.`, {
    details: { where, path: at },
  });
}
