import { KerfError } from '#domain/kerf-error.ts';
import type { OrderField, OrderMapping } from '#domain/order-mapping.ts';
import { parseJson } from '#domain/parse-document.ts';
import { parseCsv } from './parse-csv.ts';

/** One line of another program's order, told in our own fields. */
export interface MappedLine {
  /** Empty: nothing there. Numbers have a decimal point. */
  readonly cell: (field: OrderField) => string;
  /** How errors name a place of it, in the other program's words: `row 5, column "Menge"`, `lines[3].qty`. */
  readonly at: (field: OrderField) => string;
}

type Column = OrderMapping['columns'][number];
/** What stands in a column of a line; undefined: there is no such column. */
type Look = (name: string) => { readonly text: string; readonly isNumber: boolean } | undefined;
interface RawLine {
  readonly look: Look;
  readonly at: (name: string) => string;
}

/** Fields whose text is a number. */
const NUMBERS: ReadonlySet<OrderField> = new Set([
  'width',
  'height',
  'areaMm2',
  'quantity',
  'grainAngle',
  'grainTolerance',
  'kitQuantity',
  'value',
  'priority',
  'thickness',
]);

/** The lines that a mapping finds in a text, those left out that its `is` columns do not want.
 *  @throws KerfError ORDERS_MAPPING_REFUSED where mapping and text do not fit, ORDERS_CSV_REFUSED, ORDERS_DOCUMENT_REFUSED */
export function mappedLines(text: string, where: string, mapping: OrderMapping): readonly MappedLine[] {
  refuseUnsound(mapping);
  const lines = mapping.format === 'csv' ? csvLines(text, where, mapping) : jsonLines(text, where, mapping);
  const wanted = lines.filter((line) =>
    mapping.columns.every((column) => column.is === undefined || column.is.includes(seen(column, line).text)),
  );
  const byField = new Map(mapping.columns.flatMap((column) => (column.to ? [[column.to, column] as const] : [])));
  return wanted.map((line) => {
    const cell = (field: OrderField): string => {
      const column = byField.get(field);
      if (!column) return '';
      if (column.text !== undefined)
        return column.text.replaceAll(/\{(\w+)\}/g, (_, other: string) => cell(other as OrderField));
      const { text: found, isNumber } = seen(column, line);
      const word = column.words && Object.hasOwn(column.words, found) ? column.words[found]! : found;
      if (!NUMBERS.has(field)) return word;
      const value = word === '' ? null : isNumber ? Number(word) : numberOf(word, mapping.decimal);
      // What is no number stays as it is written: who reads the field refuses it with its place.
      return value === null ? word : String(Number((value * (column.times ?? 1)).toPrecision(12)));
    };
    const at = (field: OrderField) => {
      const name = byField.get(field)?.name;
      return name === undefined ? `${line.at('')}, ${field} of the mapping` : line.at(name);
    };
    return { cell, at };
  });
}

/** A number as a person writes it, thousands perhaps apart by the sign that is not the decimal one; null: none. */
function numberOf(text: string, decimal: '.' | ','): number | null {
  const grouping = decimal === '.' ? ',' : '.';
  const plain = text.replaceAll(/[\s\u00A0\u202F']/g, '');
  const [whole = '', ...fraction] = plain.split(decimal);
  const groups = whole.split(grouping);
  const areGroups = groups.every((group, k) => (k === 0 ? /^[+-]?\d{1,3}$/ : /^\d{3}$/).test(group));
  if (fraction.length > 1 || (groups.length > 1 && !areGroups)) return null;
  const number = Number([groups.join(''), ...fraction].join('.'));
  return plain === '' || !Number.isFinite(number) ? null : number;
}

function csvLines(text: string, where: string, mapping: OrderMapping): RawLine[] {
  const { rows } = parseCsv(text, where, mapping.delimiter);
  const [head, ...body] = rows;
  const names = (head?.cells ?? []).map((name) => name.trim());
  for (const { name } of mapping.columns)
    if (name !== undefined && names.filter((n) => n === name).length !== 1)
      refuse(
        `${where}: row 1`,
        names.includes(name) ? `the column "${name}" twice` : `the columns ${names.join(', ').slice(0, 200) || 'none'}`,
        `one "${name}", as the mapping says`,
      );
  return body.map(({ line, cells }) => ({
    look: (name) => ({ text: (cells[names.indexOf(name)] ?? '').trim(), isNumber: false }),
    at: (name) => (name === '' ? `row ${line}` : `row ${line}, column "${name}"`),
  }));
}

function jsonLines(text: string, where: string, { rows = '', columns }: OrderMapping): RawLine[] {
  const document = parseJson(text, where, 'ORDERS_DOCUMENT_REFUSED');
  const list = valueAt(document, rows);
  if (!Array.isArray(list))
    return refuse(
      `${where}: ${rows || 'the document'}`,
      list === undefined ? 'nothing' : 'no list',
      'the list of lines that the mapping\'s "rows" names',
    );
  const lines = list.map((line: unknown, k): RawLine => ({
    look: (name) => {
      const value = name.startsWith('/') ? valueAt(document, name.slice(1)) : valueAt(line, name);
      if (value === null) return { text: '', isNumber: false };
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
      return { text: String(value).trim(), isNumber: typeof value === 'number' };
    },
    at: (name) => (name.startsWith('/') ? name.slice(1) : `${rows}[${k}]${name === '' ? '' : `.${name}`}`),
  }));
  // JSON leaves out what is empty, so one line may lack a name; that all do means another name.
  for (const { name } of columns)
    if (name !== undefined && lines.length > 0 && lines.every(({ look }) => look(name) === undefined))
      refuse(`${where}: ${rows || 'the document'}`, `no line with "${name}"`, 'one, as the mapping says');
  return lines;
}

/** `a.b.0` in a document; own keys only. */
function valueAt(document: unknown, path: string): unknown {
  let at = document;
  for (const key of path === '' ? [] : path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return at;
}

function seen({ name = '' }: Column, { look }: RawLine): { text: string; isNumber: boolean } {
  return look(name) ?? { text: '', isNumber: false };
}

function refuseUnsound({ columns }: OrderMapping): void {
  const fields = columns.flatMap(({ to }) => to ?? []);
  for (const [k, { name, text, to, is }] of columns.entries()) {
    const at = `columns[${k}]`;
    if ((name === undefined) === (text === undefined)) refuse(at, 'neither or both of name and text', 'one of them');
    if ((to === undefined) === (is === undefined)) refuse(at, 'neither or both of to and is', 'one of them');
    if (text !== undefined && to === undefined) refuse(at, 'a text that says nothing', '"to" beside it');
    if (to !== undefined && fields.indexOf(to) !== fields.lastIndexOf(to)) refuse(at, `"${to}" twice`, 'each once');
    for (const [, other] of (text ?? '').matchAll(/\{(\w+)\}/g)) {
      const source = columns.find((c) => c.to === other);
      // A text of texts could name itself.
      if (source?.name === undefined) refuse(at, `"{${other}}"`, 'a field that another column reads from a line');
    }
  }
  if (!fields.includes('id') && !fields.some((field) => ID_PARTS.includes(field)))
    refuse('columns', 'no id', `a column to id, or to one of ${ID_PARTS.join(', ')}`);
}

/** What a piece is called by where no column says its id. */
export const ID_PARTS: readonly OrderField[] = ['style', 'part', 'size', 'colour'];

function refuse(at: string, found: string, expected: string): never {
  throw new KerfError('ORDERS_MAPPING_REFUSED', `${at}: found ${found}, expected ${expected}.`, { details: { at } });
}
