import { KerfError } from '#domain/kerf-error.ts';
import type { Sheets } from '#domain/problem.ts';
import type { Remnant } from '#domain/remnant.ts';
import { stockSheets } from '#ledger/stock-sheets.ts';
import type { StationCore } from './station-core.node.ts';

/** More than a shop keeps; past it the oldest are not offered. */
const MOST_REMNANTS = 500;

export interface StockDesk {
  list(state: Remnant['state'], limit: number): Promise<readonly Remnant[]>;
  /** @throws KerfError STATION_STOCK_EMPTY */
  sheets(): Promise<Sheets>;
  /** Takes back that it was thrown away. @throws KerfError STATION_REMNANT_UNKNOWN, STATION_REMNANT_GONE */
  keep(id: string, by: string): Promise<Remnant>;
  /** @throws KerfError STATION_REMNANT_UNKNOWN, STATION_REMNANT_GONE */
  end(id: string, end: { readonly state: 'used' | 'discarded'; readonly by: string }): Promise<Remnant>;
}

/** What is left of cut sheets. */
export function stockDesk({ options }: StationCore): StockDesk {
  const { store, clock } = options;
  return {
    list: (state, limit) => store.remnants(state, limit),
    async sheets() {
      const sheets = stockSheets(await store.remnants('free', MOST_REMNANTS));
      if (!sheets) throw new KerfError('STATION_STOCK_EMPTY', 'No remnant is free.', { fault: 'answer' });
      return sheets;
    },
    async keep(id, by) {
      const remnant = await store.keepRemnant(id, { by, at: clock.now() });
      if (!remnant) throw unknownRemnant(id);
      if (remnant.state !== 'free') throw remnantGone(remnant);
      return remnant;
    },
    async end(id, { state, by }) {
      const at = clock.now();
      const remnant = await store.endRemnant(id, { state, by, at });
      if (!remnant) throw unknownRemnant(id);
      // Said again, it is what it is already.
      if (remnant.state !== state) throw remnantGone(remnant);
      return remnant;
    },
  };
}

/** The remnant that lies on the table, for a job of it. @throws KerfError STATION_REMNANT_UNKNOWN, STATION_REMNANT_GONE */
export async function freeRemnant({ options }: StationCore, id: string): Promise<Remnant> {
  const remnant = await options.store.remnant(id);
  if (!remnant) throw unknownRemnant(id);
  if (remnant.state !== 'free') throw remnantGone(remnant);
  return remnant;
}

function unknownRemnant(id: string): KerfError {
  return new KerfError('STATION_REMNANT_UNKNOWN', `There is no remnant ${id} here.`, { details: { remnant: id } });
}

function remnantGone({ id, state, endedBy }: Remnant): KerfError {
  return new KerfError('STATION_REMNANT_GONE', `Remnant ${id} is ${state} (${endedBy ?? ''}). Take another one.`, {
    fault: 'answer',
    details: { remnant: id, state },
  });
}
