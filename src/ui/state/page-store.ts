import { createStore, type StoreApi } from 'zustand/vanilla';
import { EMPTY_PAGE, type PageState } from './page-state.ts';
import { reducePage, type PageAction } from './reduce-page.ts';

export interface PageStore {
  readonly store: StoreApi<PageState>;
  readonly dispatch: (action: PageAction) => void;
}

/** One store a window; every change goes through `reducePage`. */
export function pageStore(): PageStore {
  const store = createStore<PageState>(() => EMPTY_PAGE);
  return { store, dispatch: (action) => store.setState((state) => reducePage(state, action), true) };
}
