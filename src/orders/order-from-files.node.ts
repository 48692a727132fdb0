import type { Grading } from '#domain/grading.ts';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order } from '#domain/problem.ts';
import {
  baseOf,
  endingOf,
  findDrawing,
  isOrderDocument,
  isUnitOpen,
  readDrawing,
  scaledTo,
  unitOf,
} from './drawing-file.node.ts';
import type { LengthUnit, OrderFile } from './drawing-file.node.ts';
import { orderFromCsv } from './order-from-csv.ts';
import { orderFromJson } from './order-from-json.ts';

export interface FoundOrder {
  /** The order's file, or the first drawing, without folder and ending. */
  readonly name: string;
  /** In mm. */
  readonly order: Order;
  /** Units that the files state, each once, in the files' own word; empty where none states one and mm was taken. */
  readonly unitsStated: readonly string[];
  /** A DXF or SVG among them states none, whatever others state. */
  readonly isUnitOpen: boolean;
}

export interface OrderFromFilesOptions {
  readonly grading?: Grading;
  /** What a number of a file means that states no unit, or states a wrong one; default: as the files say. */
  readonly readAs?: LengthUnit;
}

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
  return {
    ...{ name: baseOf(first.name).replace(/\.[^.]*$/, ''), order, unitsStated },
    isUnitOpen: drawings.some(isUnitOpen),
  };
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
