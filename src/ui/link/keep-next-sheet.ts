import type { NextSheet } from '../state/page-state.ts';
import type { PageStore } from '../state/page-store.ts';

const KEY = 'kerf.nextSheet';

/** Keeps what was said of the next sheet over a reload of this window. Not over a power cut: by the time the panel is up
 *  again another hide may lie there, and a code is worse wrong than missing. */
export function keepNextSheet({ store, dispatch }: PageStore, storage: Pick<Storage, 'getItem' | 'setItem'>): void {
  const kept = read(storage.getItem(KEY));
  if (kept) dispatch({ kind: 'next-sheet', sheet: kept });
  store.subscribe(({ nextSheet }, before) => {
    if (nextSheet !== before.nextSheet) storage.setItem(KEY, JSON.stringify(nextSheet));
  });
}

function read(text: string | null): NextSheet | null {
  if (text === null) return null;
  try {
    const { hide, remnant } = JSON.parse(text) as Record<string, unknown>;
    return { hide: typeof hide === 'string' ? hide : null, remnant: typeof remnant === 'string' ? remnant : null };
  } catch {
    return null;
  }
}
