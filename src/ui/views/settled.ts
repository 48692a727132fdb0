import { useCallback, useLayoutEffect, useSyncExternalStore } from 'react';
import { usePage } from '../page-context.ts';

/** Whether a button that does this has stood there long enough to be pressed. @param action null: it need not wait */
export function useSettled(action: string | null): boolean {
  const { guard } = usePage();
  useLayoutEffect(() => (action === null ? undefined : guard.show(action)), [guard, action]);
  const isSettled = useCallback(() => action === null || guard.isSettled(action), [guard, action]);
  return useSyncExternalStore(guard.subscribe, isSettled);
}

/** What calls it lies over the buttons of the page, and a tap that closes it may be followed by another. */
export function useCover(): void {
  const { guard } = usePage();
  useLayoutEffect(() => () => guard.uncover(), [guard]);
}
