export type ThemeChoice = 'light' | 'dark' | 'auto';

/** Light, dark, or as the panel's system says; kept on this panel. */
export interface Theme {
  choice(): ThemeChoice;
  choose(choice: ThemeChoice): void;
  /** Calls back when the colours on the page have changed. Returns the end. */
  watch(listener: () => void): () => void;
}

const KEY = 'kerf.theme';

export function pageTheme(): Theme {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const listeners = new Set<() => void>();
  const read = (): ThemeChoice => {
    const kept = localStorage.getItem(KEY);
    return kept === 'light' || kept === 'dark' ? kept : 'auto';
  };
  const apply = () => {
    const choice = read();
    const isDark = choice === 'dark' || (choice === 'auto' && system.matches);
    document.documentElement.setAttribute('data-theme', isDark ? 'dark' : 'light');
    for (const listener of listeners) listener();
  };
  system.addEventListener('change', apply);
  apply();
  return {
    choice: read,
    choose(choice) {
      localStorage.setItem(KEY, choice);
      apply();
    },
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
