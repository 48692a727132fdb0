import { useSyncExternalStore } from 'react';
import { SCREEN_PATHS, type ScreenPath } from '#api/screen-paths.ts';

/** The screen that the address names; anything unknown is the operator's. */
export function useScreen(): ScreenPath {
  return useSyncExternalStore(subscribe, read);
}

/** Shows another screen; the browser's way back leads here again. */
export function go(path: ScreenPath): void {
  history.pushState(null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  return () => removeEventListener('popstate', listener);
}

function read(): ScreenPath {
  return SCREEN_PATHS.find((path) => path === location.pathname) ?? '/';
}
