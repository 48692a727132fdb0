import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { finalJobStates } from '#domain/job.ts';
import { KerfError } from '#domain/kerf-error.ts';
import { orderLeft } from '#orders/order-left.ts';
import { readOrder } from '#orders/read-order.node.ts';
import { raiseAlarm, type StationCore } from './station-core.node.ts';
import type { NamedOrder } from './station-options.node.ts';
import type { Meta } from './connect-station.node.ts';
import { ORDERS_FOLDER, readAbout } from './order-about.node.ts';
import { progressOf } from './order-progress.node.ts';
import { codeOf } from './station-errors.ts';
import { STATES_FOR_NEXT_JOB } from './transitions.ts';

const META_KEY = 'loadedOrder';
const UNREAD = 'STATION_ORDER_UNREAD';

/** Takes another order for the next hide, over restarts too.
 *  @throws KerfError STATION_BUSY unless READY or DONE, STATION_ORDER_MISSING, STATION_ORDER_REFUSED,
 *  STATION_ORDER_NOT_COUNTED, STATION_ORDER_COMPLETE */
export function loadOrder(core: StationCore, name: string): Promise<void> {
  const { memory, options, windows } = core;
  return core.inOrder(async () => {
    if (!STATES_FOR_NEXT_JOB.has(memory.state))
      throw new KerfError(
        'STATION_BUSY',
        `The station is ${memory.state} with job ${memory.job?.id ?? ''}; an order is changed between jobs.`,
        { fault: 'answer', details: { state: memory.state } },
      );
    const isStanding = name === options.order.name;
    const order = isStanding ? options.order : await orderByName(core, name);
    refuseComplete(order);
    await options.store.setMeta({ [META_KEY]: isStanding ? '[]' : JSON.stringify([name, options.order.name]) });
    memory.order = order;
    await core.alarms.clear(UNREAD);
    windows.changed();
  });
}

/** The order that was loaded last, unless the station was started with another one since. Where it cannot be read no
 *  other takes its place: nothing is begun until it can, or a person chooses one. */
export async function takeUpOrder(core: StationCore, meta: Meta): Promise<void> {
  const { memory, options } = core;
  if (options.isOrderGiven) return;
  const [name, insteadOf] = JSON.parse(meta[META_KEY] ?? '[]') as readonly string[];
  if (name === undefined || insteadOf !== options.order.name) return core.alarms.clear(UNREAD);
  try {
    const latest = await options.store.latestJob();
    const isUnderWay = latest !== null && !finalJobStates.has(latest.state);
    memory.order = await orderByName(core, name, isUnderWay ? (latest.follows ?? null) : null);
    await core.alarms.clear(UNREAD);
  } catch (cause) {
    const reason = codeOf(cause);
    options.logger.warn('order.not.loaded', { order: name, code: reason });
    memory.order = { name, order: { kerf: 1, pieces: [] }, isUnread: true };
    await raiseAlarm(core, UNREAD, { order: name, reason });
  }
}

/** What is left of a counted order, now that hides were cut for it; and one that could not be read, where it can by now.
 *  @param before see `cutOfOrder`
 *  @throws KerfError STATION_ORDER_MISSING, STATION_ORDER_REFUSED, STATION_ORDER_NOT_COUNTED */
export async function countOrder(core: StationCore, before: string | null = null): Promise<void> {
  const { memory } = core;
  const { name, isCounted, isUnread } = memory.order;
  if (!isCounted && !isUnread) return;
  memory.order = await orderByName(core, name, before);
  if (isUnread) await core.alarms.clear(UNREAD);
}

/** The same once somebody has said what is good of a hide. Not in the middle of a job, which is nested by the order; what
 *  cannot be counted is told by the next job. */
export function recountOrder(core: StationCore): Promise<void> {
  const { memory, options, windows } = core;
  return core.inOrder(async () => {
    if (!STATES_FOR_NEXT_JOB.has(memory.state)) return;
    await countOrder(core).catch((cause: unknown) => options.logger.warn('order.not.counted', { code: codeOf(cause) }));
    windows.changed();
  });
}

/** @throws KerfError STATION_ORDER_COMPLETE */
export function refuseComplete({ name, isComplete }: NamedOrder): void {
  if (isComplete)
    throw new KerfError('STATION_ORDER_COMPLETE', `Every piece of ${name} is cut. Choose another order.`, {
      fault: 'answer',
      details: { order: name },
    });
}

export function orderPath(dataDir: string, name: string): string | null {
  const candidates = ['json', 'csv'].map((ending) => join(dataDir, ORDERS_FOLDER, `${name}.${ending}`));
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}

async function orderByName(core: StationCore, name: string, before: string | null = null): Promise<NamedOrder> {
  const dataDir = core.options.store.dir;
  const path = orderPath(dataDir, name);
  if (path === null)
    throw new KerfError(
      'STATION_ORDER_MISSING',
      `Found no ${name}.json and no ${name}.csv in ${join(dataDir, ORDERS_FOLDER)}. Put the order there.`,
      { details: { order: name } },
    );
  try {
    const order = await readOrder(path, { grading: core.grading });
    const about = await readAbout(dataDir, name);
    if (!about) return { name, order };
    const left = orderLeft(order, (await progressOf(core, name, about, before)).pieces);
    return { name, order: left ?? order, isCounted: true, isComplete: left === null };
  } catch (cause) {
    if (cause instanceof KerfError && cause.code === 'STATION_ORDER_NOT_COUNTED') throw cause;
    throw new KerfError(
      'STATION_ORDER_REFUSED',
      `Order ${name} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { details: { order: name }, cause },
    );
  }
}
