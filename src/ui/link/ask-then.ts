import { KerfError } from '#domain/kerf-error.ts';

export interface AskThenOptions<T> {
  readonly ask: () => Promise<T>;
  readonly onAnswer: (value: T) => void;
  readonly onRefused: (error: KerfError) => void;
  /** When it is to be asked again. */
  readonly again: () => void;
  /** From the answer, however long that took, until it is asked again; without: only where the station was away. */
  readonly everyMs?: number | undefined;
}

/** Pause before the station is asked again where it could not be reached, ms. */
const RETRY_MS = 2000;

/** Asks once; its answer is wanted until the returned function is called. */
export function askThen<T>({ ask, onAnswer, onRefused, again, everyMs }: AskThenOptions<T>): () => void {
  let isWanted = true;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = (ms: number | undefined) => {
    if (isWanted && ms !== undefined) timer = setTimeout(again, ms);
  };
  ask().then(
    (value) => {
      if (!isWanted) return;
      onAnswer(value);
      later(everyMs);
    },
    (error: unknown) => {
      if (!(error instanceof KerfError)) throw error;
      if (!isWanted) return;
      const isAway = error.code === 'UI_STATION_UNREACHABLE';
      if (!isAway) onRefused(error);
      later(everyMs ?? (isAway ? RETRY_MS : undefined));
    },
  );
  return () => {
    isWanted = false;
    if (timer !== null) clearTimeout(timer);
  };
}
