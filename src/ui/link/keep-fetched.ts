import { KerfError } from '#domain/kerf-error.ts';
import type { Remnant } from '#domain/remnant.ts';
import type { PageStore } from '../state/page-store.ts';
import { wantedDocuments, type Wanted } from '../state/wanted-documents.ts';
import { callStation } from './station-client.ts';

/** Pause before a document that could not be fetched is asked for again, ms. */
const RETRY_MS = 1000;

/** A job's remnants are the newest of the stock. */
const LATEST_REMNANTS = 20;

/** Fetches what the screen shows and the window lacks, once at a time for each version. Returns the stop function. */
export function keepFetched({ store, dispatch }: PageStore): () => void {
  const underway = new Set<string>();
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let isStopped = false;

  const look = () => {
    if (isStopped) return;
    for (const wanted of wantedDocuments(store.getState())) {
      const key = `${wanted.job}/${wanted.what}/${wanted.serial}`;
      if (underway.has(key)) continue;
      underway.add(key);
      fetchDocument(wanted).then(
        () => underway.delete(key),
        () => {
          const timer = setTimeout(() => {
            timers.delete(timer);
            underway.delete(key);
            look();
          }, RETRY_MS);
          timers.add(timer);
        },
      );
    }
  };

  async function fetchDocument(wanted: Wanted): Promise<void> {
    const { job, serial, what } = wanted;
    const params = { id: job };
    try {
      switch (what) {
        case 'inspection':
          return dispatch({ kind: 'inspection', job, serial, inspection: await callStation('inspection', { params }) });
        case 'layout': {
          const layout = await callStation('layout', { params });
          return dispatch(layout ? { kind: 'layout', job, serial, layout } : { kind: 'absent', what, job, serial });
        }
        case 'cutPlan':
          return dispatch({ kind: 'cut-plan', job, serial, cutPlan: await callStation('cutPlan', { params }) });
        case 'sheet':
          return dispatch({ kind: 'sheet', job, serial, sheet: await callStation('sheet', { params }) });
        case 'remnants':
          return dispatch({ kind: 'remnants', job, serial, remnants: await remnantsOf(job) });
      }
    } catch (error) {
      // A refusal means "not there (yet)": an event will say when it is. Anything else is tried again.
      // The ledger's record comes a moment after the cutter's last word, and nothing says so.
      const isComing = error instanceof KerfError && error.code === 'STATION_SHEET_UNKNOWN';
      if (error instanceof KerfError && error.fault === 'answer' && !isComing)
        dispatch({ kind: 'absent', what, job, serial });
      else throw error;
    }
  }

  const unsubscribe = store.subscribe(look);
  look();
  return () => {
    isStopped = true;
    unsubscribe();
    for (const timer of timers) clearTimeout(timer);
  };
}

/** What people may still say to be thrown away, or not; what was cut since is gone. */
async function remnantsOf(job: string): Promise<readonly Remnant[]> {
  const ask = (state: Remnant['state']) => callStation('remnants', { query: { state, limit: LATEST_REMNANTS } });
  const found = await Promise.all([ask('free'), ask('discarded')]);
  return found
    .flat()
    .filter((remnant) => remnant.job === job)
    .sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
}
