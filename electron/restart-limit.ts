/** Decides whether something that ended may be started again, and after how long. */
export interface RestartLimit {
  /** Wait before the next start, ms; null: it ended too often, give up. */
  next(nowMs: number): number | null;
}

/** Starts allowed within the window; then it gives up. */
const STARTS = 5;
const WINDOW_MS = 60_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 8_000;

/** Five starts in a minute, each waiting twice as long as the one before; a quiet minute forgets them. */
export function restartLimit(): RestartLimit {
  let ends: readonly number[] = [];
  return {
    next(nowMs) {
      ends = [...ends.filter((t) => nowMs - t < WINDOW_MS), nowMs];
      if (ends.length > STARTS) return null;
      return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (ends.length - 1));
    },
  };
}
