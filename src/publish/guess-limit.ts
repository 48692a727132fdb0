/** How wrong passwords slow down who tries them: from the `free`th on each locks for twice as long. */
export interface LockRule {
  readonly free: number;
  readonly firstMs: number;
  readonly longestMs: number;
}

/** How long a try is refused after so many wrong ones in a row, ms; 0: not at all. */
export function lockMs(failedCount: number, { free, firstMs, longestMs }: LockRule): number {
  return failedCount < free ? 0 : Math.min(longestMs, firstMs * 2 ** (failedCount - free));
}

/** Of the doors for machines. A PLC whose password was mistyped goes on trying: once it is put right it waits no more than
 *  a minute. A guesser has some 1,500 tries a day. */
export const MACHINE_LOCK: LockRule = { free: 5, firstMs: 2000, longestMs: 60_000 };
/** Names and addresses that are remembered; the oldest go. */
const MOST_KEPT = 1000;
/** What lies so far back counts no more. */
const FORGET_MS = 3600_000;

interface Count {
  failed: number;
  untilMs: number;
  lastMs: number;
}

/** Wrong passwords at a door, counted by name and by where they come from, tries at once included: one is counted before
 *  it is answered. A name that got in from an address before is not shut out there by what others try from elsewhere
 *  or under other names, so that nobody can keep a PLC out of its broker. */
export class GuessLimit {
  readonly #nowMs: () => number;
  readonly #rule: LockRule;
  readonly #counts = new Map<string, Count>();
  readonly #welcome = new Set<string>();

  constructor(nowMs: () => number, rule: LockRule = MACHINE_LOCK) {
    this.#nowMs = nowMs;
    this.#rule = rule;
  }

  /** Tries one password. While locked even the right one is refused, or locking would be no limit.
   *  @param isRight asked only where it may count */
  try(name: string, source: string, isRight: () => boolean): boolean {
    const now = this.#nowMs();
    const pair = `p\n${name}\n${source}`;
    const keys = this.#welcome.has(pair) ? [pair] : [pair, `n\n${name}`, `s\n${source}`];
    if (keys.some((key) => (this.#counts.get(key)?.untilMs ?? 0) > now)) return false;
    if (isRight()) {
      this.#counts.delete(pair);
      keep(this.#welcome, pair);
      return true;
    }
    for (const key of keys) this.#fail(key, now);
    return false;
  }

  #fail(key: string, now: number): void {
    const before = this.#counts.get(key);
    const failed = (before && now - before.lastMs < FORGET_MS ? before.failed : 0) + 1;
    this.#counts.delete(key);
    this.#counts.set(key, { failed, untilMs: now + lockMs(failed, this.#rule), lastMs: now });
    for (const old of this.#counts.keys()) {
      if (this.#counts.size <= MOST_KEPT) break;
      this.#counts.delete(old);
    }
  }
}

function keep(set: Set<string>, value: string): void {
  set.delete(value);
  set.add(value);
  for (const old of set) {
    if (set.size <= MOST_KEPT) break;
    set.delete(old);
  }
}
