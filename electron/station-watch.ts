/** Asks the station at its address whether it still answers, and tells when it has not for a while: a process that lives
 *  and does nothing is not seen by its exit. */
export interface StationWatchOptions {
  /** Resolves when the station answered; rejects, or takes too long, when not. */
  readonly ask: (address: string, signal: AbortSignal) => Promise<unknown>;
  readonly onHang: () => void;
  readonly log: (line: string) => void;
  readonly everyMs?: number;
  readonly patienceMs?: number;
  /** Silences in a row that count as a hang. */
  readonly misses?: number;
}

/** A station that nests on all cores still answers within some hundred ms; 3 x (10 + 5) s leave room for a slow disk. */
const EVERY_MS = 10_000;
const PATIENCE_MS = 5_000;
const MISSES = 3;

export class StationWatch {
  readonly #options: StationWatchOptions;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #abort: AbortController | null = null;
  #missed = 0;

  constructor(options: StationWatchOptions) {
    this.#options = options;
  }

  /** Watches this address from now on, and no other. */
  watch(address: string): void {
    this.stop();
    this.#missed = 0;
    this.#later(address);
  }

  /** Safe to call twice. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#abort?.abort();
    this.#abort = null;
  }

  #later(address: string): void {
    this.#timer = setTimeout(() => void this.#look(address), this.#options.everyMs ?? EVERY_MS);
  }

  async #look(address: string): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const late = setTimeout(() => abort.abort(), this.#options.patienceMs ?? PATIENCE_MS);
    const isAnswering = await this.#options.ask(address, abort.signal).then(
      () => true,
      () => false,
    );
    clearTimeout(late);
    // Stopped, or watching another address by now.
    if (this.#abort !== abort) return;
    this.#missed = isAnswering ? 0 : this.#missed + 1;
    if (this.#missed > 0) this.#options.log(`station does not answer (${this.#missed})`);
    if (this.#missed >= (this.#options.misses ?? MISSES)) {
      this.stop();
      this.#options.onHang();
    } else this.#later(address);
  }
}
