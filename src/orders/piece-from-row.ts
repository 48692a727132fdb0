import { qualityOfGrade } from '#domain/grading.ts';
import type { Grading } from '#domain/grading.ts';
import type { Piece } from '#domain/problem.ts';
import type { DrawnPiece } from './drawn-piece.ts';

/** What a line may say, in our own words (docs/contracts.md, "CSV order"). */
export const ORDER_COLUMNS = [
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
export type OrderColumn = (typeof ORDER_COLUMNS)[number];

/** Gives the drawing that a CSV order names: a file beside it. */
export type ReadDrawing = (file: string) => Promise<DrawnPiece>;

/** One line of an order as its reader found it. */
export interface OrderRow {
  /** What stands there; empty: nothing. */
  readonly cell: (column: OrderColumn) => string;
  /** How errors name a place of it: "row 5, column quantity". */
  readonly at: (column: OrderColumn) => string;
  /** Its shape, where no file has it. */
  readonly drawing?: DrawnPiece;
}

export interface RowContext {
  readonly grading: Grading;
  readonly hasDecimalComma: boolean;
  readonly readDrawing: ReadDrawing;
  readonly refuse: (at: string, found: string, expected: string) => never;
}

/** A piece from its line. @throws what `refuse` throws, ORDERS_DRAWING_… */
export async function pieceFromRow({ cell, at, drawing: drawn }: OrderRow, context: RowContext): Promise<Piece> {
  const { grading, readDrawing, refuse } = context;
  const wrong = (column: OrderColumn, expected: string): never =>
    refuse(at(column), cell(column) === '' ? 'nothing' : `"${cell(column)}"`, expected);
  const number = (column: OrderColumn, isFitting: (v: number) => boolean, expected: string): number | undefined => {
    const text = cell(column);
    if (text === '') return undefined;
    const v = Number(context.hasDecimalComma ? text.replace(',', '.') : text);
    return Number.isFinite(v) && isFitting(v) ? v : wrong(column, expected);
  };
  const id = cell('id') === '' ? wrong('id', 'an id of its own') : cell('id');
  const mirror = readMirror(cell('mirror')) ?? wrong('mirror', 'never, allowed or pairOf:ID');
  const isPair = typeof mirror === 'object';
  if (isPair && cell('file') !== '') wrong('file', 'none beside pairOf');
  if (!isPair && !drawn && cell('file') === '')
    wrong('file', 'the name of a JSON, SVG or DXF drawing beside the order');
  const drawing = isPair ? {} : (drawn ?? (await readDrawing(cell('file'))));
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
