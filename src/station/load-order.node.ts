import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { KerfError } from '#domain/kerf-error.ts';
import { readOrder } from '#orders/read-order.node.ts';
import type { StationCore } from './station-core.node.ts';
import type { NamedOrder } from './station-options.node.ts';
import type { Meta } from './connect-station.node.ts';
import { codeOf } from './station-errors.ts';
import { STATES_FOR_NEXT_JOB } from './transitions.ts';

/** Orders that the `load` verb may name lie in this folder of the data folder, as NAME.json or NAME.csv. */
export const ORDERS_FOLDER = 'orders';
const META_KEY = 'loadedOrder';

/** Takes another order for the next hide, over restarts too.
 *  @throws KerfError STATION_BUSY unless READY or DONE, STATION_ORDER_MISSING, STATION_ORDER_REFUSED */
export function loadOrder(core: StationCore, name: string): Promise<void> {
  const { memory, options, windows } = core;
  return core.inOrder(async () => {
    if (!STATES_FOR_NEXT_JOB.has(memory.state))
      throw new KerfError(
        'STATION_BUSY',
        `The station is ${memory.state} with job ${memory.job?.id ?? ''}; an order is changed between jobs.`,
        { fault: 'answer', details: { state: memory.state } },
      );
    const order = await orderByName(options.store.dir, name);
    await options.store.setMeta({ [META_KEY]: JSON.stringify([name, options.order.name]) });
    memory.order = order;
    windows.changed();
  });
}

/** The order that was loaded last, unless the station was started with another one since. */
export async function takeUpOrder({ memory, options }: StationCore, meta: Meta): Promise<void> {
  const [name, insteadOf] = JSON.parse(meta[META_KEY] ?? '[]') as readonly string[];
  if (name === undefined || insteadOf !== options.order.name) return;
  try {
    memory.order = await orderByName(options.store.dir, name);
  } catch (cause) {
    options.logger.warn('order.not.loaded', { order: name, code: codeOf(cause) });
  }
}

async function orderByName(dataDir: string, name: string): Promise<NamedOrder> {
  const path = ['json', 'csv']
    .map((ending) => join(dataDir, ORDERS_FOLDER, `${name}.${ending}`))
    .find((candidate) => existsSync(candidate));
  if (path === undefined)
    throw new KerfError(
      'STATION_ORDER_MISSING',
      `Found no ${name}.json and no ${name}.csv in ${join(dataDir, ORDERS_FOLDER)}. Put the order there.`,
      { details: { order: name } },
    );
  try {
    return { name, order: await readOrder(path) };
  } catch (cause) {
    throw new KerfError(
      'STATION_ORDER_REFUSED',
      `Order ${name} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`,
      { details: { order: name }, cause },
    );
  }
}
