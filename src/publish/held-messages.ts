import type { Timers } from './timers.ts';

export interface HeldMessagesOptions<M> {
  readonly topicOf: (message: M) => string;
  /** Rejects when the message cannot be taken now: nothing of it has been done. */
  readonly take: (message: M) => Promise<void>;
  /** A message that was held back has been taken. */
  readonly onTaken: (message: M) => void;
  readonly onError: (cause: unknown) => void;
  /** Everything held back has been taken, and more came than was held: it has to be asked for again. */
  readonly onMissed: () => void;
  readonly timers: Timers;
  readonly retryMs?: number | undefined;
}

/** A disk that refuses may do so for an hour: asking it twice in five seconds is no load. */
const RETRY_MS = 2000;
/** A PLC says some twenty things about a job. */
const MOST_HELD = 256;

/** Messages that could not be taken yet, each topic in its order; other topics go on. They are tried again until they are
 *  taken. Nobody has acknowledged them: whoever sent them still has them, so `forget` loses nothing. */
export class HeldMessages<M> {
  readonly #options: HeldMessagesOptions<M>;
  readonly #byTopic = new Map<string, M[]>();
  #count = 0;
  #hasMissed = false;
  /** Grows with every `forget`: what was begun before is over. */
  #round = 0;
  #stop: (() => void) | null = null;

  constructor(options: HeldMessagesOptions<M>) {
    this.#options = options;
  }

  /** Takes it, or holds it back. @returns whether it was taken */
  async offer(message: M): Promise<boolean> {
    const { topicOf, take, onError } = this.#options;
    const round = this.#round;
    if (!this.#byTopic.has(topicOf(message)) && !this.#hasMissed) {
      try {
        await take(message);
        return true;
      } catch (cause) {
        onError(cause);
        if (round !== this.#round) return false;
      }
    }
    this.#hold(message);
    return false;
  }

  /** The connection is gone, or the session closed: the broker sends them again. */
  forget(): void {
    this.#round += 1;
    this.#byTopic.clear();
    this.#count = 0;
    this.#hasMissed = false;
    this.#stop?.();
    this.#stop = null;
  }

  #hold(message: M): void {
    const topic = this.#options.topicOf(message);
    // Once one is missed those behind it would come before it.
    this.#hasMissed ||= this.#count >= MOST_HELD;
    if (this.#hasMissed) return;
    const line = this.#byTopic.get(topic);
    if (line) line.push(message);
    else this.#byTopic.set(topic, [message]);
    this.#count += 1;
    this.#later();
  }

  #later(): void {
    const { timers, retryMs = RETRY_MS } = this.#options;
    this.#stop ??= timers.after(retryMs, () => void this.#again());
  }

  async #again(): Promise<void> {
    const { take, onTaken, onError, onMissed } = this.#options;
    const round = this.#round;
    for (const [topic, line] of this.#byTopic) {
      // It stays the first of its line while it is tried, so that what comes meanwhile stands behind it.
      for (let [message] = line; message !== undefined; [message] = line) {
        try {
          await take(message);
        } catch (cause) {
          if (round === this.#round) onError(cause);
          break;
        }
        if (round !== this.#round) return;
        line.shift();
        this.#count -= 1;
        onTaken(message);
      }
      if (round !== this.#round) return;
      if (line.length === 0) this.#byTopic.delete(topic);
    }
    this.#stop = null;
    if (this.#count > 0) this.#later();
    else if (this.#hasMissed) {
      this.forget();
      onMissed();
    }
  }
}
