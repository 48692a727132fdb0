import { parentPort, workerData } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { Grading } from '#domain/grading.ts';
import type { OrderMapping } from '#domain/order-mapping.ts';
import type { Order } from '#domain/problem.ts';
import { doubtOrder, type OrderDoubt } from '#orders/doubt-order.ts';
import { baseOf, findDrawing, type LengthUnit, type OrderFile } from '#orders/drawing-file.node.ts';
import { orderByMapping, type OnlyLines } from '#orders/order-by-mapping.node.ts';
import { orderFromFiles } from '#orders/order-from-files.node.ts';

/** Reads files that a person hands over away from the station's thread: a large drawing takes seconds. */

export interface ReadFilesQuestion {
  readonly files: readonly OrderFile[];
  readonly readAs?: LengthUnit | undefined;
  /** The first file is another program's, its lines read by this. */
  readonly mapping?: OrderMapping | undefined;
  readonly only?: OnlyLines | undefined;
  readonly grading: Grading;
}
export interface ReadFilesAnswer {
  readonly name: string;
  readonly order: Order;
  readonly unitsStated: readonly string[];
  readonly doubts: readonly OrderDoubt[];
}
export type ReadFilesNews =
  | { readonly value: ReadFilesAnswer }
  | { readonly error: { code: string; message: string; details: KerfError['details'] } };

const port = parentPort;
if (!port) throw new Error('read-files.worker.node.ts runs as a worker only');
try {
  port.postMessage({ value: await answer(workerData as ReadFilesQuestion) } satisfies ReadFilesNews);
} catch (cause) {
  if (!(cause instanceof KerfError)) throw cause;
  const { code, message, details } = cause;
  port.postMessage({ error: { code, message, details } } satisfies ReadFilesNews);
}

async function answer({ files, readAs, mapping, only, grading }: ReadFilesQuestion): Promise<ReadFilesAnswer> {
  const [main, ...drawings] = files;
  if (mapping && main) {
    const where = baseOf(main.name);
    const asked = readAs === undefined ? mapping : { ...mapping, unit: readAs };
    const readFile = (file: string) => findDrawing(drawings, file, where);
    const found = await orderByMapping(main.text, where, asked, { readFile, only, grading });
    return { ...found, name: found.name ?? where.replace(/\.[^.]*$/, '') };
  }
  const options = { grading, ...(readAs === undefined ? {} : { readAs }) };
  const { isUnitOpen, ...found } = await orderFromFiles(files, options);
  return { ...found, doubts: doubtOrder(found.order, found.unitsStated, isUnitOpen) };
}
