import { KerfError } from '#domain/kerf-error.ts';
import { seenCut, seenOf } from '../state/cut-scan.ts';
import { shownStation, type PageState } from '../state/page-state.ts';
import type { PageStore } from '../state/page-store.ts';
import { callStation } from './station-client.ts';

const KEY = 'kerf.cutScan';
/** Pause before it is asked for again where it could not be fetched, ms. */
const RETRY_MS = 1000;

/** Keeps the scan after cutting that a person goes through as the station has it: fetched again after a gap or when
 *  there is a later one, and opened again after a reload or a power cut while its job is still the latest. What was
 *  decided is the station's; this window keeps no more than which job's scan was open. */
export function keepCutScan({ store, dispatch }: PageStore, storage: Pick<Storage, 'getItem' | 'setItem'>): () => void {
  let toOpen = storage.getItem(KEY) || null;
  let isUnderway = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function fetchLatest(job: string): Promise<void> {
    isUnderway = true;
    const latest = await callStation('cutComparison', { params: { id: job } }).catch((error: unknown) => {
      // A refusal is the answer: there is nothing to show.
      return error instanceof KerfError && error.fault === 'answer' ? null : ('lost' as const);
    });
    isUnderway = false;
    if (latest === 'lost') {
      timer = setTimeout(look, RETRY_MS);
      return;
    }
    toOpen = null;
    const state = store.getState();
    if (isEndedJob(state, job)) dispatch({ kind: 'cut-scan', cutScan: latest && seenOf(latest, seenCut(state)) });
  }

  function look(): void {
    const state = store.getState();
    const { link, status } = state;
    if (link !== 'open' || !status || status.state === 'STARTING' || isUnderway) return;
    // Once another job is there, or a hand does something else, the old scan is over.
    if (toOpen !== null && (!isEndedJob(state, toOpen) || state.cutScan !== null || state.marked !== null))
      toOpen = null;
    const seen = seenCut(state);
    const wanted = toOpen ?? (seen?.isStale ? seen.comparison.job : null);
    if (wanted !== null) void fetchLatest(wanted);
  }

  const unsubscribe = store.subscribe((state, before) => {
    look();
    if (toOpen === null && state.cutScan !== before.cutScan) storage.setItem(KEY, seenCut(state)?.comparison.job ?? '');
  });
  look();
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}

function isEndedJob(state: PageState, job: string): boolean {
  return shownStation(state) === 'DONE' && state.status?.job?.id === job;
}
