import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { PageLocale } from './locale.ts';
import type { PageCommands } from './link/page-commands.ts';
import type { Formats } from './look/format.ts';
import type { PanelSize } from './look/panel-size.ts';
import type { Theme } from './look/theme.ts';
import type { PageState } from './state/page-state.ts';
import type { PressGuard } from './state/press-guard.ts';
import type { PageStore } from './state/page-store.ts';

/** What every view may reach: the page's state, its wishes, and how numbers look. */
export interface Page extends PageStore {
  readonly commands: PageCommands;
  readonly formats: Formats;
  readonly theme: Theme;
  readonly panel: PanelSize;
  readonly locale: PageLocale;
  readonly person: Person;
  readonly guard: PressGuard;
}

export interface Person {
  get(): string;
  set(name: string): void;
}

export const PageContext = createContext<Page | null>(null);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (!page) throw new Error('a view stands outside of PageContext');
  return page;
}

export function usePageState<T>(select: (state: PageState) => T): T {
  return useStore(usePage().store, select);
}
