import { parentPort, workerData } from 'node:worker_threads';
import { KerfError } from '#domain/kerf-error.ts';
import type { Order } from '#domain/problem.ts';
import { doubtOrder, type OrderDoubt } from '#orders/doubt-order.ts';
import { orderFromFiles, type LengthUnit, type OrderFile } from '#orders/order-from-files.node.ts';

/** Reads files that a person hands over away from the station's thread: a large drawing takes seconds. */

export interface ReadFilesQuestion {
  readonly files: readonly OrderFile[];
  readonly readAs: LengthUnit | undefined;
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
const { files, readAs } = workerData as ReadFilesQuestion;
try {
  const found = await orderFromFiles(files, readAs === undefined ? {} : { readAs });
  const doubts = doubtOrder(found.order, found.unitsStated);
  port.postMessage({ value: { ...found, doubts } } satisfies ReadFilesNews);
} catch (cause) {
  if (!(cause instanceof KerfError)) throw cause;
  const { code, message, details } = cause;
  port.postMessage({ error: { code, message, details } } satisfies ReadFilesNews);
}
