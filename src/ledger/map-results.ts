import { KerfError } from '#domain/kerf-error.ts';
import {
  pieceFields,
  resultsMappingSchema,
  type PieceField,
  type ResultsColumn,
  type ResultsMappingInput,
  type SheetField,
} from '#domain/results-mapping.ts';
import type { SheetRecord } from '#domain/sheet-record.ts';
import { countedSheets, type CountedSheet } from './counted-sheets.ts';

type Value = string | number | null;
type Piece = SheetRecord['pieces'][number];

/** What a column may show of a sheet, and of a piece where rows are pieces. */
const SHEET_FIELDS: Readonly<Record<SheetField, (sheet: CountedSheet) => Value>> = {
  job: ({ record }) => record.job,
  seq: ({ record }) => record.seq,
  order: ({ record }) => record.order,
  machine: ({ record }) => record.machine,
  state: ({ record }) => record.state,
  at: ({ record }) => record.at,
  follows: ({ record }) => record.follows ?? null,
  remnant: ({ record }) => record.remnant ?? null,
  grossMm2: (s) => s.grossMm2,
  againMm2: (s) => s.againMm2,
  openMm2: (s) => s.openMm2,
  fate: ({ record, isOpen }) => (isOpen ? 'open' : (record.fate?.sheet ?? null)),
  usableMm2: (s) => Object.entries(s.usableMm2).reduce((sum, [q, mm2]) => sum + (Number(q) > 0 ? mm2 : 0), 0),
  nestedMm2: (s) => s.nestedMm2,
  cutMm2: ({ record }) => record.cutMm2,
  acceptedMm2: ({ record }) => record.accepted?.areaMm2 ?? null,
  acceptedBy: ({ record }) => record.accepted?.by ?? null,
  acceptedHow: ({ record }) => record.accepted?.how ?? null,
  placedCount: (s) => s.pieces.reduce((sum, piece) => sum + piece.placed, 0),
  cutCount: (s) => s.pieces.reduce((sum, piece) => sum + piece.cut, 0),
  unplacedCount: ({ record }) => record.unplacedCount,
  // Of the sheet's own layout, whatever became of it.
  yieldBp: ({ record: r }) => (r.grossMm2 > 0 ? Math.round((10_000 * r.nestedMm2) / r.grossMm2) : 0),
  seconds: ({ record }) => Object.values(record.secondsIn).reduce((sum, seconds) => sum + seconds, 0),
  approvedBy: ({ record }) => record.approvedBy,
  layoutSha256: ({ record }) => record.made.layoutSha256,
};
const PIECE_FIELDS: Readonly<Record<PieceField, (piece: Piece) => Value>> = {
  piece: (p) => p.id,
  piecePlaced: (p) => p.placed,
  pieceCut: (p) => p.cut,
  pieceMm2: (p) => p.areaMm2,
};
/** The records by a mapping: CSV (RFC 4180, with heads, UTF-8) or JSON (a list of objects), as `countedSheets` counts.
 *  Cells that a spreadsheet would take for a formula are led by an apostrophe.
 *  @param later records of jobs that went on with these after their span
 *  @throws KerfError LEDGER_MAPPING_REFUSED for a column of a piece where rows are sheets, or without content */
export function mapResults(
  records: readonly SheetRecord[],
  given: ResultsMappingInput,
  later: readonly SheetRecord[] = [],
): string {
  const mapping = resultsMappingSchema.parse(given);
  const { format, rows, delimiter, decimal, columns } = mapping;
  for (const [k, { name, from, text }] of columns.entries()) {
    if ((from === undefined) === (text === undefined))
      refuse(k, name, 'neither or both of from and text', 'one of them');
    if (isPieceField(from) && rows === 'sheet')
      refuse(k, name, `from "${from ?? ''}"`, 'a field of a sheet, or "rows": "piece"');
  }
  const lines = countedSheets(records, later).flatMap((sheet) =>
    (rows === 'sheet' ? [null] : sheet.pieces).map((piece) => columns.map((column) => cellOf(column, sheet, piece))),
  );
  if (format === 'json')
    return `${JSON.stringify(
      lines.map((line) => Object.fromEntries(columns.map(({ name }, k) => [name, line[k]]))),
      null,
      1,
    )}\n`;
  const csvCell = (value: Value, k: number) => {
    const digits = columns[k]?.digits;
    const text = typeof value === 'number' ? numberText(value, digits).replace('.', decimal) : (value ?? '');
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return safe.includes(delimiter) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const heads = columns.map(({ name }) => csvCell(name, -1)).join(delimiter);
  return [heads, ...lines.map((line) => line.map(csvCell).join(delimiter))].map((line) => `${line}\r\n`).join('');
}

function cellOf(column: ResultsColumn, sheet: CountedSheet, piece: Piece | null): Value {
  const { from, text, times, digits, words } = column;
  const value = from === undefined ? (text ?? '') : valueOf(from, sheet, piece);
  if (typeof value === 'number') {
    const scaled = value * (times ?? 1);
    return digits === undefined ? scaled : Number(scaled.toFixed(digits));
  }
  return value !== null && words && Object.hasOwn(words, value) ? (words[value] ?? value) : value;
}

function valueOf(from: string, sheet: CountedSheet, piece: Piece | null): Value {
  if (from.startsWith('grade:')) return sheet.usableMm2[from.slice('grade:'.length)] ?? 0;
  if (isPieceField(from)) return piece ? PIECE_FIELDS[from](piece) : null;
  return SHEET_FIELDS[from as SheetField](sheet);
}

function isPieceField(from: string | undefined): from is PieceField {
  return pieceFields.some((field) => field === from);
}

function numberText(value: number, digits: number | undefined): string {
  return digits === undefined ? String(value) : value.toFixed(digits);
}

function refuse(k: number, name: string, found: string, expected: string): never {
  throw new KerfError('LEDGER_MAPPING_REFUSED', `columns[${k}] "${name}": found ${found}, expected ${expected}.`);
}
