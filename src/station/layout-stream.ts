import type { NestResult } from '#domain/nest-result.ts';
import type { Timers } from '#publish/timers.ts';

export interface LayoutStreamOptions<Drawn> {
  readonly timers: Timers;
  /** Done in another thread. */
  readonly draw: (result: NestResult) => Promise<Drawn>;
  readonly show: (drawn: Drawn, result: NestResult) => void;
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
export function layoutStream<Drawn>({
  timers,
  draw,
  show,
  isWanted,
  onError,
}: LayoutStreamOptions<Drawn>): LayoutStream {
  let latest: NestResult | null = null;
  let isBusy = false;
  let isOpen = true;
  const next = () => {
    const result = latest;
    latest = null;
    isBusy = result !== null && isOpen && isWanted();
    if (!isBusy || !result) return;
    timers.after(LAYOUT_PERIOD_MS, next);
    draw(result).then((drawn) => {
      if (isOpen && isWanted()) show(drawn, result);
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
