import type { OrderColumnsView } from '#api/order-views.ts';
import type { OrderField, OrderMappingInput } from '#domain/order-mapping.ts';

/** A mapping as a person sets it on the screen. */
export interface DraftMapping {
  /** By column. */
  readonly meanings: Readonly<Record<string, OrderField>>;
  readonly decimal: '.' | ',';
}

/** What the columns' names make likely, to begin with. */
export function firstDraft({ columns, decimal }: OrderColumnsView): DraftMapping {
  return {
    decimal,
    meanings: Object.fromEntries(columns.flatMap((c) => (c.guess ? [[c.name, c.guess] as const] : []))),
  };
}

/** A piece is called by its id, or by these together. */
const NAMES_A_PIECE: readonly OrderField[] = ['id', 'style', 'part', 'size', 'colour'];

/** Whether pieces would have a name; the station refuses a mapping in which they have none. */
export function isUsable({ meanings }: DraftMapping): boolean {
  return Object.values(meanings).some((field) => NAMES_A_PIECE.includes(field));
}

/** The mapping as the station reads it: columns that mean nothing are left out. */
export function mappingOf(found: OrderColumnsView, { meanings, decimal }: DraftMapping): OrderMappingInput {
  return {
    ...{ kerf: 1, format: found.format, decimal },
    ...(found.delimiter === null ? {} : { delimiter: found.delimiter }),
    ...(found.rows === '' ? {} : { rows: found.rows }),
    columns: found.columns.flatMap(({ name }) => {
      const to = meanings[name];
      return to ? [{ name, to }] : [];
    }),
  };
}

/** How much of a CSV tells its columns, characters: up to a whole line. */
const HEAD = 64 * 1024;

/** What the station needs of a file to name its columns: of JSON all of it. */
export function headOf(text: string): string {
  if (text.length <= HEAD || /^\uFEFF?\s*[[{]/.test(text)) return text;
  return text.slice(0, text.lastIndexOf('\n', HEAD) + 1 || HEAD);
}
