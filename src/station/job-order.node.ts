import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Job } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { parseDocument, parseJson } from '#domain/parse-document.ts';
import { orderSchema, type Order } from '#domain/problem.ts';
import { writeFileSynced } from '#store/job-files.node.ts';
import { orderAfter } from './follow-up.node.ts';
import { pathOf, type StationCore } from './station-core.node.ts';
import { codeOf } from './station-errors.ts';
import type { NamedOrder } from './station-options.node.ts';

/** What a job is cut for stands in its order.json from its start on: the station's order is the next hide's, and may be
 *  another after a restart. */

/** What is to be cut from the sheet on the table: the order, less what a job before this one cut from it.
 *  @throws KerfError STATION_JOB_ORDER_LOST */
export function orderFor({ ordered }: StationCore['memory'], job: Job): Order {
  if (ordered) return ordered;
  throw new KerfError(
    'STATION_JOB_ORDER_LOST',
    `Job ${job.id}: its order.json cannot be read, and the station does not have the order "${job.order}" now. Nothing was nested; choose the order again and scan the hide again.`,
    { fault: 'answer', details: { job: job.id, order: job.order } },
  );
}

/** Whether the job on the table is cut for this order, and for all that is in it. */
export function isForOrder(
  { ordered }: Pick<StationCore['memory'], 'ordered'>,
  job: Job,
  { name, order, isUnread }: NamedOrder,
): boolean {
  // As a file holds it: without what is undefined.
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const left = orderAfter(order, job);
  return job.order === name && !isUnread && isDeepStrictEqual(plain(ordered), plain(left ?? order));
}

/** Of a new job, and of one of an earlier version, which has no order.json before it is nested. */
export function rememberOrder({ memory }: StationCore, job: Job): void {
  memory.ordered = orderAfter(memory.order.order, job) ?? memory.order.order;
}

/** @throws KerfError STATION_JOB_ORDER_LOST */
export async function keepOrder(core: StationCore, job: Job): Promise<void> {
  await writeFileSynced(pathOf(core, job.id, 'order.json'), JSON.stringify(orderFor(core.memory, job)));
}

/** Of a job that was under way when the station ended; where there is no telling, `orderFor` says so. */
export async function takeUpJobOrder(core: StationCore, job: Job): Promise<void> {
  const { memory, options } = core;
  const where = pathOf(core, job.id, 'order.json');
  try {
    const text = await readFile(where, 'utf8');
    memory.ordered = parseDocument(orderSchema, parseJson(text, where), { name: 'order', where });
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    if (isMissing && job.order === memory.order.name && !memory.order.isUnread) rememberOrder(core, job);
    else options.logger.warn('job.order.lost', { job: job.id, order: job.order, code: codeOf(cause) });
  }
}
