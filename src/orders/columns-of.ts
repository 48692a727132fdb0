import type { OrderField } from '#domain/order-mapping.ts';
import { parseJson } from '#domain/parse-document.ts';
import { parseCsv, type CsvDelimiter } from './parse-csv.ts';

/** What a file of another program has to map: its columns with some of what stands in them. */
export interface FoundColumns {
  readonly format: 'csv' | 'json';
  /** Null for JSON. */
  readonly delimiter: CsvDelimiter | null;
  readonly decimal: '.' | ',';
  /** Where a JSON document has its list of lines; empty: it is the list. */
  readonly rows: string;
  readonly columns: readonly {
    readonly name: string;
    readonly samples: readonly string[];
    /** What its name makes likely; null: nothing. Each field once. */
    readonly guess: OrderField | null;
  }[];
}

/** Values shown of a column. */
const MOST_SAMPLES = 3;
/** Lines that are looked at; a longer file is alike. */
const MOST_LINES = 200;
const MOST_COLUMNS = 100;

/** The columns of a CSV or JSON text. A duplicate or empty head is left out: no mapping could name it.
 *  @throws KerfError ORDERS_CSV_REFUSED, ORDERS_DOCUMENT_REFUSED */
export function columnsOf(text: string, where: string): FoundColumns {
  return /^\uFEFF?\s*[[{]/.test(text) ? jsonColumns(text, where) : csvColumns(text, where);
}

function csvColumns(text: string, where: string): FoundColumns {
  const head = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const isTabbed = head.split('\t').length > Math.max(head.split(';').length, head.split(',').length);
  const { delimiter, rows } = parseCsv(text, where, isTabbed ? '\t' : undefined);
  const [first, ...body] = rows;
  const names = (first?.cells ?? []).map((name) => name.trim());
  const lines = body.slice(0, MOST_LINES);
  const valuesOf = new Map(
    names.flatMap((name, k) =>
      name === '' || names.indexOf(name) !== names.lastIndexOf(name)
        ? []
        : [[name, lines.map(({ cells }) => (cells[k] ?? '').trim())] as const],
    ),
  );
  return { format: 'csv', delimiter, rows: '', ...columnsWith(valuesOf) };
}

function jsonColumns(text: string, where: string): FoundColumns {
  const document = parseJson(text, where, 'ORDERS_DOCUMENT_REFUSED');
  const found = listIn(document, '', 2);
  const lines = found?.list.slice(0, MOST_LINES) ?? [];
  const valuesOf = new Map<string, string[]>();
  for (const line of lines)
    for (const [name, value] of leavesOf(line, '', 2)) valuesOf.set(name, [...(valuesOf.get(name) ?? []), value]);
  const rows = found?.path ?? '';
  return { format: 'json', delimiter: null, rows, ...columnsWith(valuesOf) };
}

/** The first list of objects, outermost first. */
function listIn(
  value: unknown,
  path: string,
  depth: number,
): { readonly path: string; readonly list: readonly unknown[] } | null {
  if (Array.isArray(value)) return value.some(isObject) ? { path, list: value } : null;
  if (!isObject(value) || depth === 0) return null;
  const inside = Object.entries(value).map(([key, next]) => [path === '' ? key : `${path}.${key}`, next] as const);
  for (const [at, next] of inside) if (Array.isArray(next) && next.some(isObject)) return { path: at, list: next };
  for (const [at, next] of inside) {
    const found = listIn(next, at, depth - 1);
    if (found) return found;
  }
  return null;
}

/** Texts and numbers of a line, those of objects in it by `object.key`. */
function leavesOf(value: unknown, path: string, depth: number): [string, string][] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return path === '' ? [] : [[path, String(value).trim()]];
  if (!isObject(value) || depth === 0) return [];
  return Object.entries(value).flatMap(([key, next]) =>
    leavesOf(next, path === '' ? key : `${path}.${key}`, depth - 1),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function columnsWith(valuesOf: ReadonlyMap<string, readonly string[]>): Pick<FoundColumns, 'columns' | 'decimal'> {
  const taken = new Set<OrderField>();
  const all = [...valuesOf].slice(0, MOST_COLUMNS);
  const values = all.flatMap(([, texts]) => texts);
  const count = (pattern: RegExp) => values.filter((text) => pattern.test(text)).length;
  return {
    // 1,5 against 1.5; a comma before three digits may part thousands.
    decimal: count(/^[+-]?\d+,(\d{1,2}|\d{4,})$/) > count(/^[+-]?\d+\.\d+$/) ? ',' : '.',
    columns: all.map(([name, texts]) => {
      const likely = fieldBy(name);
      const guess = likely !== null && !taken.has(likely) ? likely : null;
      if (guess !== null) taken.add(guess);
      return { name, samples: [...new Set(texts)].filter((text) => text !== '').slice(0, MOST_SAMPLES), guess };
    }),
  };
}

/** How programs call these fields in the languages that Kerf speaks, and in German; letters and digits alone, lower
 *  case. A guess is a person's to confirm. */
const NAMES: Readonly<Partial<Record<OrderField, readonly string[]>>> = {
  id: ['id', 'piece', 'pieceid', 'teil', 'pieza', 'pezzo', 'peça'],
  style: ['style', 'model', 'modell', 'modelo', 'modello', 'article', 'artikel', 'artículo', 'articolo', 'artigo'],
  part: ['part', 'component', 'bauteil', 'parte', 'componente'],
  size: ['size', 'größe', 'groesse', 'talla', 'taglia', 'tamanho'],
  colour: ['colour', 'color', 'farbe', 'colore', 'cor'],
  order: ['order', 'orderno', 'ordernumber', 'auftrag', 'pedido', 'ordine'],
  file: ['file', 'drawing', 'pattern', 'datei', 'zeichnung', 'archivo', 'disegno', 'arquivo'],
  width: ['width', 'breite', 'ancho', 'larghezza', 'largura'],
  height: ['height', 'length', 'höhe', 'länge', 'alto', 'altezza', 'altura'],
  areaMm2: ['area', 'fläche', 'superficie', 'área'],
  quantity: ['quantity', 'qty', 'count', 'menge', 'anzahl', 'stück', 'cantidad', 'quantità', 'quantidade', 'pcs'],
  quality: ['quality', 'grade', 'qualität', 'calidad', 'qualità', 'qualidade', 'classe'],
  grainAngle: ['grain', 'grainangle', 'faserrichtung'],
  grainTolerance: ['graintolerance', 'tolerance', 'toleranz', 'tolerancia', 'tolleranza', 'tolerância'],
  mirror: ['mirror', 'pair', 'spiegel', 'par', 'coppia'],
  kit: ['kit', 'set', 'satz', 'juego'],
  kitQuantity: ['kitquantity', 'kitqty', 'kits'],
  value: ['value', 'wert', 'valor', 'valore'],
  priority: ['priority', 'priorität', 'prioridad', 'priorità', 'prioridade'],
  label: ['label', 'name', 'description', 'bezeichnung', 'descripción', 'descrizione', 'descrição'],
  thickness: ['thickness', 'dicke', 'stärke', 'grosor', 'espesor', 'spessore', 'espessura'],
  rotation: ['rotation', 'drehung', 'rotación', 'rotazione', 'rotação'],
};

function fieldBy(name: string): OrderField | null {
  const plain = (name.split('.').at(-1) ?? name).toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  const found = Object.entries(NAMES).find(([, words]) => words.includes(plain));
  return (found?.[0] as OrderField | undefined) ?? null;
}
