import type { NestResult } from '#domain/nest-result.ts';
import type { Timers } from '#publish/timers.ts';

export interface LayoutStreamOptions {
  readonly timers: Timers;
  /** The layout as JSON, drawn in another thread. */
  readonly draw: (result: NestResult) => Promise<{ readonly json: string }>;
  readonly show: (json: string) => void;
  /** The search is still the one that counts. */
  readonly isWanted: () => boolean;
  readonly onError: (cause: unknown) => void;
}

export interface LayoutStream {
  offer(result: NestResult): void;
  close(): void;
}

/** Windows get layouts no faster than people can see them: four a second. */
const LAYOUT_PERIOD_MS = 250;

/** Layouts of a running search for windows: the first at once, then the latest every quarter of a second. */
export function layoutStream({ timers, draw, show, isWanted, onError }: LayoutStreamOptions): LayoutStream {
  let latest: NestResult | null = null;
  let isBusy = false;
  let isOpen = true;
  const next = () => {
    const result = latest;
    latest = null;
    isBusy = result !== null && isOpen && isWanted();
    if (!isBusy || !result) return;
    timers.after(LAYOUT_PERIOD_MS, next);
    draw(result).then(({ json }) => {
      if (isOpen && isWanted()) show(json);
    }, onError);
  };
  return {
    offer: (result) => {
      latest = result;
      if (!isBusy) next();
    },
    close: () => {
      isOpen = false;
    },
  };
}
