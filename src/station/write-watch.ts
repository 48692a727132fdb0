import type { Timers } from '#publish/timers.ts';

const PROBE_PERIOD_MS = 5000;
/** A place that refuses again so soon after it took something is asked half as often from then on: the alarm of a disk
 *  with a last megabyte free must not come and go every five seconds. */
const RELAPSE_PERIODS = 40;
const LONGEST_PERIODS = 16;

export interface WriteWatchOptions<Code extends string> {
  /** Null: a failure of something else. */
  readonly codeOf: (cause: unknown) => Code | null;
  /** Writes as much as a step does, and fails as it would. */
  readonly probe: () => Promise<void>;
  readonly timers: Timers;
  readonly onTrouble: (code: Code, cause: unknown) => void;
  /** A write has succeeded again. */
  readonly onFree: (code: Code) => Promise<void>;
  readonly probeMs?: number | undefined;
}

export interface WriteWatch {
  /** Looks at why something failed; a place that takes no more is told once, until it does again. */
  note(cause: unknown): void;
  /** It has just taken something. */
  noteTaken(): Promise<void>;
  close(): Promise<void>;
}

/** Watches for a place that takes no more, and tries every 5 s whether it does again; every 80 s at the longest where it
 *  has gone back and forth. */
export function watchWrites<Code extends string>({
  codeOf,
  probe: tryWriting,
  timers,
  onTrouble,
  onFree,
  probeMs = PROBE_PERIOD_MS,
}: WriteWatchOptions<Code>): WriteWatch {
  let standing: Code | null = null;
  let stop: (() => void) | null = null;
  let probing: Promise<void> = Promise.resolve();
  let isClosed = false;
  let periods = 1;
  let isRelapse = false;
  let stopRelapse: () => void = () => undefined;
  const later = () => {
    stop?.();
    if (!isClosed) stop = timers.after(probeMs * periods, () => (probing = probe()));
  };
  /** The place takes again, as far as a probe can tell. */
  const free = () => {
    standing = null;
    isRelapse = true;
    stopRelapse();
    stopRelapse = timers.after(RELAPSE_PERIODS * probeMs, () => {
      isRelapse = false;
      periods = 1;
    });
  };
  async function probe(): Promise<void> {
    try {
      await tryWriting();
      const code = standing;
      free();
      if (code && !isClosed) await onFree(code);
    } catch (cause) {
      standing ??= codeOf(cause);
      if (standing) later();
    }
  }
  return {
    note(cause) {
      const code = codeOf(cause);
      if (!code || standing || isClosed) return;
      standing = code;
      if (isRelapse) periods = Math.min(LONGEST_PERIODS, periods * 2);
      onTrouble(code, cause);
      later();
    },
    async noteTaken() {
      const code = standing;
      if (!code || isClosed) return;
      stop?.();
      free();
      await onFree(code);
    },
    async close() {
      isClosed = true;
      stop?.();
      stopRelapse();
      await probing;
    },
  };
}
