import { KerfError } from '#domain/kerf-error.ts';

export interface CsvRow {
  /** Line of the file where the row begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

export type CsvDelimiter = ',' | ';' | '\t';

/** Rows of a CSV text (RFC 4180, or with semicolons: whichever of the two the first line has more of outside quotes, unless
 *  it is `given`). Takes
 *  CRLF and LF, a byte order mark, quoted cells with doubled quotes and line breaks; leaves out blank lines and trims
 *  cells that are not quoted. @throws KerfError ORDERS_CSV_REFUSED for a quote that is never closed */
export function parseCsv(
  source: string,
  where: string,
  given?: CsvDelimiter,
): { readonly delimiter: CsvDelimiter; readonly rows: readonly CsvRow[] } {
  const text = source.replace(/^\uFEFF/, '');
  const head = (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/"[^"]*"/g, '');
  const delimiter = given ?? (head.split(';').length > head.split(',').length ? ';' : ',');
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let begin = 1;
  const endCell = () => {
    cells.push(isQuoted ? cell : cell.trim());
    [cell, isQuoted] = ['', false];
  };
  const endRow = () => {
    endCell();
    if (cells.some((value) => value !== '')) rows.push({ line: begin, cells });
    cells = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i]!;
    if (letter === '"' && cell.trim() === '' && !isQuoted) {
      const end = closingQuote(text, i + 1);
      if (end < 0) {
        throw new KerfError(
          'ORDERS_CSV_REFUSED',
          `${where}: row ${line}: found a quote that is never closed, expected "…".`,
          {
            details: { where, row: line },
          },
        );
      }
      cell = text.slice(i + 1, end).replaceAll('""', '"');
      line += cell.split('\n').length - 1;
      isQuoted = true;
      i = end;
    } else if (letter === delimiter) endCell();
    else if (letter === '\n') {
      endRow();
      line += 1;
      begin = line;
    } else if (letter !== '\r' && !(isQuoted && letter.trim() === '')) cell += letter;
  }
  endRow();
  return { delimiter, rows };
}

function closingQuote(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    if (text[i] !== '"') continue;
    if (text[i + 1] !== '"') return i;
    i += 1;
  }
  return -1;
}
